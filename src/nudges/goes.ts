import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Line } from './line.ts';

/** Whether what waits is worth a message now, and which lines are in it. Pure. DESIGN.md, "Rhythm". */

/** Weeks after which a line that was told once and still waits is told again, once: whichever day of its week a message moved to. */
const AGAIN_WEEKS = 2;
/** Days that a patient line waits to share a message. */
const PATIENCE_DAYS = 21;
/** The last message of a school year to somebody who owns one action. */
export const MOST_FOR_ONE = 10;

/** On which days (YYYY-MM-DD) a person was told each line, by its key, in order. */
export type Told = ReadonlyMap<string, readonly string[]>;

export type Going = {
  /** They get a summary every week in which these lines are: only what is not patient needs a message besides. */
  weeklySummary: boolean;
  /** Nudges that they have had in this school year. */
  messagesThisYear: number;
  /** They own one action, and nothing else can wait for them. */
  ownsOne: boolean;
};

const daysSince = (from: string, today: Temporal.PlainDate) => Temporal.PlainDate.from(from).until(today).days;
const mondayOf = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });
/** Whether the ISO week of a day is at least so much later than that of another one that what was told on this is told again. */
const isWeeksAfter = (first: string, day: Temporal.PlainDate) =>
  mondayOf(Temporal.PlainDate.from(first)).until(mondayOf(day)).days >= 7 * AGAIN_WEEKS;

/** Why a line makes a message go; undefined: it does not, but may be in one that goes. */
const trigger = (line: Line, told: Told, today: Temporal.PlainDate): 'new' | 'waited' | 'again' | undefined => {
  const [first, ...later] = told.get(line.key) ?? [];
  if (first === undefined) {
    if (!line.patient) return 'new';
    return daysSince(line.since, today) >= PATIENCE_DAYS ? 'waited' : undefined;
  }
  // What rode along with another message in the week after was not the repetition.
  const wasRepeated = later.some((on) => isWeeksAfter(first, Temporal.PlainDate.from(on)));
  return !wasRepeated && !line.once && isWeeksAfter(first, today) ? 'again' : undefined;
};

/** The lines of a message that goes now, and why; without lines: why none goes. */
export const decide = (
  lines: readonly Line[],
  told: Told,
  today: Temporal.PlainDate,
  { weeklySummary, messagesThisYear, ownsOne }: Going,
): { lines: Line[]; why: string } => {
  if (lines.length === 0) return { lines: [], why: 'nothing waits' };
  if (ownsOne && messagesThisYear >= MOST_FOR_ONE)
    return { lines: [], why: `has had ${messagesThisYear} messages in this school year and owns one action` };
  const reasons = lines
    .filter((line) => !weeklySummary || !line.patient)
    .flatMap((line) => {
      const because = trigger(line, told, today);
      return because ? [{ line, because }] : [];
    });
  if (reasons.length === 0)
    return { lines: [], why: weeklySummary ? 'what waits is in the weekly summary' : 'what waits was told, or can share a later message' };
  const why = reasons.map(({ line, because }) => `${WAITS[line.kind]}${BECAUSE[because](line, told, today)}`);
  return { lines: lines.filter((line) => !line.once || !told.has(line.key)), why: [...new Set(why)].join('; ') };
};

/** Of what a line is, for whoever runs the server. */
const WAITS: Record<Line['kind'], string> = {
  red: 'a red that is two weeks old',
  due: 'a rating near its date or past it',
  worry: 'a worry that has no answer',
  meeting: 'ratings before a meeting',
  reading: 'a reading that is due',
  pulse: 'a pulse that is open',
  without_owner: 'something without an owner',
  half_term: 'a rating of this half-term',
  answer: 'an adviser’s rating that is another',
  ask_meeting: 'when they meet next',
  terms: 'term dates that nobody has confirmed',
  news: 'news',
};

const said = (iso: string, today: Temporal.PlainDate) => formatDate(Temporal.PlainDate.from(iso), today);

const BECAUSE = {
  new: ({ since }: Line, _told: Told, today: Temporal.PlainDate) => `, since ${said(since, today)}, not told yet`,
  waited: ({ since }: Line, _told: Told, today: Temporal.PlainDate) =>
    `, since ${said(since, today)}: it has waited three weeks or more to share a message`,
  again: ({ key }: Line, told: Told, today: Temporal.PlainDate) =>
    `, told on ${said(told.get(key)?.[0] ?? today.toString(), today)} and still waiting`,
} as const;

/** The lines of a message that goes now; none: no message. */
export const goes = (lines: readonly Line[], told: Told, today: Temporal.PlainDate, going: Going): Line[] =>
  decide(lines, told, today, going).lines;

/** Which lines a person was told by other messages; `thisWeek`: by another summary of the same week. */
export type Before = ReadonlyMap<string, { thisWeek: boolean }>;

/** The lines of a summary: what is told once is not told again, and what waits is said by one summary of a week, though somebody may get two. */
export const inSummary = (lines: readonly Line[], before: Before): Line[] =>
  lines.filter(({ key, once }) => !(once ? before.has(key) : before.get(key)?.thisWeek));
