import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../commands/index.ts';
import { type Answer, type Command, cardVerb, formVerb, type Incoming } from '../../src/bot/contract.ts';
import { createDispatch, type DispatchParts } from '../../src/bot/dispatch.ts';
import type { Db, Tx } from '../../src/db/client.ts';
import { UserError } from '../../src/errors.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Every asking gets an answer, whatever was asked and whatever went wrong.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());
beforeEach(() => {
  bot.logged.length = 0;
});

const SEED = { seed: 20261119 };
const inbound = () => bot.database.db.inboundEvent.count();

/** Commands that go wrong in every way there is. */
const faulty: Command = {
  name: 'faulty',
  aliases: [],
  summary: 'Go wrong',
  usage: '',
  listedFor: 'all',
  help: (slash) => [`${slash}faulty`],
  verbs: {
    throws: cardVerb({
      state: z.undefined(),
      run: async (_, { words }) => {
        throw new TypeError(`cannot read ${words}`, { cause: new Error(words) });
      },
    }),
    refuses: cardVerb({
      state: z.undefined(),
      run: async () => {
        throw new UserError(`${'A long refusal that says much. '.repeat(10)}Then what to do.`);
      },
    }),
    sql: cardVerb({
      state: z.undefined(),
      run: async (turn, { words }) => {
        await turn.tx.$queryRaw`select ${words}::uuid`;
        return { title: 'never', parts: [] };
      },
    }),
    invalid: cardVerb({
      state: z.undefined(),
      run: async (turn, { words }) => {
        await turn.tx.person.create({ data: { id: words, post: words, nothing: words } as never });
        return { title: 'never', parts: [] };
      },
    }),
    huge: cardVerb({
      state: z.undefined(),
      run: async () => ({
        title: 'x',
        parts: [
          {
            type: 'buttons',
            buttons: [{ label: 'x', press: { verb: 'kpi', state: { x: Array.from({ length: 4000 }, (_, i) => i * 7919) } } }],
          },
        ],
      }),
    }),
    writes: cardVerb({
      state: z.undefined(),
      run: async (turn) => {
        await turn.tx.attempt.create({ data: { id: turn.core.newId(), kind: 'join', by: 'half done', at: new Date(0) } });
        throw new Error('after the write');
      },
    }),
    form: formVerb({
      state: z.object({ n: z.number() }),
      form: async () => ({
        title: 'Form',
        fields: [{ kind: 'text', name: 'a', label: 'A' }],
        submit: { label: 'Send', press: { verb: 'faulty.form', state: { n: 1 } } },
      }),
      submit: async () => {
        throw new Error('when it was sent');
      },
    }),
    old: cardVerb({ state: z.object({ n: z.number() }), run: async () => ({ title: 'ran', parts: [] }) }),
  },
  presses: {},
  otherwise: cardVerb({ state: z.undefined(), run: async () => ({ title: 'fine', parts: [] }) }),
};

const asking = async (ask: Incoming['ask'], more: Partial<Incoming> = {}, parts: Partial<DispatchParts> = {}): Promise<Answer> => {
  const person = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
  const dispatch = createDispatch({ core: bot.core, commands: [...commands, faulty], kick: () => {}, ...parts });
  return dispatch({
    key: bot.core.newId(),
    account: { platform: 'web', tenant: 'web', user: person.id },
    where: { kind: 'web', seenByOthers: false },
    ask,
    answerBy: 'reply',
    ...more,
  });
};

