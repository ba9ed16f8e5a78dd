import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RatingWord } from '../../src/actions/action.ts';
import { agesAt } from '../../src/actions/cadence.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { Line } from '../../src/summaries/line.ts';
import { linesIn } from '../../src/summaries/queries.ts';
import { COUNTED, type Counts, summaryOf } from '../../src/summaries/summary.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';

// Counts that add up, and movement that is the difference of two days: against a plan that is a list of what happened, folded up to a moment.

type Word = Exclude<RatingWord, 'not_started' | 'on_hold' | 'stopped'>;
type Story = { since: string; due: string | null; ratings: { at: string; rating: Word }[] };

const WORDS: Word[] = ['green', 'amber', 'red', 'complete'];
const day = (number: number) => Temporal.PlainDate.from('2026-06-01').add({ days: number }).toString();
const story: fc.Arbitrary<Story> = fc
  .record({
    since: fc.integer({ min: 0, max: 160 }),
    due: fc.option(fc.integer({ min: 60, max: 260 })),
    ratings: fc.array(fc.record({ after: fc.integer({ min: 1, max: 60 }), rating: fc.constantFrom(...WORDS) }), { maxLength: 5 }),
  })
  .map(({ since, due, ratings }) => {
    let at = since;
    return {
      since: day(since),
      due: due === null ? null : day(due),
      ratings: ratings.map(({ after, rating }) => {
        at += after;
        return { at: day(at), rating, reason: 'two failed adverts', remedy: 'a joint post' };
      }),
    };
  });

const [stories] = fc.sample(fc.array(story, { minLength: 60, maxLength: 60 }), { numRuns: 1, seed: 31 }) as [Story[]];
/** An hour after ten, when everything of a day has happened. */
const evening = (date: string) => `${date}T11:00:00Z`;

let bot: TestBot;
let wakefield: string;

beforeAll(async () => {
  bot = await testBot();
  wakefield = (await bot.database.db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } })).id;
  await setPlan(
    bot,
    stories.map(
      ({ since, due, ratings }, index): Planned => ({
        number: index + 1,
        title: `Action ${index + 1}`,
        owner: 'wakefield.lead',
        since,
        due,
        ratings,
      }),
    ),
  );
});
afterAll(() => bot.close());

const agesOn = (date: string) => agesAt(Temporal.PlainDate.from(date), nationalTerms);

/** First days of the half-terms that the stories lie in, as the national term dates have them; nothing of the product is asked. */
const HALF_TERMS = ['2026-04-13', '2026-06-01', '2026-09-01', '2026-11-02'];
const BANK_HOLIDAYS = ['2026-08-31'];
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
const later = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
/** Mondays to Fridays after one day and before another. */
const workingDays = (from: string, to: string) =>
  Array.from({ length: Math.max(0, daysBetween(from, to) - 1) }, (_, index) => later(from, index + 1)).filter(
    (date) => ![0, 6].includes(new Date(date).getUTCDay()) && !BANK_HOLIDAYS.includes(date),
  ).length;

/** The cadence, day by day: once per half-term, about the due date, and a red every two weeks of work. */
const isPast = ({ since, due }: Story, last: Story['ratings'][number] | undefined, date: string): boolean => {
  if (last?.rating === 'complete') return false;
  const on = last?.at ?? since;
  const [before, half] = HALF_TERMS.filter((start) => start <= date).slice(-2) as [string, string];
  // In its first two weeks a half-term takes the ratings of the last one.
  const isOfEarlierHalf = on < (daysBetween(half, date) >= 14 ? half : before) && daysBetween(on, date) >= 42;
  const isBeforeDue = due !== null && due < date && daysBetween(on, due) > 14;
  return isOfEarlierHalf || isBeforeDue || (last?.rating === 'red' && workingDays(on, date) >= 10);
};

/** The naive answer for one action: its last rating by then, or that it has had no update; undefined before it was there. */
const countedOn = (story: Story, date: string): keyof Counts | undefined => {
  if (story.since > date) return undefined;
  const last = story.ratings.filter(({ at }) => at <= date).at(-1);
  return isPast(story, last, date) ? 'no_update' : (last?.rating ?? 'not_started');
};

