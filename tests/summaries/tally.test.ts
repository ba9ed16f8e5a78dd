import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declared, type RatingWord } from '../../src/actions/action.ts';
import { agesAt, type Limits, limitsAt } from '../../src/actions/cadence.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { Line } from '../../src/summaries/line.ts';
import { linesIn } from '../../src/summaries/queries.ts';
import { type Summary, summaryOf, sumOf, type Tally } from '../../src/summaries/summary.ts';
import { type Beside, countsIn, talliesIn } from '../../src/summaries/tally.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';

// Most localities of a programme are only counted, by the database; those on the page are looked at action by action. Both count alike.

type Word = Exclude<RatingWord, 'not_started' | 'on_hold' | 'stopped'>;

/** Plans that were thrown: reds above all, of a school and of the council, with dates and ratings around the autumn half-term. */
const planned = (number: number): fc.Arbitrary<Planned> =>
  fc
    .record({
      owner: fc.constantFrom('wakefield.head.1', 'wakefield.head.2', 'wakefield.lead', 'wakefield.coordinator'),
      since: fc.integer({ min: 0, max: 130 }),
      due: fc.option(fc.integer({ min: 60, max: 220 })),
      ratings: fc.array(
        fc.record({
          after: fc.integer({ min: 1, max: 25 }),
          rating: fc.constantFrom<Word>('red', 'red', 'amber', 'green', 'complete'),
          advised: fc.option(fc.constantFrom('red' as const, 'green' as const), { freq: 3 }),
        }),
        { maxLength: 6 },
      ),
    })
    .map(({ owner, since, due, ratings }) => {
      let on = since;
      return {
        number,
        title: `Action ${number}`,
        owner,
        since: dayAfter(since),
        due: due === null ? null : dayAfter(due),
        ratings: ratings.flatMap(({ after, rating, advised }) => {
          on += after;
          const given = { at: dayAfter(on), reason: 'two failed adverts', remedy: 'a joint post' };
          return [
            { ...given, rating },
            ...(advised ? [{ ...given, rating: advised, kind: 'independent' as const, by: 'pilot1.adviser' }] : []),
          ];
        }),
      };
    });
const dayAfter = (days: number) => Temporal.PlainDate.from('2026-06-20').add({ days }).toString();
const [plan] = fc.sample(fc.tuple(...Array.from({ length: 150 }, (_, at) => planned(at + 1))), { numRuns: 1, seed: 47 }) as [Planned[]];

let bot: TestBot;
let ids: string[];

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.database;
  await setPlan(bot, plan);
  ids = (await db.locality.findMany({ orderBy: [{ pilot: { position: 'asc' } }, { position: 'asc' }] })).map(({ id }) => id);
  // Some of those who answer for something have gone, so that a deputy stands in or nobody does.
  const owners = await db.actionVersion.findMany({ where: { ownerId: { not: null } }, distinct: ['ownerId'], orderBy: { ownerId: 'asc' } });
  for (const [at, { ownerId }] of owners.entries()) {
    if (at % 4 === 1) await db.role.updateMany({ where: { personId: ownerId as string }, data: { to: new Date('2026-10-15') } });
  }
});
afterAll(() => bot.close());

const evening = (day: Temporal.PlainDate) => `${day}T22:30:00Z`;
const limitsOn = (day: Temporal.PlainDate) => limitsAt(day, nationalTerms);

const both = (on: string, daysBefore: number, slip: (limits: Limits) => Limits = (limits) => limits) => {
  const day = Temporal.PlainDate.from(on);
  const dayBefore = day.subtract({ days: daysBefore });
  const moments = { at: evening(day), since: evening(dayBefore) };
  return inTransaction(bot.database.db, async (tx) => {
    const lines = Map.groupBy(await linesIn(tx, ids, { ...moments, day: on }), ({ localityId }) => localityId);
    const asked = { today: day, ages: agesAt(day, nationalTerms), agesBefore: agesAt(dayBefore, nationalTerms) };
    const summaries = ids.map((id): [string, Tally] => [id, tallyOf(summaryOf(lines.get(id) ?? [], asked))]);
    const limits = { limits: slip(limitsOn(day)), limitsBefore: slip(limitsOn(dayBefore)) };
    const { tallies, besides } = await countsIn(tx, ids, { ...moments, ...limits });
    const one = await countsIn(tx, ids.slice(0, 1), { ...moments, ...limits });
    const said = ids.map((id): [string, Beside] => [id, besideOf(lines.get(id) ?? [], on)]);
    return { summaries, tallies: [...tallies], said, besides: [...besides], one: [...one.tallies, ...one.besides] };
  });
};
/** What is said beside the counts, action by action. */
const besideOf = (lines: readonly Line[], on: string): Beside => {
  const adviser: Beside['adviser'] = {};
  for (const { independent } of lines) if (independent) adviser[independent.rating] = (adviser[independent.rating] ?? 0) + 1;
  const isExpected = (line: Line) => !['complete', 'on_hold', 'stopped'].includes(declared(line));
  return {
    adviser,
    pastDate: lines.filter((line) => line.due !== null && line.due < on && isExpected(line)).length,
    moved: lines
      .toSorted((one, other) => one.number - other.number)
      .flatMap(({ number, self, before }) => {
        const was = before && declared(before);
        return self?.rating === 'green' && was !== null && was !== 'green' ? [{ number, title: `Action ${number}`, was }] : [];
      }),
  };
};
const tallyOf = ({ actions, counts, before, oldest }: Summary): Tally => ({ actions, counts, before, oldest });

