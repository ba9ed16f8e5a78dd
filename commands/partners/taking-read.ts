import { Temporal } from 'temporal-polyfill';
import { optionalDate } from '../../src/kpis/define.ts';
import { nearest } from '../../src/people/invite.ts';
import type { Named } from '../../src/people/taking.ts';
import { dateExpected } from '../dates.ts';

/** What was filled in about who takes part: every line is an organisation, or is told what is expected. */

/** The most organisations in one paste; more come by import. */
const MOST_LINES = 400;
const MOST_PROBLEMS = 10;
const YEARS_BACK = 10;

const fold = (name: string) => name.replaceAll(/\s+/gu, ' ').trim().toLowerCase();
/** The first column of what was pasted. */
const firstCell = (row: string) => (row.split('\t')[0] ?? '').trim().replaceAll(/^"|"$|,$/gu, '');

/** The organisations of a list, each once; or what is wrong with which line. */
export const readOrganisations = (
  text: string,
  organisations: readonly Named[],
  locality: string,
): { found: Named[] } | { problem: string } => {
  const byName = new Map(organisations.map((organisation) => [fold(organisation.name), organisation]));
  const lines = text
    .split(/\r?\n/u)
    .map((row, index) => ({ name: firstCell(row), number: index + 1 }))
    .filter(({ name }) => name !== '');
  if (lines.length === 0) return { problem: 'Write one organisation a line.' };
  if (lines.length > MOST_LINES) return { problem: `At most ${MOST_LINES} organisations at once; this is ${lines.length}.` };
  const unknown = lines.filter(({ name }) => !byName.has(fold(name)));
  if (unknown.length === 0) return { found: [...new Set(lines.flatMap(({ name }) => byName.get(fold(name)) ?? []))] };
  const known = organisations.map(({ name }) => name);
  const problems = unknown.slice(0, MOST_PROBLEMS).map(({ name, number }) => {
    const near = nearest(name, known);
    return `Line ${number}: ${locality} has no organisation “${name.slice(0, 100)}”.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`;
  });
  return {
    problem: [...problems, ...(unknown.length > MOST_PROBLEMS ? [`and ${unknown.length - MOST_PROBLEMS} more lines.`] : [])].join('\n'),
  };
};

/** The day of a form, today when empty; or what is expected of it. */
export const readPartDay = (text: string | undefined, today: Temporal.PlainDate): { day: Temporal.PlainDate } | { problem: string } => {
  const found = optionalDate(text);
  if (found === undefined) return { problem: dateExpected(today) };
  const day = found === null ? today : Temporal.PlainDate.from(found);
  const [earliest, latest] = [today.subtract({ years: YEARS_BACK }), today.add({ years: 1 })];
  if (Temporal.PlainDate.compare(day, earliest) < 0) return { problem: `At most ${YEARS_BACK} years ago.` };
  if (Temporal.PlainDate.compare(day, latest) > 0) return { problem: 'At most one year ahead.' };
  return { day };
};
