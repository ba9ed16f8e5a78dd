import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Action, RATINGS, type RatingWord, type Step } from '../../src/actions/action.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { importer, type Value, workbookOf } from './world.ts';

/** A plan as somebody keeps it in a workbook: thrown from a seed, written to one, and brought into a locality that has nothing. */

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const WORDS = [
  'Ring',
  'every',
  'family',
  'share',
  'the',
  'data',
  'with',
  'hubs',
  'attendance',
  'é',
  '“both”',
  'of',
  '84',
  '&',
  '10%',
  'by',
];
const words = (least: number, most: number) =>
  fc.array(fc.constantFrom(...WORDS), { minLength: least, maxLength: most }).map((parts) => `T ${parts.join(' ')} x`);
const days = (from: string, count: number) =>
  fc.integer({ min: 0, max: count }).map((offset) => new Date(Date.parse(from) + offset * 86_400_000).toISOString().slice(0, 10));
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const POSTS = ['Hub lead', 'Attendance officer', 'Nurse, north'];
const KPI_NAMES = ['Phone calls', 'Home visits'];
const PROJECT_NAMES = ['Doors open', 'Transition'];

const step: fc.Arbitrary<Step> = fc.record({
  text: words(1, 4),
  due: orNull(days('2026-09-01', 400)),
  done: orNull(days('2026-09-01', 60)),
});
const action = fc.record({
  title: words(2, 8),
  due: orNull(days('2026-06-01', 700)),
  measure: fc.oneof(fc.constant(''), words(1, 12)),
  owner: orNull(fc.constantFrom(...POSTS)),
  deputy: orNull(fc.constantFrom(...POSTS)),
  project: orNull(fc.constantFrom(...PROJECT_NAMES)),
  criterion: orNull(fc.integer({ min: 1, max: 4 })),
  kpis: fc.subarray(KPI_NAMES),
  steps: fc.uniqueArray(step, { maxLength: 4, selector: ({ text }) => text }),
  rating: orNull(
    fc.record({
      word: fc.constantFrom(...RATINGS),
      reason: words(1, 6),
      remedy: words(1, 6),
      remedyBy: orNull(days('2026-12-01', 60)),
      on: orNull(days('2026-09-01', 70)),
    }),
  ),
});
const kpi = fc.record({
  unit: fc.constantFrom('%', 'visits'),
  better: fc.constantFrom('increase' as const, 'decrease' as const, 'neutral' as const),
  baseline: orNull(fc.integer({ min: 2, max: 50 })),
  target: orNull(fc.integer({ min: 51, max: 99 })),
  owner: orNull(fc.constantFrom(...POSTS)),
  readings: fc.uniqueArray(
    fc.record({ month: fc.integer({ min: 1, max: 11 }), value: fc.integer({ min: 2, max: 100 }), note: orNull(words(1, 4)) }),
    { maxLength: 6, selector: ({ month }) => month },
  ),
});
const plan = fc.record({
  actions: fc.uniqueArray(action, { minLength: 1, maxLength: 8, selector: ({ title }) => title.toLowerCase() }),
  kpis: fc.tuple(kpi, kpi),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const two = (number: number) => String(number).padStart(2, '0');
const day = (iso: string | null) => (iso === null ? null : new Date(`${iso}T00:00:00Z`));
const RAG: Record<RatingWord, string> = {
  not_started: 'Not started',
  green: 'GREEN',
  amber: 'A',
  red: 'Red',
  complete: 'done',
  on_hold: 'On hold',
  stopped: 'stopped',
};
const needs = {
  reason: (word: RatingWord) => word !== 'green' && word !== 'not_started',
  remedy: (word: RatingWord) => word === 'red',
  decided: (word: RatingWord) => word === 'on_hold' || word === 'stopped',
};

const stepText = ({ text, due, done }: Step) => `${done ? '✓ ' : ''}${text}${due ? ` by ${due}` : ''}${done ? ` (done ${done})` : ''}`;
const otherThan = (owner: string | null, deputy: string | null) => (deputy === owner ? null : deputy);

const workbook = ({ actions, kpis }: Plan) =>
  workbookOf({
    People: [['Post', 'Role'], ...POSTS.map((post) => [post, 'partner'])],
    Projects: [['Project', 'Theme'], ...PROJECT_NAMES.map((name) => [name, 'a theme'])],
    KPIs: [
      ['Name', 'Unit', 'Better', 'How often', 'Baseline', 'Baseline date', 'Target', 'Target date', 'Owner'],
      ...kpis.map(({ unit, better, baseline, target, owner }, at): Value[] => [
        KPI_NAMES[at] as string,
        unit,
        better,
        'monthly',
        baseline,
        baseline === null ? null : day('2026-01-01'),
        target,
        target === null ? null : day('2027-07-31'),
        owner,
      ]),
    ],
    Readings: [
      ['KPI', 'Date', 'Value', 'Note'],
      ...kpis.flatMap(({ readings }, at) =>
        readings.map(({ month, value, note }): Value[] => [KPI_NAMES[at] as string, day(`2026-${two(month)}-15`), value, note]),
      ),
    ],
    Actions: [
      [
        'Title',
        'Due',
        'Success measure',
        'Owner',
        'Deputy',
        'Project',
        'Criterion',
        'KPIs',
        'Steps',
        'RAG',
        'Reason',
        'What would put it right',
        'By when',
        'Rated on',
        'Decided by',
      ],
      ...actions.map((one): Value[] => {
        const { rating } = one;
        const word = rating?.word ?? null;
        return [
          one.title,
          day(one.due),
          one.measure || null,
          one.owner,
          otherThan(one.owner, one.deputy),
          one.project,
          one.criterion,
          one.kpis.join('; ') || null,
          one.steps.map(stepText).join(';\n') || null,
          word && RAG[word],
          rating && word && needs.reason(word) ? rating.reason : null,
          rating && word && needs.remedy(word) ? rating.remedy : null,
          rating && word && needs.remedy(word) ? day(rating.remedyBy) : null,
          rating && day(rating.on),
          word && needs.decided(word) ? 'The board' : null,
        ];
      }),
    ],
  });

/** What the database should say of it, worked out from the plan alone. */
const expected = ({ actions, kpis }: Plan, criteria: { id: string; name: string }[]) => ({
  actions: actions.map((one, at) => {
    const { rating } = one;
    return {
      number: at + 1,
      title: one.title,
      due: one.due,
      successMeasure: one.measure,
      owner: one.owner,
      deputy: otherThan(one.owner, one.deputy),
      project: one.project,
      criterionId: one.criterion === null ? null : criteria[one.criterion - 1]?.id,
      kpis: one.kpis,
      steps: one.steps,
      self:
        rating === null || rating.word === 'not_started'
          ? null
          : {
              rating: rating.word,
              reason: needs.reason(rating.word) ? rating.reason : null,
              remedy: needs.remedy(rating.word) ? rating.remedy : null,
              remedyBy: needs.remedy(rating.word) ? rating.remedyBy : null,
              decidedBy: needs.decided(rating.word) ? 'The board' : null,
              on: rating.on ?? '2026-11-19',
            },
    };
  }),
  kpis: kpis.map(({ unit, better, baseline, target, owner, readings }, at) => ({
    name: KPI_NAMES[at],
    unit,
    improvement: better,
    baseline,
    target,
    owner,
    readings: readings
      .toSorted((one, other) => one.month - other.month)
      .map(({ month, value, note }) => ({ period: `2026-${two(month)}`, value, note })),
  })),
});

const selfOf = ({ self }: Action) =>
  self && {
    rating: self.rating,
    reason: self.reason,
    remedy: self.remedy,
    remedyBy: self.remedyBy,
    decidedBy: self.decidedBy,
    on: self.on,
  };

let places = 0;
/** A locality that has nothing. */
const emptyPlace = async () => {
  const { db } = bot.database;
  places += 1;
  const pilot = await db.pilot.findFirstOrThrow();
  const prefix = `Q${String.fromCharCode(65 + Math.floor(places / 26), 65 + (places % 26))}`;
  const id = bot.core.newId();
  await db.locality.create({
    data: { id, pilotId: pilot.id, name: `Nowhere ${places}`, prefix, ledBy: 'council', position: 100 + places },
  });
  return { id, name: `Nowhere ${places}` };
};

const planAt = (localityId: string) =>
  inTransaction(bot.database.db, async (tx) => {
    const kpis = await kpisIn(tx, [localityId], { day: '2026-11-19' });
    const actions = await actionsIn(tx, [localityId], { day: '2026-11-19' });
    return {
      actions: actions.map((one) => ({
        number: one.number,
        title: one.title,
        due: one.due,
        successMeasure: one.successMeasure,
        owner: one.owner,
        deputy: one.deputy,
        project: one.project,
        criterionId: one.criterionId,
        kpis: kpis.filter(({ id }) => one.kpiIds.includes(id)).map(({ name }) => name),
        steps: one.steps,
        self: selfOf(one),
      })),
      kpis: kpis.map((one) => ({
        name: one.name,
        unit: one.unit,
        improvement: one.improvement,
        baseline: one.baseline,
        target: one.target,
        owner: one.owner,
        readings: one.readings.map(({ period, value, note }) => ({ period, value, note })),
      })),
    };
  });

const RUNS = { seed: 20_261_119, numRuns: 12 };

test('a plan that comes from a workbook is the plan that went into it, and a second time nothing changes', async () => {
  const { db } = bot.database;
  const criteria = await db.criterion.findMany({ orderBy: { position: 'asc' } });
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (thrown) => {
      const place = await emptyPlace();
      const operator = await importer(bot, null, place.name);
      const file = await workbook(thrown);
      const read = await operator.read(file);
      expect(read.problems).toEqual([]);
      await operator.apply(read);
      expect(await planAt(place.id)).toEqual(expected(thrown, criteria));
      const before = await everythingIn(db);
      const again = await operator.bring(file);
      expect(again.written).toBe(0);
      expect(again.changes.every(({ what }) => what === 'same')).toBe(true);
      expect(await everythingIn(db)).toBe(before);
      seen += thrown.actions.length;
    }),
    RUNS,
  );
  expect(seen).toBeGreaterThan(20);
}, 120_000);

test('the comparison can fail: one day of one action is seen', async () => {
  const [thrown] = fc.sample(plan, { seed: RUNS.seed, numRuns: 1 }) as [Plan];
  const criteria = await bot.database.db.criterion.findMany({ orderBy: { position: 'asc' } });
  const place = await emptyPlace();
  await (await importer(bot, null, place.name)).bring(await workbook(thrown));
  const [first, ...others] = thrown.actions as [Plan['actions'][number]];
  const other = { ...thrown, actions: [{ ...first, due: first.due === '2030-01-01' ? null : '2030-01-01' }, ...others] };
  expect(await planAt(place.id)).not.toEqual(expected(other, criteria));
});