/** From June to the day of the tests, holidays and the first days of a term among them; movement over a week, a month, most of a term. */
const days = Array.from({ length: 50 }, (_, at): [string, number] => [
  Temporal.PlainDate.from('2026-11-19')
    .subtract({ days: at * 3 })
    .toString(),
  [7, 30, 65][at % 3] as number,
]);

describe('what the database counts is what is counted action by action', () => {
  test.each(days)('on %s, and %i days before', async (day, daysBefore) => {
    const { summaries, tallies, said, besides, one } = await both(day, daysBefore);
    expect(tallies).toEqual(summaries);
    expect(besides).toEqual(said);
    // A pilot's are looked up one by one.
    expect(one).toEqual([tallies[0], besides[0]]);
  });

  test('control: something moved, something was past its date, and an adviser had rated some', async () => {
    const all = await Promise.all([0, 10, 30, 45].map((at) => both(...(days[at] as [string, number]))));
    const besides = all.flatMap(({ besides: found }) => found.map(([, beside]) => beside));
    expect(besides.some(({ moved }) => moved.length > 1)).toBe(true);
    expect(besides.some(({ pastDate }) => pastDate > 1)).toBe(true);
    expect(besides.some(({ adviser }) => (adviser.red ?? 0) > 1)).toBe(true);
  });

  test('also of what stands now, whatever the day', async () => {
    const { today, since } = { today: Temporal.PlainDate.from('2026-11-19'), since: Temporal.PlainDate.from('2026-11-12') };
    await inTransaction(bot.database.db, async (tx) => {
      const lines = await linesIn(tx, ids, { day: today.toString(), since: evening(since) });
      const tallies = await talliesIn(tx, ids, { since: evening(since), limits: limitsOn(today), limitsBefore: limitsOn(since) });
      expect(tallyOf(sumOf([...tallies.values()]) as Summary)).toEqual(
        tallyOf(summaryOf(lines, { today, ages: agesAt(today, nationalTerms), agesBefore: agesAt(since, nationalTerms) })),
      );
    });
  });

  test('a locality without a plan has nothing to count, and no locality none', async () => {
    const asked = {
      since: '2026-01-01T00:00:00Z',
      limits: limitsOn(Temporal.PlainDate.from('2026-02-01')),
      limitsBefore: limitsOn(Temporal.PlainDate.from('2026-01-01')),
    };
    const tallies = await inTransaction(bot.database.db, (tx) => talliesIn(tx, ids, { ...asked, at: '2020-01-01T00:00:00Z' }));
    expect([...tallies.keys()]).toEqual(ids);
    expect(sumOf([...tallies.values()]).actions).toBe(0);
    expect((await inTransaction(bot.database.db, (tx) => talliesIn(tx, [], asked))).size).toBe(0);
  });
});

const differOnSome = async (slip: (limits: Limits) => Limits) => {
  for (const [day, daysBefore] of days) {
    const { summaries, tallies } = await both(day, daysBefore, slip);
    if (JSON.stringify(summaries) !== JSON.stringify(tallies)) return true;
  }
  return false;
};
const later = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

describe('control: a slip of one day would be found', () => {
  test.each<[string, (limits: Limits) => Limits]>([
    ['of a due date', (limits) => ({ ...limits, today: later(limits.today) })],
    ['of a half-term', (limits) => ({ ...limits, settled: limits.settled && later(limits.settled) })],
    ['of a red of a school', (limits) => ({ ...limits, red: { ...limits.red, school: later(limits.red.school) } })],
    ['of a red of a council', (limits) => ({ ...limits, red: { ...limits.red, all_year: later(limits.red.all_year) } })],
    [
      'and reds that all keep the school’s calendar',
      (limits) => ({ ...limits, red: { school: limits.red.school, all_year: limits.red.school } }),
    ],
  ])('%s', async (_, slip) => {
    expect(await differOnSome(slip)).toBe(true);
  });
});