describe('never throws', () => {
  test('whatever is typed, pressed or sent', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.string({ maxLength: 200 }),
      fc
        .tuple(
          fc.constantFrom('/kpi ', 'kpi new ', 'kpi edit ', '/partners ', 'join ', '/kpi attendance ', '/kpi att 93.2 '),
          fc.string({ unit: 'binary', maxLength: 300 }),
        )
        .map(([a, b]) => a + b),
    );
    const ask: fc.Arbitrary<Incoming['ask']> = fc.oneof(
      fc.record({ kind: fc.constant('words' as const), text }),
      fc.record({ kind: fc.constant('press' as const), token: text, inputs: fc.dictionary(fc.string(), text, { maxKeys: 3 }) }),
      fc.record({ kind: fc.constant('submit' as const), token: text, values: fc.dictionary(fc.string(), text, { maxKeys: 3 }) }),
      fc.record({
        kind: fc.constant('open' as const),
        verb: fc.oneof(fc.constantFrom('kpi.log', 'kpi.undo', 'kpi.save', 'partners.invite'), fc.string()),
        state: fc.dictionary(fc.string(), text, { maxKeys: 3 }),
      }),
    );
    const answerBy = fc.constantFrom<Incoming['answerBy']>('reply', { platform: 'slack', to: { channel: 'D1' } });
    await fc.assert(
      fc.asyncProperty(ask, answerBy, async (asked, by) => {
        const answer = await asking(asked, { answerBy: by });
        expect(answer).not.toMatchObject({ failed: 'bug' });
        expect(answer).not.toMatchObject({ failed: 'database' });
      }),
      { ...SEED, numRuns: 150 },
    );
  });

  test.each(['throws', 'sql', 'invalid', 'huge', 'writes'])(
    'a verb that goes wrong (%s) is answered with a reference, and nothing is saved',
    async (verb) => {
      const before = await inbound();
      const words = 'a quiet secret about a child';
      const answer = await asking({ kind: 'words', text: `faulty ${verb} ${words}` });
      expect(answer).toMatchObject({ kind: 'card', failed: 'bug' });
      const title = answer.kind === 'card' ? answer.card.title : '';
      const reference = /^Not saved: something went wrong on our side \(ref ([0-9A-F]{6})\)\.$/.exec(title)?.[1];
      expect(JSON.stringify(answer), 'the words are given back').toContain(words);
      expect(await inbound()).toBe(before);
      expect(await bot.database.db.attempt.count({ where: { by: 'half done' } })).toBe(0);
      const failures = bot.logged
        .map((line) => JSON.parse(line) as { level: number; ref?: string; fault?: { type: string; at: string[] } })
        .filter(({ level }) => level >= 50);
      expect(failures).toMatchObject([
        { ref: reference, fault: { type: expect.any(String), at: expect.arrayContaining([expect.stringMatching(/^at /)]) } },
      ]);
      const log = bot.logged.join('\n');
      for (const word of ['quiet', 'secret', 'child']) expect(log).not.toContain(word);
    },
  );

  test('a form that goes wrong when it is sent gives its words back', async () => {
    const opened = await asking({ kind: 'words', text: 'faulty form' });
    const token = opened.kind === 'form' ? opened.form.submit.press.token : '';
    const answer = await asking({ kind: 'submit', token, values: { a: 'what I wrote' } });
    expect(answer).toMatchObject({ failed: 'bug' });
    expect(JSON.stringify(answer)).toContain('what I wrote');
  });

  test('a long refusal says as much as fits in its first line, and the rest below', async () => {
    const answer = await asking({ kind: 'words', text: 'faulty refuses' });
    if (answer.kind !== 'card') throw new Error('no card');
    expect(answer.failed).toBe('user');
    expect(answer.card.title.length).toBeLessThanOrEqual(150);
    expect(`${answer.card.title} ${answer.card.parts.map((part) => (part.type === 'text' ? part.text : '')).join(' ')}`).toBe(
      `${'A long refusal that says much. '.repeat(10)}Then what to do.`,
    );
  });

  test('a card from before a change of ours is a card that has had its day', async () => {
    const answer = await asking({ kind: 'open', verb: 'faulty.old', state: { n: 'not a number' } });
    expect(answer).toMatchObject({ card: { title: 'Nothing was changed: this button is too old or was not made for you.' } });
  });
});

describe('words that are no command', () => {
  test.each(['/poll open 12', '/commoncause poll open 12', 'cc attendance 93.2'])(
    '“%s” is answered with the words and with what can be typed, never with something else',
    async (text) => {
      const answer = await asking({ kind: 'words', text });
      if (answer.kind !== 'card') throw new Error('no card');
      expect(answer.card.title).toBe(`I do not know “${text}”. Nothing was saved.`);
      expect(JSON.stringify(answer.card.parts)).toContain('commoncause');
    },
  );
});

