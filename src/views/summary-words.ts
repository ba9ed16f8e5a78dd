import type { Temporal } from 'temporal-polyfill';
import { RATING_WORDS } from '../actions/differences.ts';
import { dayWords, formatDate, weekdayName } from '../calendar/dates.ts';
import { termWeek } from '../calendar/term-week.ts';
import { nationalTerms } from '../calendar/terms.ts';
import type { KpiState } from '../summaries/kpis.ts';
import { COUNTED, type Counts, type Summary } from '../summaries/summary.ts';
import { shortened } from './actions/parts.ts';

/** What the summaries of one place and of several say alike. */

export type Day = Temporal.PlainDate;

const LONGEST_TITLE = 150;

/** "6,250" */
export const figure = (many: number): string => many.toLocaleString('en-GB');

export const counted = (many: number, one: string) => `${figure(many)} ${many === 1 ? one : `${one}s`}`;

/** "autumn term, week 12", or "as at 1 October 2026". */
export const whenWords = (day: Day, asAt: boolean): string => (asAt ? `as at ${dayWords(day)}` : termWeek(day, nationalTerms));

type Since = { since: Day; first: boolean; today: Day; asAt: boolean; shared: boolean };

/** "Changes are since Thursday 12 Nov, when you last looked."; those with whom it is shared may not have looked. */
export const changesWords = ({ since, first, today, asAt, shared }: Since): string => {
  const why = asAt ? ', a week before' : first ? ', a week ago' : shared ? '' : ', when you last looked';
  return `Changes are since ${weekdayName(since)} ${formatDate(since, today)}${why}.`;
};

/** "1 more", "2 fewer"; nothing when it stayed. */
export const moved = (now: number, before: number): string | undefined =>
  now === before ? undefined : now > before ? `${figure(now - before)} more` : `${figure(before - now)} fewer`;

const named = (what: (typeof COUNTED)[number], weeks: string) => (what === 'no_update' ? `with no update${weeks}` : RATING_WORDS[what]);

type Figures = { actions: number; counts: Counts; before: Counts; weeks?: readonly number[] };

/** " for 7 weeks", " for up to 9 weeks" */
const ageWords = (weeks: readonly number[]) => {
  if (weeks.length === 0) return '';
  const most = Math.max(...weeks);
  return ` for ${Math.min(...weeks) < most ? 'up to ' : ''}${counted(most, 'week')}`;
};

/** "3 Red (1 more)", "9 Amber", …: what there is none of is left out, but for the reds. */
const countWords = ({ counts, before, weeks = [] }: Figures, withMovement: readonly string[]) =>
  COUNTED.filter((what) => what === 'red' || counts[what] > 0).map((what) => {
    const change = withMovement.includes(what) ? moved(counts[what], before[what]) : undefined;
    return `${figure(counts[what])} ${named(what, ageWords(weeks))}${change ? ` (${change})` : ''}`;
  });

const COLOURS = ['red', 'amber', 'green', 'complete'] as const;

/**
 * The first line, and what of the counts did not fit in it: it always says whose plan it is, how many actions, and how many are red.
 * Movement of the reds and ambers stays longest.
 */
export const firstLine = (name: string, when: string, figures: Figures): { title: string; counts: string | undefined } => {
  const start = `${shortened(name, 60)}, ${when}: ${counted(figures.actions, 'action')}`;
  if (figures.actions === 0) return { title: `${shortened(name, 60)}, ${when}: no actions in the plan yet`, counts: undefined };
  for (const withMovement of [COLOURS, ['red', 'amber']]) {
    const title = `${start}. ${countWords(figures, withMovement).join(' · ')}`;
    if (title.length <= LONGEST_TITLE) return { title, counts: undefined };
  }
  const [reds, ...others] = countWords(figures, COLOURS);
  return { title: `${start}. ${reds}`, counts: `${others.join(', ')}.` };
};

const KPI_WORDS = ['on track', 'close', 'off track', 'too early to say', 'no target', 'no baseline', 'no direction', 'not shown'];

/** "3 on track, 1 close, 1 off track" */
export const kpiWords = (kpis: readonly KpiState[]): string =>
  KPI_WORDS.map((word) => [kpis.filter((kpi) => kpi.word === word).length, word] as const)
    .filter(([many]) => many > 0)
    .map(([many, word]) => `${many} ${word.replace(/^no /u, 'without a ')}`)
    .join(', ');

/** Numbers in one line, so many at most. */
const MOST_LISTED = 12;
export const listed = (said: readonly string[], most = MOST_LISTED): string =>
  said.length <= most ? said.join(', ') : `${said.slice(0, most).join(', ')} and ${said.length - most} more`;

export const figuresOf = (summary: Summary): Figures => ({
  actions: summary.actions,
  counts: summary.counts,
  before: summary.before,
  weeks: summary.noUpdate.map(({ weeks }) => weeks),
});
