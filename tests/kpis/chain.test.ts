import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSealer, type Opened } from '../../src/bot/seal.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';

// Any sequence of logging, correcting, undoing and moving by several people, against a model that knows nothing of the code:
// a list of what happened to each week, oldest first, and what follows from it.

let bot: TestBot;
const people: Record<string, Awaited<ReturnType<TestBot['as']>>> = {};
const WHO = ['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator'] as const;
const WEEKS = ['2026-W46', '2026-W47'] as const;
const NAME = { '2026-W46': 'last week', '2026-W47': 'this week' } as const;

beforeAll(async () => {
  bot = await testBot();
  for (const who of WHO) people[who] = await bot.as(who);
});
afterAll(() => bot.close());

type Who = (typeof WHO)[number];
type Week = (typeof WEEKS)[number];
type Step =
  | { do: 'log' | 'correct'; who: Who; week: Week; value: number }
  /** Presses Undo on the last card that this person got for this week. */
  | { do: 'undo'; who: Who; week: Week }
  | { do: 'move'; who: Who }
  | { do: 'type undo'; who: Who };

// ── The model ──────────────────────────────────────────────────────────────────────────────────

type Event = { by: Who; value: number | null; kind: 'reading' | 'correction' | 'undo' };
type World = {
  weeks: Record<Week, Event[]>;
  /** What each person's last saved card was about. */
  cards: Partial<Record<Who, { week: Week; at: number }>>;
  /** Everything ever written, in order, for "undo" as it is typed. */
  written: { by: Who; week: Week; at: number; undo?: true }[];
};
const fresh = (): World => ({ weeks: { '2026-W46': [], '2026-W47': [] }, cards: {}, written: [] });
const now = (events: Event[]) => events.at(-1)?.value ?? null;

const write = (world: World, week: Week, by: Who, value: number) => {
  const kind = now(world.weeks[week]) === null ? 'reading' : 'correction';
  world.weeks[week].push({ by, value, kind });
  world.written.push({ by, week, at: world.weeks[week].length });
  world.cards[by] = { week, at: world.weeks[week].length };
};

/** Takes back the one at `at` (1 = the first) if it is theirs and still the last. */
const takeBack = (world: World, week: Week, at: number, by: Who): boolean => {
  const events = world.weeks[week];
  if (events.length !== at || events[at - 1]?.by !== by) return false;
  events.push({ by, value: events[at - 2]?.value ?? null, kind: 'undo' });
  world.written.push({ by, week, at: events.length, undo: true });
  return true;
};

const fold = (world: World, step: Step) => {
  if (step.do === 'log' || step.do === 'correct') {
    const there = now(world.weeks[step.week]);
    if (there === step.value) world.cards[step.who] = { week: step.week, at: world.weeks[step.week].length };
    else if (there === null || step.do === 'correct') write(world, step.week, step.who, step.value);
  } else if (step.do === 'undo') {
    const card = world.cards[step.who];
    if (card?.week === step.week) takeBack(world, card.week, card.at, step.who);
  } else if (step.do === 'type undo') {
    const mine = world.written.findLast(({ by }) => by === step.who);
    if (mine && !mine.undo) takeBack(world, mine.week, mine.at, step.who);
  } else {
    const card = world.cards[step.who];
    if (card?.week !== '2026-W46') return;
    const [from, to] = [world.weeks['2026-W46'], world.weeks['2026-W47']];
    const value = from[card.at - 1]?.value;
    const standing = now(to);
    const mine = from[card.at - 1]?.by === step.who;
    // Pressed once more after it was taken back: nothing moves, and the card says what stands there.
    const taken = mine && from.length === card.at + 1 && from.at(-1)?.kind === 'undo' && from.at(-1)?.by === step.who;
    if (taken && value != null && standing === value) world.cards[step.who] = { week: '2026-W47', at: to.length };
    const theirs = mine && from.length === card.at;
    if (!theirs || value == null || (standing !== null && standing !== value)) return;
    takeBack(world, '2026-W46', card.at, step.who);
    if (standing === value) world.cards[step.who] = { week: '2026-W47', at: to.length };
    else write(world, '2026-W47', step.who, value);
  }
};

