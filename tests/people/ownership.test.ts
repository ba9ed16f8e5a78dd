import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSealer } from '../../src/bot/seal.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { handsIn, idOf, kpisOf, planOf } from './plan.ts';

// Any sequence of handing over, handing back, leaving, coming back, owners and deputies chosen by several people, against a model
// that knows nothing of the code: nothing that is owned is ever lost.

let bot: TestBot;
const people: Record<string, Awaited<ReturnType<TestBot['as']>>> = {};
const OWNERS = ['wakefield.earlyhelp', 'wakefield.charity', 'wakefield.health', 'wakefield.police'] as const;
const ACTORS = ['wakefield.lead', 'wakefield.coordinator'] as const;
const CODES = ['WAK-7', 'WAK-12', 'WAK-15'] as const;
const KPIS = ['Attendance', 'Visits in hubs'] as const;
const START: Record<string, Hands> = {
  'WAK-7': ['wakefield.earlyhelp', 'wakefield.charity'],
  'WAK-12': ['wakefield.charity', null],
  'WAK-15': ['wakefield.health', 'wakefield.earlyhelp'],
  Attendance: ['wakefield.earlyhelp', 'wakefield.health'],
  'Visits in hubs': ['wakefield.police', null],
};
let roles: Awaited<ReturnType<TestBot['database']['db']['role']['findMany']>>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  bot = await testBot();
  roles = await bot.database.db.role.findMany();
  for (const who of ACTORS) people[who] = await bot.as(who);
  for (const who of OWNERS) ids[who] = await idOf(bot, who);
});
afterAll(() => bot.close());

type Owner = (typeof OWNERS)[number];
type Actor = (typeof ACTORS)[number];
type Hands = [owner: string | null, deputy: string | null];
type Step =
  | { do: 'hand over'; by: Actor; from: Owner; to: Owner; twice: boolean }
  /** Presses "Hand them back" under the last handover of that actor. */
  | { do: 'hand back'; by: Actor }
  | { do: 'leave'; by: Actor; who: Owner }
  | { do: 'come back'; by: Actor; who: Owner }
  | { do: 'owner'; by: Actor; who: Owner; of: (typeof CODES)[number] }
  | { do: 'deputy'; by: Actor; who: Owner; of: (typeof CODES)[number] | (typeof KPIS)[number] };

// ── The model ──────────────────────────────────────────────────────────────────────────────────

type World = {
  hands: Record<string, Hands>;
  gone: Set<string>;
  last: Partial<Record<Actor, { from: Owner; moved: { name: string; was: Hands; is: Hands }[] }>>;
};
const fresh = (): World => ({ hands: structuredClone(START), gone: new Set(), last: {} });

const fold = (world: World, step: Step): void => {
  if (step.do === 'leave') world.gone.add(step.who);
  else if (step.do === 'come back') world.gone.delete(step.who);
  else if (step.do === 'owner') {
    const [, deputy] = world.hands[step.of] as Hands;
    if (!world.gone.has(step.who)) world.hands[step.of] = [step.who, deputy === step.who ? null : deputy];
  } else if (step.do === 'deputy') {
    const [owner] = world.hands[step.of] as Hands;
    if (!world.gone.has(step.who) && owner !== step.who) world.hands[step.of] = [owner, step.who];
  } else if (step.do === 'hand over') {
    if (step.from === step.to || world.gone.has(step.to)) return;
    const moved = Object.entries(world.hands).flatMap(([name, was]) => {
      if (!was.includes(step.from)) return [];
      const [owner, deputy] = was.map((who) => (who === step.from ? step.to : who)) as Hands;
      return [{ name, was, is: [owner, deputy === owner ? null : deputy] as Hands }];
    });
    for (const { name, is } of moved) world.hands[name] = is;
    if (moved.length > 0) world.last[step.by] = { from: step.from, moved };
  } else {
    const last = world.last[step.by];
    const moved = (last?.moved ?? []).filter(({ name, is }) => JSON.stringify(world.hands[name]) === JSON.stringify(is));
    // Back to whoever handed over, and only if they are here.
    if (!last || world.gone.has(last.from)) return;
    for (const { name, was } of moved) world.hands[name] = was;
    if (moved.length > 0) delete world.last[step.by];
  }
};

// ── The same through the bot ───────────────────────────────────────────────────────────────────