describe('what is logged', () => {
  test('is that something was asked and answered, with a reference, and not what', async () => {
    await asking({ kind: 'words', text: '/kpi attendance 93.2 a quiet secret' });
    const lines = bot.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { msg: 'turn', platform: 'web', ask: 'words', answer: 'card', ref: expect.stringMatching(/^[0-9A-F]{6}$/) },
    ]);
    expect(bot.logged.join('\n')).not.toMatch(/quiet|attendance|93\.2/i);
  });

  test('no token either', async () => {
    const opened = await asking({ kind: 'words', text: '/kpi' });
    const token = /"token":"([^"]+)"/.exec(JSON.stringify(opened))?.[1] as string;
    await asking({ kind: 'press', token });
    await asking({ kind: 'press', token: `x${token}` });
    expect(bot.logged.join('\n')).not.toContain(token.slice(0, 40));
  });
});

describe('answers that are messages', () => {
  const bySlack = { answerBy: { platform: 'slack' as const, to: { channel: 'D1' } } };
  const outbox = () =>
    bot.database.db.outbox.findMany({ where: { payload: { path: ['to', 'channel'], equals: 'D1' } }, orderBy: { seq: 'asc' } });
  const titles = async () => (await outbox()).map(({ payload }) => (payload as { card: { title: string } }).card.title);
  beforeEach(async () => {
    await bot.database.db.outbox.deleteMany();
    await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
  });

  test('are in the outbox once, however often the asking is delivered', async () => {
    const key = bot.core.newId();
    for (let delivery = 0; delivery < 3; delivery += 1) await asking({ kind: 'words', text: 'kpi attendance 93.2' }, { key, ...bySlack });
    expect(await titles()).toEqual(['Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)']);
  });

  test('so are refusals', async () => {
    const key = bot.core.newId();
    for (let delivery = 0; delivery < 3; delivery += 1) await asking({ kind: 'words', text: 'kpi undo' }, { key, ...bySlack });
    expect(await titles()).toEqual(['There is nothing of yours to undo.']);
  });

  test('a form cannot be opened by one: it is a button that opens it', async () => {
    const answer = await asking({ kind: 'words', text: 'kpi new Breakfast clubs' }, bySlack);
    expect(await titles()).toEqual(['One press opens the form for “Breakfast clubs”.']);
    const token = /"token":"([^"]+)"/.exec(JSON.stringify(answer))?.[1] as string;
    const opened = await asking({ kind: 'press', token });
    expect(opened.kind === 'form' && opened.form.fields.find(({ name }) => name === 'name')?.value).toBe('Breakfast clubs');
  });

  test('a failure leaves nothing there: the platform is told, and delivers again', async () => {
    expect(await asking({ kind: 'words', text: 'faulty throws' }, bySlack)).toMatchObject({ failed: 'bug' });
    expect(await titles()).toEqual([]);
  });

  test('codes are never put there', async () => {
    const opened = await asking({ kind: 'words', text: 'partners invite' });
    const token = opened.kind === 'form' ? opened.form.submit.press.token : '';
    const values = { people: 'Link officer, Police, Wakefield' };
    expect(await asking({ kind: 'submit', token, values }, bySlack)).toMatchObject({ failed: 'bug' });
    expect(await outbox()).toEqual([]);
    expect(await asking({ kind: 'submit', token, values }), 'control').toMatchObject({ card: { secret: true } });
  });
});