// ── The same through the bot ───────────────────────────────────────────────────────────────────

type Held = { week: Week; seen: Seen };
const play = async (held: Partial<Record<Who, Held>>, step: Step) => {
  const person = people[step.who] as NonNullable<(typeof people)[string]>;
  const saved = (week: Week, seen: Seen) => {
    if (seen.labels.includes('Undo')) held[step.who] = { week, seen };
  };
  if (step.do === 'log' || step.do === 'correct') {
    const seen = await person.say(`/kpi wakefield persistent absence ${step.value} ${NAME[step.week]}`);
    saved(step.week, seen);
    const label = seen.labels.find((one) => one.startsWith('Correct to'));
    if (step.do === 'correct' && label) saved(step.week, await person.press(seen, label));
  } else if (step.do === 'undo') {
    const card = held[step.who];
    if (card?.week === step.week) await person.press(card.seen, 'Undo');
  } else if (step.do === 'type undo') {
    await person.say('/kpi undo');
  } else {
    const card = held[step.who];
    if (card?.week !== '2026-W46') return;
    // The button is on undated readings; this is the same press for any.
    const opened = createSealer(bot.core.secret).open(person.account, card.seen.button('Undo').token, bot.core.now());
    const { state } = opened as Opened;
    saved('2026-W47', await person.ask({ kind: 'open', verb: 'kpi.move', state: { ...state, to: '2026-W47' } }));
  }
};

const kept = async () => {
  const rows = await bot.database.db.reading.findMany({ where: { origin: 'person' }, orderBy: { seq: 'asc' } });
  const posts = new Map(WHO.map((who) => [people[who]?.account.user, who]));
  return Object.fromEntries(
    WEEKS.map((week) => [
      week,
      rows
        .filter(({ period }) => period === week)
        .map(({ value, kind, recordedById }) => ({
          by: posts.get(recordedById ?? ''),
          value: value === null ? null : Number(value),
          kind,
        })),
    ]),
  );
};

const who = fc.constantFrom(...WHO);
const week = fc.constantFrom(...WEEKS);
const value = fc.constantFrom(18.1, 18.2, 18.3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('log' as const), who, week, value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('correct' as const), who, week, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), who, week }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('type undo' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), who }) },
);

const agrees = async (steps: Step[], model = fold) => {
  await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
  const world = fresh();
  const held: Partial<Record<Who, Held>> = {};
  for (const one of steps) {
    model(world, one);
    await play(held, one);
  }
  expect(await kept()).toEqual(world.weeks);
};

/** The same sequences in every run. */
const SEQUENCES = { seed: 20261119, numRuns: 40 };

describe('a chain of versions', () => {
  test('says what happened, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => agrees(steps)),
      SEQUENCES,
    );
  }, 120_000);

  test.each(['correct', 'undo', 'type undo', 'move'] as const)(
    'control: the sequences try “%s”: a model without it is found to differ',
    async (without) => {
      const forgetful = (world: World, one: Step) => (one.do === without ? undefined : fold(world, one));
      const tried = fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => agrees(steps, forgetful)),
        { ...SEQUENCES, endOnFailure: true },
      );
      await expect(tried).rejects.toThrow();
    },
  );

  test('control: a model in which anybody may undo anything is found to differ', async () => {
    const [lead, coordinator] = WHO;
    const steps: Step[] = [
      { do: 'log', who: lead, week: '2026-W47', value: 18.1 },
      { do: 'log', who: coordinator, week: '2026-W47', value: 18.1 },
      { do: 'undo', who: coordinator, week: '2026-W47' },
    ];
    await agrees(steps);
    const careless = (world: World, one: Step) => {
      if (one.do !== 'undo') return fold(world, one);
      world.weeks[one.week].push({ by: one.who, value: null, kind: 'undo' });
    };
    await expect(agrees(steps, careless)).rejects.toThrow();
  });
});
