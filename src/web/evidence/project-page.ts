import { z } from 'zod';
import { criteria } from '../../actions/criteria.ts';
import { projectsIn } from '../../actions/projects.ts';
import { actionsIn } from '../../actions/queries.ts';
import { organisationCode } from '../../evidence/codes.ts';
import { mayLookOver, mayOpen } from '../../evidence/overview.ts';
import { themesIn } from '../../evidence/overview-queries.ts';
import { localityOfProject } from '../../evidence/place-kpi-queries.ts';
import { type Taker, takersOf } from '../../evidence/place-queries.ts';
import { cyclesFor, needsCheck, readableEntries } from '../../evidence/register.ts';
import { may } from '../../people/permissions.ts';
import { countsOf } from '../../people/taking.ts';
import { count, shortened } from '../../views/actions/parts.ts';
import { KIND_WORDS, whenWords } from '../../views/evidence/register.ts';
import { HOW_TAKING, kindWords, organisationPath, spanWords } from './organisation-page.ts';
import { type Asked, type Page, pageAsked, type Reader } from './page.ts';
import { CHART_LEGEND, smallChart } from './places-chart.ts';
import { coverageView, hasConcealed, kpiView, kpiWords, readKpis, withSeries } from './places-kpis.ts';
import { crumbsOf } from './places-locality.ts';
import { actionAs, handsOf, whoIn } from './places-people.ts';
import { planView } from './places-plan.ts';
import { storyView } from './places-sections.ts';

/** One project: why it should work, what it does, what it moves, and who takes part in it. */

/** Organisations on one page. */
const TAKERS = 100;

/** "School 2" before "School 10". */
const BY_NAME = new Intl.Collator('en-GB', { numeric: true });

/** By name; by code, and in the order of the codes, for whoever does not see names: the order of names would tell them. */
const takersView = (takers: readonly Taker[], prefix: string, { to }: Reader, secret: Uint8Array | undefined) =>
  takers
    .map(({ id, name, kind, phase, parts }) => {
      const code = secret && organisationCode(secret, id);
      return {
        name: code ?? name,
        href: organisationPath(to, prefix, { id, code }),
        kind: kindWords(kind, phase),
        parts: parts.map((part) => `${HOW_TAKING[part.how]} ${spanWords(part)}`).join('; '),
      };
    })
    .sort((one, other) => (secret ? one.name.localeCompare(other.name, 'en-GB') : BY_NAME.compare(one.name, other.name)));

/** Where else somebody works on the same: localities by name, for whoever may know of them. */
const alsoOn = async ({ tx, actor, places, to }: Reader, theme: string | null, localityId: string) => {
  const wanted = theme?.trim().toLowerCase() ?? '';
  const others = wanted === '' ? [] : places.filter((place) => place.localityId !== localityId && mayLookOver(actor, place));
  if (others.length === 0) return [];
  const by = new Map(others.map((place) => [place.localityId, place]));
  const themes = (await themesIn(tx, [...by.keys()])).filter((one) => one.theme === wanted);
  return [...Map.groupBy(themes, (one) => one.localityId)].flatMap(([id, theirs]) => {
    const place = by.get(id);
    if (!place) return [];
    return mayOpen(actor, place)
      ? theirs.map(({ projectId, project }) => ({ name: `${place.locality}: ${project}`, href: to(`/projects/${projectId}`) }))
      : [{ name: place.locality }];
  });
};

/** @param secret of the server, by which organisations have codes */
export const projectPage =
  (secret: Uint8Array): Page =>
  async (reader: Reader, asked: Asked) => {
    const { tx, actor, today, to } = reader;
    const id = asked.param('id');
    if (!z.guid().safeParse(id).success) return undefined;
    const localityId = await localityOfProject(tx, id);
    const place = reader.places.find((one) => one.localityId === localityId);
    if (!place || !mayOpen(actor, place)) return undefined;
    const project = (await projectsIn(tx, [place.localityId])).find((one) => one.id === id);
    if (!project) return undefined;
    const named = may(actor, 'names.read', place);
    const all = await readKpis(reader, place.localityId);
    const kpis = all.filter(({ projectId }) => projectId === id);
    const marks = await cyclesFor(tx, kpis);
    const charts = new Map((await withSeries(reader, kpis)).map((kpi) => [kpi.id, smallChart(kpi, marks.get(kpi.id) ?? [], today)]));
    const plan = (await actionsIn(tx, [place.localityId], { day: today.toString() })).filter(({ projectId }) => projectId === id);
    const who = await whoIn(
      reader,
      place,
      plan.flatMap((action) => [...handsOf(action), action.self?.byId ?? null, action.independent?.byId ?? null]),
    );
    const actions = plan.map((action) => actionAs(action, who, named));
    const taking = (await countsOf(tx, [id], today.toString())).get(id);
    const takers = takersView(await takersOf(tx, id), place.prefix, reader, named ? undefined : secret);
    const page = pageAsked(asked.query('page'));
    const readsRegister = may(actor, 'register.read', place);
    const entries = readsRegister ? await readableEntries(tx, actor, [place.localityId], { projectId: id }) : [];
    const stories = readsRegister
      ? await readableEntries(tx, actor, [place.localityId], { kinds: ['story'], kpiIds: kpis.map((kpi) => kpi.id) })
      : [];
    const areas = await criteria(tx);
    const link = (at: number) => `${to(`/projects/${id}`, { page: at === 1 ? undefined : String(at) })}#taking`;
    return {
      template: 'evidence/project.njk',
      title: `${project.name}, ${place.locality}`,
      heading: project.name,
      caption: `Project, ${place.locality}`,
      crumbs: crumbsOf(place, to, { text: project.name }),
      project,
      also: await alsoOn(reader, project.theme, place.localityId),
      kpis: kpis.map((kpi) => ({
        ...kpiView(kpi, reader),
        chart: charts.get(kpi.id),
        stories: stories.filter(({ kpiId }) => kpiId === kpi.id).map((entry) => storyView(entry, reader)),
      })),
      legend: CHART_LEGEND,
      concealed: kpis.some(hasConcealed),
      coverage: kpis.filter(({ coverage }) => coverage !== null).map((kpi) => coverageView(kpi, reader)),
      plan: planView(actions, { rating: undefined, project: undefined, criterion: undefined }, { today, to, words: kpiWords(all, today) }),
      criteria: areas.filter((area) => [...kpis, ...actions].some(({ criterionId }) => criterionId === area.id)).map(({ name }) => name),
      taking,
      takers: {
        rows: takers.slice((page - 1) * TAKERS, page * TAKERS),
        all: takers.length,
        says: count(takers.length, 'organisation'),
        codes: !named,
        newer: page > 1 ? link(page - 1) : undefined,
        older: page * TAKERS < takers.length ? link(page + 1) : undefined,
      },
      register: readsRegister
        ? {
            href: to('/register', { locality: place.prefix, project: id }),
            entries: entries.map((entry) => ({
              text: `${KIND_WORDS[entry.kind].name}, ${whenWords(entry, today)}`,
              href: to(`/register/${entry.id}`),
              detail: `${needsCheck(entry) ? 'Not checked yet: ' : ''}${shortened(entry.summary, MOST_SUMMARY)}`,
            })),
          }
        : undefined,
    };
  };

const MOST_SUMMARY = 160;
