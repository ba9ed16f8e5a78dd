import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Action, Rating } from '../../src/actions/action.ts';
import { changeAction, createAction, rateAction } from '../../src/actions/change.ts';
import { addComment } from '../../src/actions/comments.ts';
import { commentsOf as commentsOn } from '../../src/actions/history.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import type { Writer } from '../../src/app.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import { inTransaction, isUniqueViolation } from '../../src/db/transaction.ts';
import { demoId } from '../../src/programme/ids.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { commentsOf, endsOf, type Happened, type Known, statesAt } from './history-model.ts';

// Whatever several people do to a plan over several days, two of them at once too: what stands now and what stood at any moment
// is what a list of events says that knows nothing of the product.

const PEOPLE = ['wakefield.lead', 'wakefield.coordinator', 'wakefield.head.1', 'pilot1.adviser'].map((name) =>
  demoId('person', `${name}@example.org`),
);
const START = '2026-11-19T22:30:00Z';
const FOREVER = Date.parse('9999-12-31T00:00:00Z');

// ── What may happen ───────────────────────────────────────────────────────────────────────────

const word = fc.constantFrom('not_started', 'green', 'amber', 'red', 'complete', 'on_hold', 'stopped');
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '’', ' ', '\\', '"'), minLength: 1, maxLength: 4 });
const owner = fc.option(fc.constantFrom(0, 1, 2));
const due = fc.option(fc.constantFrom('2026-11-18', '2026-11-19', '2026-12-24', '2027-02-28', '2028-02-29'));
const change = fc.oneof(
  fc.record({ what: fc.constant('titled'), title: text }),
  fc.record({ what: fc.constant('due'), due }),
  fc.record({ what: fc.constant('owned'), owner, deputy: owner }),
  fc.record({ what: fc.constant('step added'), text }),
  fc.record({ what: fc.constant('step done'), step: fc.nat(2) }),
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('rated'), kind: fc.constantFrom('self', 'independent'), rating: word, reason: text }),
  },
);
type Change = typeof change extends fc.Arbitrary<infer One> ? One : never;
const doing = fc.record({
  /** Milliseconds after what was done before: at the same moment, just after, later that evening, days later. */
  after: fc.constantFrom(0, 1, 2, 90_000, 3_600_000, 26 * 3_600_000, 70 * 3_600_000),
  by: fc.nat(PEOPLE.length - 1),
  on: fc.nat(2),
  act: fc.oneof(
    { weight: 6, arbitrary: change },
    fc.record({ what: fc.constant('created'), title: text, due, owner }),
    fc.record({ what: fc.constant('commented'), text }),
    // Two at once; the other one's clock may be a little behind, or ahead.
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('two'),
        one: change,
        other: change,
        by: fc.nat(PEOPLE.length - 1),
        apart: fc.integer({ min: -3, max: 3 }),
      }),
    },
  ),
});
const doings = fc.array(doing, { minLength: 4, maxLength: 16 });

// ── Doing it ──────────────────────────────────────────────────────────────────────────────────

/** What of the product is tried; a broken twin replaces a part. */
const PRODUCT = {
  create: createAction,
  change: changeAction,
  rate: rateAction,
  read: (localityId: string, at?: number) =>
    actionsIn(bot.database.db, [localityId], {
      day: dayIn(Temporal.Instant.fromEpochMilliseconds(at ?? Date.parse(START))).toString(),
      ...(at !== undefined && { at: new Date(at).toISOString() }),
    }),
};
type Product = typeof PRODUCT;

let bot: TestBot;
let localities = 0;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const newLocality = async () => {
  localities += 1;
  const id = bot.core.newId();
  const pilotId = demoId('pilot', 'Vulnerable children');
  await bot.database.db.locality.create({
    data: { id, pilotId, name: `Place ${localities}`, prefix: `P${localities}`, ledBy: 'council', position: 100 + localities },
  });
  return { id, prefix: `P${localities}` };
};

/** One turn as the dispatcher runs it: again with the same moment where somebody else was first. */
const turn = async <T>(at: number, by: number, work: (writer: Writer) => Promise<T>): Promise<T> => {
  const now = Temporal.Instant.fromEpochMilliseconds(at);
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await inTransaction(bot.database.db, (tx) => work({ tx, now, newId: bot.core.newId, personId: PEOPLE[by] as string }));
    } catch (error) {
      if (!isUniqueViolation(error) || attempts === 5) throw error;
    }
  }
};

