import { distance } from 'fastest-levenshtein';
import type { Action } from '../../actions/action.ts';
import type { Place } from '../../people/directory.ts';
import { folded, problemIn, type Row, saidText } from '../read.ts';
import { codeOf } from './place.ts';
import { inPlace, type Planning } from './planning.ts';

/** Which action a row means: by its code, or by its title where its number is the council's own. */

export type World = {
  byCode: Map<string, Action>;
  byTitle: Map<string, Action[]>;
  nextNumber: (localityId: string) => number;
  nameOfKpi: (id: string) => string;
  /** Sheets some of whose codes have a prefix of the programme. */
  sheetsWithCodes: ReadonlySet<string>;
  /** Rows whose number is somebody's own. */
  ownNumbers: Row[];
  /** Rows whose day is past, though they are not over. */
  past: { row: Row; due: string }[];
};

/** Letters that may differ for two titles to be one with a slip: one in ten, at least one; never a figure ("Year 7", "Year 8"). */
const isNear = (one: string, other: string) => {
  const [first, second] = [folded(one), folded(other)];
  const figures = (text: string) => text.replaceAll(/\D+/gu, ' ').trim();
  return figures(first) === figures(second) && distance(first, second) <= Math.max(1, Math.floor(second.length / 10));
};

type Meant = { before: Action | undefined /** The number that the file gives it. */; number: number | undefined };

/**
 * The action that a row means. A code with its prefix is ours. A bare number may be the council's own numbering, so it counts only
 * where the title agrees; else the action is found by its title. Undefined once that has been said as a problem.
 */
export const meantBy = (planning: Planning, place: Place, row: Row, title: string, world: World): Meant | undefined => {
  const code = codeOf(planning, row);
  const numbered = code && world.byCode.get(`${place.localityId}|${code.number}`);
  if (code?.prefix) return { before: numbered, number: code.number };
  if (numbered && folded(numbered.title) === folded(title)) return { before: numbered, number: code.number };
  const titled = world.byTitle.get(inPlace(place.localityId, title)) ?? [];
  if (titled.length > 1) {
    const codes = titled.map((one) => one.code).join(' and ');
    problemIn(planning.problems, row, 'title', `${codes} are both called this. Write the code of the one meant.`);
    return undefined;
  }
  if (!titled[0] && numbered && isNear(numbered.title, title)) return { before: numbered, number: code?.number };
  if (saidText(row, 'code')) world.ownNumbers.push(row);
  return { before: titled[0], number: undefined };
};

/** A slip in a code: it begins as one of ours does, or stands among codes of ours. Anything else is somebody's own numbering. */
export const slipIn = (planning: Planning, row: Row, world: World): boolean => {
  const code = saidText(row, 'code');
  if (!code || codeOf(planning, row)) return false;
  const [prefix = ''] = /^\p{L}+/u.exec(code) ?? [];
  const isSlip = prefix !== '' && (planning.prefixes.has(prefix.toUpperCase()) || world.sheetsWithCodes.has(`${row.file}|${row.sheet}`));
  if (isSlip)
    problemIn(
      planning.problems,
      row,
      'code',
      `“${code}” is no code of an action here. Write it as in ${planning.places[0]?.prefix ?? 'WAK'}-12, or leave it empty: then the action is found by its title.`,
    );
  return isSlip;
};

/** Said once for each sheet: a note for every row of a plan would be no note. */
export const noteOwnNumbers = ({ notes }: Planning, { ownNumbers }: World) => {
  for (const [sheet, rows] of Map.groupBy(ownNumbers, (row) => row.sheet)) {
    const [first] = rows as [Row];
    const examples = rows.slice(0, 3).map((row) => `“${saidText(row, 'code')}”`);
    const column = first.columns.get('code');
    notes.push(
      `Sheet “${sheet}”, column ${column}: ${examples.join(', ')}${rows.length > 3 ? ' …' : ''} is taken as your own numbering and left out; the actions are found by their titles. A code of an action here has its prefix, as in WAK-12.`,
    );
  }
};
