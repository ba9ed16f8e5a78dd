import { declared, isClosed, type RatingWord } from '../../src/actions/action.ts';
import { matchName, type Named, parseRating } from '../../src/bot/grammar.ts';
import { isWithoutOwner } from '../../src/people/ownership.ts';
import type { Look } from '../../src/views/actions/show.ts';

/** What follows `rag` where it names no action: filters, in any order. */

export type Flag = 'past' | 'no_update' | 'no_owner' | 'differ' | 'due';

export type Filter = {
  whose: 'mine' | 'all' | undefined;
  ratings: RatingWord[];
  flags: Flag[];
  /** Names as they were found: of localities, projects and criteria. */
  localities: string[];
  projects: string[];
  criteria: string[];
};

export type Places = {
  localities: { name: string; prefix: string }[];
  projects: string[];
  criteria: { id: string; name: string }[];
};

export type ParsedFilter =
  | { kind: 'filter'; filter: Filter }
  /** Where it begins that was not understood, and what may be meant, each as words to be typed. */
  | { kind: 'unknown'; said: string; near: string[] };

const END = '(?![\\p{L}\\p{N}])';
const word = (source: string) => new RegExp(`^(?:${source})${END}`, 'iu');

/** The longer of two that begin alike stands first. */
const FLAGS: [Flag, RegExp][] = [
  ['past', word('past(?: (?:its|their|the))?(?: due)?(?: dates?)?|late|overdue')],
  ['no_update', word('(?:no|without(?: an?)?)[ -]updates?|not updated|stale')],
  ['no_owner', word('(?:no|without(?: an?)?)[ -]owners?|nobody')],
  ['differ', word('differ(?:s|ent|ences?|ing)?|disagree(?:s|ing|ments?)?')],
  ['due', word('due(?: soon| in two weeks)?|soon')],
];
const WHOSE: ['mine' | 'all', RegExp][] = [
  ['mine', word('mine|my(?: own)?')],
  ['all', word('all|everything|the (?:whole )?plan|plan')],
];
/** Words that join others, and say nothing. */
const JOIN = /^(?:[\s,;·+&]+|(?:and|or|in|of|the|for|with|actions?|rated|their|its|those|that|are|is)(?![\p{L}\p{N}]))/iu;

const candidatesOf = ({
  localities,
  projects,
  criteria,
}: Places): (Named & { of: 'localities' | 'projects' | 'criteria'; value: string })[] => [
  ...localities.map(({ name, prefix }) => ({ id: `l ${name}`, name, aliases: [prefix], of: 'localities' as const, value: name })),
  ...[...new Set(projects)].map((name) => ({ id: `p ${name}`, name, aliases: [], of: 'projects' as const, value: name })),
  ...criteria.map(({ id, name }) => ({
    id: `c ${id}`,
    name,
    aliases: [name.replace(/^(?:an?|the) /iu, '')],
    of: 'criteria' as const,
    value: id,
  })),
];

/** Reads filters from words; everything must be understood, so that nobody reads a list that is not the one they asked for. */
export const parseFilter = (words: string, places: Places): ParsedFilter => {
  const filter: Filter = { whose: undefined, ratings: [], flags: [], localities: [], projects: [], criteria: [] };
  const candidates = candidatesOf(places);
  let rest = words.trim();
  while (rest !== '') {
    const joined = JOIN.exec(rest);
    if (joined && joined[0] !== '') {
      rest = rest.slice(joined[0].length);
      continue;
    }
    const whose = WHOSE.flatMap(([found, pattern]) => (pattern.exec(rest) ?? []).slice(0, 1).map((taken) => ({ found, taken })))[0];
    const flag = FLAGS.flatMap(([found, pattern]) => (pattern.exec(rest) ?? []).slice(0, 1).map((taken) => ({ found, taken })))[0];
    const rating = parseRating(rest);
    if (whose) {
      filter.whose = whose.found;
      rest = rest.slice(whose.taken.length);
    } else if (flag) {
      filter.flags.push(flag.found);
      rest = rest.slice(flag.taken.length);
    } else if (rating && 'rating' in rating && rating.rating !== 'same') {
      filter.ratings.push(rating.rating);
      rest = rating.rest;
    } else {
      const match = matchName(rest, candidates);
      const named = match.kind === 'one' ? candidates.find(({ id }) => id === match.id) : undefined;
      if (!named || match.kind !== 'one') {
        const ids = match.kind === 'several' || match.kind === 'near' ? match.ids : [];
        return { kind: 'unknown', said: rest, near: ids.flatMap((id) => candidates.find((candidate) => candidate.id === id)?.name ?? []) };
      }
      filter[named.of].push(named.value);
      rest = match.rest;
    }
  }
  return { kind: 'filter', filter };
};

const DAYS_DUE_SOON = 14;
const DAY = 86_400_000;

const FLAG: Record<Flag, (look: Look) => boolean> = {
  past: ({ status }) => status.status === 'late',
  no_update: ({ age }) => age.past,
  no_owner: ({ action }) => !isClosed(action) && isWithoutOwner(action),
  differ: ({ differences }) => differences.length > 0,
  due: ({ action: { due }, status, today }) => {
    const days = due === null ? Number.NaN : (Date.parse(due) - Date.parse(today.toString())) / DAY;
    return status.status !== 'none' && days >= 0 && days <= DAYS_DUE_SOON;
  },
};

/** Whether an action is among those that were asked for: one of the colours, and each of the other things said. */
export const passes =
  ({ ratings, flags, localities, projects, criteria }: Filter) =>
  (look: Look): boolean => {
    const { action } = look;
    return (
      (ratings.length === 0 || ratings.includes(declared(action))) &&
      flags.every((flag) => FLAG[flag](look)) &&
      (localities.length === 0 || localities.includes(action.locality)) &&
      (projects.length === 0 || (action.project !== null && projects.includes(action.project))) &&
      (criteria.length === 0 || (action.criterionId !== null && criteria.includes(action.criterionId)))
    );
  };
