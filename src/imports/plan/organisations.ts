import type { Place } from '../../people/directory.ts';
import type { Organisation } from '../current.ts';
import { folded, problemIn, type Row, saidText } from '../read.ts';
import { didYouMean, placeOf } from './place.ts';
import { differing, inPlace, isFirst, note, type Planning, stated } from './planning.ts';

const NAMES = { name: 'Name', kind: 'Kind', phase: 'Phase', urn: 'URN', councilAreaId: 'Council area' } as const;

/** The council area that a row names; a new organisation is in the locality's own where it has only one. */
const areaIn = ({ current: { areas }, problems }: Planning, place: Place, row: Row, before: Organisation | undefined): string | null => {
  const own = areas.filter(({ localityId }) => localityId === place.localityId);
  const words = saidText(row, 'area');
  if (words === null) return null;
  if (words === undefined) return before ? before.councilAreaId : own.length === 1 ? (own[0]?.id as string) : null;
  const found = own.find(({ name }) => folded(name) === folded(words));
  const names = own.map(({ name }) => name);
  if (!found)
    problemIn(
      problems,
      row,
      'area',
      `“${words}” is no council area of ${place.locality}${names.length > 0 ? ` (${names.join(', ')})` : ''}.${didYouMean(words, names)}`,
    );
  return found?.id ?? before?.councilAreaId ?? null;
};

/** Found by URN, else by name. */
export const planOrganisations = (planning: Planning): void => {
  const { organisations, writes, newId, problems, current } = planning;
  const byUrn = new Map(current.organisations.flatMap((one) => (one.urn ? [[one.urn, one] as const] : [])));
  const show = (key: keyof Organisation, value: unknown) =>
    key === 'councilAreaId' ? (current.areas.find((area) => area.id === value)?.name ?? '') : String(value ?? '');
  for (const row of planning.rows.organisations) {
    const place = placeOf(planning, row);
    const name = saidText(row, 'name');
    if (!place || !name) continue;
    const urn = saidText(row, 'urn');
    if (urn && !/^\d{6}$/u.test(urn)) {
      problemIn(problems, row, 'urn', `“${urn}” is no URN: it has six figures, as in 123456.`);
      continue;
    }
    const withUrn = urn ? byUrn.get(urn) : undefined;
    const withName = organisations.get(inPlace(place.localityId, name));
    if (withUrn && withUrn.localityId !== place.localityId) {
      problemIn(problems, row, 'urn', 'this URN belongs to a school of another locality.');
      continue;
    }
    if (withUrn && withName && withUrn.id !== withName.id) {
      problemIn(problems, row, 'urn', `this URN belongs to ${withUrn.name}.`);
      continue;
    }
    const before = withUrn ?? withName;
    const said = saidText(row, 'kind');
    const phase = saidText(row, 'phase');
    const kind = said ?? before?.kind ?? (urn || phase ? 'school' : undefined);
    if (kind === undefined) {
      problemIn(problems, row, 'kind', 'say what it is: school, service, trust, charity, partnership, adviser, university or other.');
      continue;
    }
    const after: Organisation = {
      id: before?.id ?? newId(),
      localityId: place.localityId,
      name: before && folded(before.name) === folded(name) ? before.name : name,
      kind,
      phase: phase === undefined ? (before?.phase ?? null) : phase,
      urn: urn === undefined ? (before?.urn ?? null) : urn,
      councilAreaId: areaIn(planning, place, row, before),
    };
    if (!isFirst(planning, after.id, row, 'name')) continue;
    organisations.set(inPlace(place.localityId, name), after);
    if (after.urn) byUrn.set(after.urn, after);
    if (!before) {
      writes.organisations.push(after);
      const { name: _, ...names } = NAMES;
      note(planning, row, name, 'add', stated(after, names, show));
      continue;
    }
    const fields = differing(before, after, NAMES, show);
    if (fields.length > 0) writes.organisationsChanged.push(after);
    note(planning, row, before.name, fields.length > 0 ? 'change' : 'same', fields);
  }
};