describe('when the database fails', () => {
  const LOST = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  type Transaction = (work: (tx: Tx) => Promise<unknown>, limits: unknown) => Promise<unknown>;
  const honest: Transaction = (work, limits) => bot.database.db.$transaction(work as never, limits as never);
  const commitIsSavedAndItsAnswerLost: Transaction = async (work, limits) => {
    await honest(work, limits);
    throw LOST;
  };
  const commitIsLost: Transaction = (work, limits) =>
    honest(async (tx) => {
      await work(tx);
      throw LOST;
    }, limits);
  const awayBeforeTheCommit: Transaction = (work, limits) =>
    honest(async (tx) => {
      await work(
        new Proxy(tx, { get: (target, name) => (name === '$executeRaw' ? () => Promise.reject(LOST) : Reflect.get(target, name)) }),
      );
    }, limits);
  const answers = () => bot.database.db.inboundEvent.findUnique.bind(bot.database.db.inboundEvent);
  const isGone = () => () => Promise.reject(LOST);
  const hangs = () => () => new Promise(() => {});

  /** The lead logs a reading over a database that fails in one way, and is then looked into in another. */
  const logging = async (transaction: Transaction, look: () => unknown, more: Partial<Incoming> = {}) => {
    let kicks = 0;
    const db = new Proxy(bot.database.db, {
      get: (target, name) =>
        name === '$transaction' ? transaction : name === 'inboundEvent' ? { findUnique: look() } : Reflect.get(target, name),
    }) as Db;
    const answer = await asking({ kind: 'words', text: '/kpi attendance 93.2 flu' }, more, {
      core: { ...bot.core, db },
      kick: () => {
        kicks += 1;
      },
      // The second for a last look is over at once for a database that hangs.
      ...(look === hangs
        ? {
            timer: (_milliseconds, then) => {
              then();
              return () => {};
            },
          }
        : {}),
    });
    if (answer.kind !== 'card') throw new Error('no card');
    const labels = answer.card.parts.flatMap((part) => (part.type === 'buttons' ? part.buttons.map(({ label }) => label) : []));
    const saved = await bot.database.db.reading.count({ where: { origin: 'person' } });
    return { title: answer.card.title, text: JSON.stringify(answer.card), failed: answer.failed, labels, saved, kicks };
  };
  beforeEach(async () => {
    await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
    await bot.database.db.outbox.deleteMany();
  });

  const PERHAPS = /^It may or may not be saved: look before you log it again \(ref [0-9A-F]{6}\)\.$/;

  test('a COMMIT that was done and whose answer was lost is answered as what it is: saved', async () => {
    const seen = await logging(commitIsSavedAndItsAnswerLost, answers);
    expect(seen).toMatchObject({ title: 'Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)', saved: 1, kicks: 1 });
    expect(seen.failed).toBeUndefined();
  });

  test('and where answers are messages, it is in the outbox once and sent', async () => {
    const seen = await logging(commitIsSavedAndItsAnswerLost, answers, { answerBy: { platform: 'slack', to: { channel: 'D1' } } });
    expect(seen).toMatchObject({ saved: 1, kicks: 1 });
    expect(await bot.database.db.outbox.count()).toBe(1);
  });

  test.each([
    ['it was done, and the database is gone', commitIsSavedAndItsAnswerLost, isGone, 1],
    ['it was done, and the database hangs', commitIsSavedAndItsAnswerLost, hangs, 1],
    ['it was not done', commitIsLost, answers, 0],
    ['it was not done, and the database is gone', commitIsLost, isGone, 0],
  ])('a COMMIT of which nothing can be known is never called saved nor unsaved: %s', async (_, transaction, look, rows) => {
    const seen = await logging(transaction, look);
    expect(seen.title).toMatch(PERHAPS);
    expect(seen).toMatchObject({ failed: 'database', saved: rows, labels: [], kicks: 0 });
    expect(seen.text, 'the words are given back').toContain('/kpi attendance 93.2 flu');
    expect(bot.logged.join('\n')).not.toContain('nothing was saved');
  });

  test.each([
    ['is there again', answers],
    ['is gone', isGone],
    ['hangs', hangs],
  ])('what failed before the COMMIT was not saved, and says so, whether the database %s', async (_, look) => {
    const seen = await logging(awayBeforeTheCommit, look);
    expect(seen.title).toMatch(/^Not saved: the database could not be reached just now/);
    expect(seen).toMatchObject({ failed: 'database', saved: 0, labels: ['Try again'] });
  });

  test('a delivery that was saved and comes again while the database fails is still called saved', async () => {
    const key = bot.core.newId();
    await asking({ kind: 'words', text: '/kpi attendance 93.2 flu' }, { key });
    expect(await logging(awayBeforeTheCommit, answers, { key })).toMatchObject({
      title: expect.stringContaining('92.8 → 93.2 %'),
      saved: 1,
    });
  });
});