/** Does one thing to an action; returns what happened and the number it got in its chain. */
const apply = (product: Product, actionId: string, at: number, by: number, act: Change) =>
  turn(at, by, async (writer): Promise<{ happened: Happened; version: number }> => {
    const [action] = await actionsIn(writer.tx, [demoId('programme', 'localed')], { only: actionId, day: '2026-11-19' });
    if (!action) throw new Error('the action is gone');
    const base = { at, by: PEOPLE[by] as string, action: actionId };
    const changed = async (how: Parameters<Product['change']>[2], patch: Parameters<Product['change']>[3]) =>
      (await product.change(writer, action, how, patch)).version;
    switch (act.what) {
      case 'titled':
        return { happened: { ...base, ...act, what: 'titled' }, version: await changed('edited', { title: act.title }) };
      case 'due':
        return { happened: { ...base, ...act, what: 'due' }, version: await changed('due', { due: act.due }) };
      case 'owned': {
        const [ownerId, deputyId] = [act.owner, act.deputy].map((one) => (one === null ? null : (PEOPLE[one] as string))) as [
          string | null,
          string | null,
        ];
        return {
          happened: { ...base, what: 'owned', owner: ownerId, deputy: deputyId },
          version: await changed('owner', { ownerId, deputyId }),
        };
      }
      case 'step added': {
        const steps = [...action.steps, { text: act.text, due: null, done: null }];
        return { happened: { ...base, what: 'step added', text: act.text }, version: await changed('step', { steps }) };
      }
      case 'step done': {
        const steps = action.steps.map((step, index) => (index === act.step ? { ...step, done: dayIn(writer.now).toString() } : step));
        return { happened: { ...base, what: 'step done', step: act.step }, version: await changed('step', { steps }) };
      }
      case 'rated': {
        const { version } = await product.rate(
          writer,
          action,
          act.kind,
          { rating: act.rating, reason: act.reason, remedy: 'help', decidedBy: 'the board' },
          1,
        );
        return { happened: { ...base, ...act, what: 'rated' }, version };
      }
    }
  });

const isOfOneChain = (one: Happened, other: Happened) =>
  one.what === 'rated' || other.what === 'rated'
    ? one.what === other.what && 'kind' in one && 'kind' in other && one.kind === other.kind
    : true;

/** Does all of it in a new locality; returns what happened, in the order in which it was kept. */
const live = async (product: Product, done: typeof doings extends fc.Arbitrary<infer All> ? All : never) => {
  const { id, prefix } = await newLocality();
  const history: Happened[] = [];
  const ids: string[] = [];
  const create = async (at: number, by: number, act: { title: string; due: string | null; owner: number | null }) => {
    const ownerId = act.owner === null ? null : (PEOPLE[act.owner] as string);
    const draft = {
      title: act.title,
      successMeasure: '',
      due: act.due,
      ownerId,
      deputyId: null,
      criterionId: null,
      projectId: null,
      kpiIds: [],
      steps: [],
    };
    const made = await turn(at, by, (writer) => product.create(writer, id, draft));
    ids.push(made.id);
    history.push({
      at,
      by: PEOPLE[by] as string,
      action: made.id,
      what: 'created',
      code: `${prefix}-${ids.length}`,
      title: act.title,
      due: act.due,
      owner: ownerId,
    });
  };
  let at = Date.parse(START);
  await create(at, 0, { title: 'The first', due: null, owner: 0 });
  for (const { after, by, on, act } of done) {
    at += after;
    const action = ids[on % ids.length] as string;
    if (act.what === 'created') await create(at, by, act);
    else if (act.what === 'commented') {
      const said = { text: act.text, evidence: null };
      const { again } = await turn(at, by, (writer) => addComment(writer, action, said));
      if (!again) history.push({ at, by: PEOPLE[by] as string, action, what: 'commented', text: act.text });
    } else if (act.what === 'two') {
      const both = await Promise.all([apply(product, action, at, by, act.one), apply(product, action, at + act.apart, act.by, act.other)]);
      const [one, other] = both;
      // Both are kept. Of one chain, the number says which was first.
      const inOrder = isOfOneChain(one.happened, other.happened) && other.version < one.version ? [other, one] : [one, other];
      history.push(...inOrder.map(({ happened }) => happened));
      at += Math.max(0, act.apart);
    } else history.push((await apply(product, action, at, by, act)).happened);
  }
  return { localityId: id, ids, history };
};

// ── Looking at it ─────────────────────────────────────────────────────────────────────────────

const said = (rating: Rating | null): Known['self'] =>
  rating && {
    rating: rating.rating,
    reason: rating.reason as string,
    by: rating.byId as string,
    at: Date.parse(rating.at),
    on: rating.on,
    version: rating.version,
  };
const POSTS = new Map([
  ['Wakefield pilot lead', PEOPLE[0]],
  ['Wakefield coordinator', PEOPLE[1]],
  ['Headteacher, Wakefield 1', PEOPLE[2]],
  ['Adviser, pilot 1', PEOPLE[3]],
]);
const shown = (action: Action): Known => ({
  code: action.code,
  title: action.title,
  due: action.due,
  owner: action.ownerId,
  deputy: action.deputyId,
  steps: action.steps as Known['steps'],
  since: action.since,
  version: action.version,
  self: said(action.self),
  independent: said(action.independent),
  atOnce:
    action.atOnce &&
    Object.fromEntries(Object.entries(action.atOnce).map(([kind, other]) => [kind, { ...other, by: POSTS.get(other.by ?? '') as string }])),
});

