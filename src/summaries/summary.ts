import type { Temporal } from 'temporal-polyfill';
import { declared, isLive, type RatingWord } from '../actions/action.ts';
import { type agesAt, type Counted, countedAs } from '../actions/cadence.ts';
import { differencesOf, type KpiWord } from '../actions/differences.ts';
import { actionStatus } from '../actions/status.ts';
import type { KpiState } from './kpis.ts';
import type { Line } from './line.ts';

/** A plan in figures: what its actions are, what moved, and which want a look. Pure: the same lines give the same summary. */

/** What actions are counted as, in the order in which they are said: reds first. */
export const COUNTED = [
  'red',
  'amber',
  'green',
  'complete',
  'no_update',
  'not_started',
  'on_hold',
  'stopped',
] as const satisfies readonly Counted[];

export type Counts = Record<Counted, number>;

/** As much of a summary as means anything across localities. */
export type Tally = Pick<Summary, 'actions' | 'counts' | 'before' | 'oldest'>;

/** Something to be said of one action. */
type Noted<T = unknown> = { line: Line } & T;

export type Summary = {
  actions: number;
  counts: Counts;
  /** The counts at the earlier moment. */
  before: Counts;
  /** The age in weeks of the oldest rating that is past its cadence; none when no rating is. */
  oldest: number | null;
  /** Those that are counted as red, in the plan's order; a red past its cadence is among `noUpdate`, as in the counts. */
  reds: Line[];
  /** Of the reds: declared something else at the earlier moment, or not yet in the plan. One that is red again after no update is not new. */
  newlyRed: Line[];
  movedToGreen: Line[];
  /** Red at the earlier moment and green now. */
  redToGreen: Line[];
  pastDate: Noted<{ days: number }>[];
  noUpdate: Noted<{ weeks: number }>[];
  /** Declared green, and the data say something else. */
  figuresDiffer: Line[];
  adviserDiffers: Noted<{ rating: RatingWord }>[];
  /** Their owner's role there has ended, or they never had one, though something is expected; somebody may stand in. */
  withoutOwner: Line[];
  dueSoon: Line[];
  kpis: KpiState[];
};

/** Days ahead that "due soon" looks. */
const SOON = 14;
const DAY = 86_400_000;
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY;

export type Asked = {
  today: Temporal.PlainDate;
  /** The ages of ratings on that day, and on the day of the earlier moment. */
  ages: ReturnType<typeof agesAt>;
  agesBefore: ReturnType<typeof agesAt>;
  kpis?: readonly KpiState[];
};

const NO_WORDS: KpiWord[] = [];

export const noCounts = (): Counts => ({ red: 0, amber: 0, green: 0, complete: 0, no_update: 0, not_started: 0, on_hold: 0, stopped: 0 });

const wordOf = ({ name, status, word }: KpiState): KpiWord[] => (status === 'not_shown' ? [] : [{ name, status, word }]);

/** @param lines of one scope, in the plan's order */
export const summaryOf = (lines: readonly Line[], { today, ages, agesBefore, kpis = [] }: Asked): Summary => {
  const day = today.toString();
  const soon = today.add({ days: SOON }).toString();
  const states = new Map(kpis.map((kpi) => [kpi.id, kpi]));
  const summary: Summary = {
    actions: lines.length,
    counts: noCounts(),
    before: noCounts(),
    oldest: null,
    reds: [],
    newlyRed: [],
    movedToGreen: [],
    redToGreen: [],
    pastDate: [],
    noUpdate: [],
    figuresDiffer: [],
    adviserDiffers: [],
    withoutOwner: [],
    dueSoon: [],
    kpis: [...kpis],
  };
  for (const line of lines) {
    const age = ages(line);
    const counted = countedAs(line, age);
    summary.counts[counted] += 1;
    if (counted === 'no_update') {
      summary.noUpdate.push({ line, weeks: age.weeks });
      summary.oldest = Math.max(summary.oldest ?? 0, age.weeks);
    }

    const was = line.before && declared(line.before);
    if (line.before) {
      const { self, due } = line.before;
      const then = { self, due, since: line.since, keeps: line.keeps };
      summary.before[countedAs(then, agesBefore(then))] += 1;
    }
    if (counted === 'red') summary.reds.push(line);
    if (counted === 'red' && was !== 'red') summary.newlyRed.push(line);
    if (counted === 'green' && was !== null && was !== 'green') summary.movedToGreen.push(line);
    if (counted === 'green' && was === 'red') summary.redToGreen.push(line);

    const status = actionStatus(line, day);
    if (status.status === 'late' && line.due) summary.pastDate.push({ line, days: daysBetween(line.due, day) });
    const words = line.kpiIds.length === 0 ? NO_WORDS : line.kpiIds.flatMap((id) => states.get(id) ?? []).flatMap(wordOf);
    for (const difference of differencesOf({ self: line.self, independent: line.independent, atOnce: null }, status, words)) {
      if (difference.kind === 'figures') summary.figuresDiffer.push(line);
      if (difference.kind === 'adviser') summary.adviserDiffers.push({ line, rating: difference.rating });
    }
    if (!isLive(line)) continue;
    if (line.answers !== 'owner') summary.withoutOwner.push(line);
    if (line.due !== null && line.due >= day && line.due <= soon) summary.dueSoon.push(line);
  }
  return summary;
};

/** Plain sums over localities; nothing else means anything across them. */
export const sumOf = (summaries: readonly Tally[]): Tally => {
  const total: Tally = { actions: 0, counts: noCounts(), before: noCounts(), oldest: null };
  for (const { actions, counts, before, oldest } of summaries) {
    total.actions += actions;
    for (const counted of COUNTED) {
      total.counts[counted] += counts[counted];
      total.before[counted] += before[counted];
    }
    if (oldest !== null) total.oldest = Math.max(total.oldest ?? 0, oldest);
  }
  return total;
};

/** KPIs whose computed status is another one than before. */
export const kpisChanged = (now: readonly KpiState[], before: readonly KpiState[]) => {
  const earlier = new Map(before.map((kpi) => [kpi.id, kpi]));
  return now.flatMap((kpi) => {
    const was = earlier.get(kpi.id);
    const shown = was && was.status !== 'not_shown' && kpi.status !== 'not_shown';
    return shown && was.word !== kpi.word ? [{ name: kpi.name, from: was.word, to: kpi.word }] : [];
  });
};