/** Each counted once. */
const folded = (date: string): Partial<Counts> => {
  const counts: Partial<Counts> = {};
  for (const story of stories) {
    const counted = countedOn(story, date);
    if (counted) counts[counted] = (counts[counted] ?? 0) + 1;
  }
  return counts;
};
const without0 = (counts: Counts) => Object.fromEntries(Object.entries(counts).filter(([, many]) => many > 0));

const summarised = async (at: string, since: string, change: (line: Line) => Line = (line) => line) => {
  const lines = await inTransaction(bot.database.db, (tx) => linesIn(tx, [wakefield], { at: evening(at), day: at, since: evening(since) }));
  return summaryOf(lines.map(change), { today: Temporal.PlainDate.from(at), ages: agesOn(at), agesBefore: agesOn(since) });
};

const days: [string, string][] = [
  ['2026-11-19', '2026-11-12'],
  ['2026-11-19', '2026-07-01'],
  ['2026-10-01', '2026-09-24'],
  ['2026-08-15', '2026-06-02'],
  ['2026-11-03', '2026-11-02'],
];

describe.each(days)('on %s, since %s', (at, since) => {
  test('every action is counted once', async () => {
    const { actions, counts } = await summarised(at, since);
    expect(actions).toBe(stories.filter((told) => told.since <= at).length);
    expect(COUNTED.reduce((sum, what) => sum + counts[what], 0)).toBe(actions);
    expect(without0(counts)).toEqual(folded(at));
  });

  test('what moved is the difference of the two days', async () => {
    expect(without0((await summarised(at, since)).before)).toEqual(folded(since));
  });

  test('newly red, and moved to green, are those that were something else then', async () => {
    const word = ({ ratings }: Story, date: string) => ratings.filter((rating) => rating.at <= date).at(-1)?.rating ?? 'not_started';
    const numbers = (wanted: (told: Story) => boolean) =>
      stories.flatMap((told, index) => (told.since <= at && wanted(told) ? [index + 1] : []));
    const { reds, newlyRed, movedToGreen, redToGreen } = await summarised(at, since);
    const said = (lines: Line[]) => lines.map(({ number }) => number).sort((one, other) => one - other);
    const is = (told: Story, what: keyof Counts) => countedOn(told, at) === what;
    expect(said(reds), 'as many as are counted').toEqual(numbers((told) => is(told, 'red')));
    expect(said(newlyRed)).toEqual(numbers((told) => is(told, 'red') && (told.since > since || word(told, since) !== 'red')));
    expect(said(movedToGreen)).toEqual(numbers((told) => is(told, 'green') && told.since <= since && word(told, since) !== 'green'));
    expect(said(redToGreen)).toEqual(numbers((told) => is(told, 'green') && told.since <= since && word(told, since) === 'red'));
  });
});

test('the days are not all alike, so that a slip would be seen', async () => {
  const kinds = new Set(days.flatMap(([at, since]) => [JSON.stringify(folded(at)), JSON.stringify(folded(since))]));
  expect(kinds.size).toBeGreaterThan(6);
  for (const what of ['red', 'no_update', 'not_started', 'complete'] as const) expect(folded('2026-11-19')[what], what).toBeGreaterThan(0);
});

test('control: a summary that takes what is for what was would be found', async () => {
  const broken = await summarised('2026-11-19', '2026-07-01', (line) => ({ ...line, before: { self: line.self, due: line.due } }));
  expect(without0(broken.before)).not.toEqual(folded('2026-07-01'));
});

test('control: a cadence of another length would be found', async () => {
  const lines = await inTransaction(bot.database.db, (tx) => linesIn(tx, [wakefield], { day: '2026-11-19', since: evening('2026-11-12') }));
  const slow: ReturnType<typeof agesAt> = (line) => ({ ...agesOn('2026-11-19')(line), past: false });
  const broken = summaryOf(lines, { today: Temporal.PlainDate.from('2026-11-19'), ages: slow, agesBefore: slow });
  expect(without0(broken.counts)).not.toEqual(folded('2026-11-19'));
});

test('control: one that counts an old rating by its colour would be found', async () => {
  const line = (
    await inTransaction(bot.database.db, (tx) => linesIn(tx, [wakefield], { day: '2026-11-19', since: evening('2026-11-12') }))
  ).map(({ self }) => self?.rating ?? 'not_started');
  expect(line.filter((word) => word === 'red').length).not.toBe(folded('2026-11-19').red);
});