/** Each moment at which something was recorded, and the millisecond before: so every time between two of them is looked at, at its very end. */
const momentsOf = (history: Happened[]) => [...new Set(history.flatMap(({ at }) => [at - 1, at]))];

const holds = async (product: Product, done: Parameters<typeof live>[1]) => {
  const { localityId, ids, history } = await live(product, done);
  expect((await product.read(localityId)).map(shown)).toEqual(statesAt(history, Number.POSITIVE_INFINITY));
  for (const moment of momentsOf(history))
    expect((await product.read(localityId, moment)).map(shown), `as at ${new Date(moment).toISOString()}`).toEqual(
      statesAt(history, moment),
    );
  for (const id of ids) expect((await commentsOn(bot.database.db, id, 99)).map((comment) => comment.text)).toEqual(commentsOf(history, id));
  const { actionVersion, rating } = bot.database.db;
  const where = { action: { localityId } };
  const links = [
    ...(await actionVersion.findMany({ where, orderBy: { version: 'asc' } })).map((row) => ({ ...row, chain: row.actionId })),
    ...(await rating.findMany({ where, orderBy: { version: 'asc' } })).map((row) => ({ ...row, chain: `${row.actionId} ${row.kind}` })),
  ];
  for (const chain of Map.groupBy(links, (link) => link.chain).values())
    expect(chain.map(({ until }) => until.getTime())).toEqual(
      endsOf(chain.map(({ recordedAt }) => recordedAt.getTime())).map((end) => Math.min(end, FOREVER)),
    );
};

/** Lists of things done that are tried: a few seconds' worth. */
const RUNS = 12;
const tryOn = (product: Product) =>
  fc.check(
    fc.asyncProperty(doings, (done) => holds(product, done)),
    { seed: 20_261_119, numRuns: RUNS, endOnFailure: true },
  );

test('what stands now, and what stood at any moment, is what the list of events says', { timeout: 30_000 }, async () => {
  const tried = await tryOn(PRODUCT);
  if (tried.failed) throw new Error(fc.defaultReportMessage(tried) ?? '', { cause: tried.errorInstance });
});

const twoAtOnce = (apart: number): Parameters<typeof live>[1][number]['act'] => ({
  what: 'two',
  one: { what: 'titled', title: 'Ahead' },
  other: { what: 'due', due: '2027-02-28' },
  by: 1,
  apart,
});

test('of two at once whose clocks differ, a moment between them shows one state, never both', async () => {
  for (const apart of [-3, -2, -1, 1, 2, 3])
    await holds(PRODUCT, [
      { after: 5, by: 0, on: 0, act: { what: 'titled', title: 'Before' } },
      { after: 5, by: 0, on: 0, act: twoAtOnce(apart) },
      { after: 0, by: 2, on: 0, act: { what: 'titled', title: 'After' } },
    ]);
});

// ── The test can fail ─────────────────────────────────────────────────────────────────────────

const latest = ({ self, independent }: Action) =>
  [self, independent].filter((one) => one !== null).sort((one, other) => Date.parse(other.at) - Date.parse(one.at))[0] ?? null;

const TWINS: Record<string, Partial<Product>> = {
  'forgets a due date': {
    change: (writer, action, how, { due: _, ...patch }) => changeAction(writer, action, how, patch),
  },
  'makes no difference between self and independent': {
    read: async (...asked) => (await PRODUCT.read(...asked)).map((action) => ({ ...action, self: latest(action) })),
  },
  'shows a moment without what was recorded at it': {
    read: (localityId, at) => PRODUCT.read(localityId, at === undefined ? undefined : at - 1),
  },
  'shows a moment with what was recorded after it': {
    read: (localityId, at) => PRODUCT.read(localityId, at === undefined ? undefined : at + 1),
  },
  'lets an earlier version go on for a while': {
    change: async (writer, action, ...how) => {
      const next = await changeAction(writer, action, ...how);
      await writer.tx
        .$executeRaw`update action_version set until = until + interval '5 minutes' where action_id = ${action.id}::uuid and version = ${action.version}`;
      return next;
    },
  },
  'forgets who was first of two on a day': {
    read: async (...asked) => (await PRODUCT.read(...asked)).map((action) => ({ ...action, atOnce: null })),
  },
};

test.each(Object.keys(TWINS))('a product that %s fails', { timeout: 30_000 }, async (twin) => {
  const tried = await tryOn({ ...PRODUCT, ...TWINS[twin] });
  expect(tried.errorInstance, 'it is the comparison that fails').toMatchObject({ name: 'AssertionError' });
});

test('the list of events knows nothing of the product: it imports nothing', () => {
  const source = readFileSync(new URL('history-model.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/^\s*(import|export .* from)\b|\bimport\(|\brequire\(/mu);
});