type Person = Awaited<ReturnType<TestBot['as']>>;
type Held = Partial<Record<Actor, string>>;
const address = (who: string) => `${who}@example.org`;

const play = async (held: Held, step: Step) => {
  const person = people[step.by] as Person;
  if (step.do === 'hand over') {
    const preview = await person.say(`/partners handover ${address(step.from)} to ${address(step.to)}`);
    if (!preview.labels.includes('Hand over')) return;
    const done = await person.press(preview, 'Hand over');
    if (step.twice) await person.press(preview, 'Hand over');
    held[step.by] = done.button('Hand them back').token;
  } else if (step.do === 'hand back') {
    const token = held[step.by];
    if (!token) return;
    const seen = await person.ask({ kind: 'press', token });
    if (seen.title.startsWith('Handed back')) delete held[step.by];
  } else if (step.do === 'leave') {
    const preview = await person.say(`/partners leaver ${address(step.who)} on yesterday`);
    if (preview.labels.includes('End the role')) await person.press(preview, 'End the role');
  } else if (step.do === 'come back') {
    const preview = await person.say(`/partners role ${address(step.who)} partner from yesterday`);
    if (preview.labels.includes('Give the role')) await person.press(preview, 'Give the role');
  } else if (step.do === 'owner') await person.say(`/rag ${step.of} owner ${address(step.who)}`);
  else await person.say(`/partners deputy ${address(step.who)} for ${step.of}`);
};

const agrees = async (steps: Step[], model = fold) => {
  const { db } = bot.database;
  await db.role.deleteMany({});
  await db.role.createMany({ data: roles });
  await db.person.updateMany({ data: { leftOn: null } });
  const short = (who: string | null) => who ?? undefined;
  await kpisOf(
    bot,
    Object.fromEntries(KPIS.map((name) => [name, (START[name] as Hands).flatMap((who) => short(who) ?? []) as [string, string?]])),
  );
  await planOf(
    bot,
    CODES.map((code) => {
      const [owner, deputy] = START[code] as Hands;
      return { place: 'Wakefield', number: Number(code.slice(4)), owner, deputy };
    }),
  );
  const world = fresh();
  const held: Held = {};
  for (const step of steps) {
    model(world, step);
    await play(held, step);
  }
  expect(await handsIn(bot)).toEqual(world.hands);
  const gone = await db.person.findMany({ where: { leftOn: { lte: new Date('2026-11-19') } }, select: { id: true } });
  expect(gone.map(({ id }) => id).sort()).toEqual([...world.gone].map((who) => ids[who] as string).sort());
};

const by = fc.constantFrom(...ACTORS);
const who = fc.constantFrom(...OWNERS);
const code = fc.constantFrom(...CODES);
const thing = fc.constantFrom(...CODES, ...KPIS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hand over' as const), by, from: who, to: who, twice: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hand back' as const), by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), by, who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('come back' as const), by, who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('owner' as const), by, who, of: code }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deputy' as const), by, who, of: thing }) },
);
const steps = fc.array(step, { minLength: 5, maxLength: 12 });
/** The same sequences in every run. */
const SEQUENCES = { seed: 20261119, numRuns: 20 };

describe('whose everything is', () => {
  test('is what happened, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (sequence) => agrees(sequence)),
      SEQUENCES,
    );
  }, 180_000);

  test.each(['hand over', 'hand back', 'leave', 'come back', 'owner', 'deputy'] as const)(
    'control: the sequences try “%s”: a model without it is found to differ',
    async (without) => {
      const forgetful = (world: World, one: Step) => (one.do === without ? undefined : fold(world, one));
      const tried = fc.assert(
        fc.asyncProperty(steps, (sequence) => agrees(sequence, forgetful)),
        { ...SEQUENCES, endOnFailure: true },
      );
      await expect(tried).rejects.toThrow();
    },
    180_000,
  );

  test('control: a press under a handover is bound to who may press it', async () => {
    const token = createSealer(bot.core.secret).seal(
      (people['wakefield.lead'] as Person).account,
      { verb: 'partners.hand', state: { from: ids[OWNERS[0]], to: ids[OWNERS[1]], id: bot.core.newId() } },
      bot.core.now(),
    );
    await agrees([]);
    const seen = await (people['wakefield.coordinator'] as Person).ask({ kind: 'press', token });
    expect(seen.title).toMatch(/^Nothing was changed/);
    expect((await handsIn(bot))['WAK-7']).toEqual(START['WAK-7']);
  });
});
