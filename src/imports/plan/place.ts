import type { Place } from '../../people/directory.ts';
import { nearest } from '../../people/invite.ts';
import type { Problems } from '../problems.ts';
import { folded, problemIn, type Row, saidText } from '../read.ts';

/** Where a row belongs: it says so in its column or by the prefix of its code, or it belongs where the whole file does. */

export type Scope = {
  /** Where rows may belong. */
  places: readonly Place[];
  /** Where rows belong that do not say so. */
  place: Place | undefined;
  /** The prefixes of every locality of the programme: SHE-1 is a code wherever it is read, AP-1 is somebody's own numbering. */
  prefixes: ReadonlySet<string>;
};

export const didYouMean = (words: string, names: readonly string[]): string => {
  const near = nearest(words, [...new Set(names)]);
  return near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
};

/** The place that words mean: a locality's name or prefix. */
export const placeNamed = (places: readonly Place[], words: string): Place | undefined =>
  places.find(({ locality, prefix }) => folded(locality) === folded(words) || folded(prefix) === folded(words));

const CODE = /^(?:([a-z]{2,4})[ -]?)?(\d{1,6})$/iu;
/** Far above any plan: a number beyond it is a slip. */
const MOST_NUMBER = 100_000;

export type Code = { /** In capitals; a bare number has none. */ prefix: string | undefined; number: number };

/** What the code of an action says; undefined where it says none, or one of somebody's own numbering ("1.1", "AP-1"). */
export const codeOf = ({ prefixes }: Pick<Scope, 'prefixes'>, row: Row): Code | undefined => {
  const [, prefix, figures] = CODE.exec((row.kind === 'actions' && saidText(row, 'code')) || '') ?? [];
  const number = Number(figures);
  if (!figures || number < 1 || number > MOST_NUMBER || (prefix && !prefixes.has(prefix.toUpperCase()))) return undefined;
  return { prefix: prefix?.toUpperCase(), number };
};

/** The locality that a row names itself, in its words. */
export const placeWords = (scope: Pick<Scope, 'prefixes'>, row: Row): string | undefined =>
  saidText(row, 'locality') || codeOf(scope, row)?.prefix;

const only = ({ places }: Scope) => (places.length === 1 ? ` This import is into ${places[0]?.locality}.` : '');

/** Where a row belongs; undefined once that has been said as a problem. */
export const placeOf = (planning: Scope & { problems: Problems }, row: Row): Place | undefined => {
  const { places, place, problems } = planning;
  const said = saidText(row, 'locality');
  const code = codeOf(planning, row);
  const named = said ? placeNamed(places, said) : undefined;
  if (said && !named) {
    const names = places.map(({ locality }) => locality);
    const near = places.length === 1 ? only(planning) : didYouMean(said, names);
    problemIn(problems, row, 'locality', `“${said}” is no locality that can be imported into.${near}`);
    return undefined;
  }
  const byPrefix = code?.prefix === undefined ? undefined : placeNamed(places, code.prefix);
  if (code?.prefix !== undefined && !byPrefix) {
    const others =
      places.length === 1
        ? only(planning)
        : ` There are: ${places
            .slice(0, 10)
            .map(({ prefix }) => prefix)
            .join(', ')}.`;
    const words = `“${saidText(row, 'code')}”: ${code.prefix} is no locality that can be imported into.`;
    problemIn(problems, row, 'code', `${words}${others}`);
    return undefined;
  }
  if (named && byPrefix && byPrefix.localityId !== named.localityId) {
    problemIn(problems, row, 'code', `“${saidText(row, 'code')}” is of ${byPrefix.locality}, and the row says ${named.locality}.`);
    return undefined;
  }
  const found = named ?? byPrefix ?? place;
  if (!found) problemIn(problems, row, 'locality', 'say which locality this belongs to.');
  return found;
};
