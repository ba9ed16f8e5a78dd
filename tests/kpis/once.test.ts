import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { testDatabase } from '../support/database.ts';

// One version each, whatever is pressed, delivered or lost; and what cannot be done says what to do instead.

/** The one way to the database, which a test can cut: the transaction and whatever is asked beside it. */
type Outage = Error | undefined;

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;
let outage: Outage;

beforeAll(async () => {
  const database = await testDatabase();
  const db = new Proxy(database.db, {
    get(target, name) {
      if (outage && name === '$transaction')
        return async () => {
          throw outage;
        };
      return Reflect.get(target, name);
    },
  });
  bot = await testBot({ database: { ...database, db } });
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());
beforeEach(async () => {
  outage = undefined;
  bot.clock.set('2026-11-19T14:00:00Z');
  await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
});

const versions = async () => {
  const rows = await bot.database.db.reading.findMany({ where: { origin: 'person' }, orderBy: { seq: 'asc' } });
  return rows.map(({ period, version, kind, value }) => `${period} v${version} ${kind} ${value === null ? 'withdrawn' : Number(value)}`);
};

describe('once', () => {
  test('the same delivery again gives the same answer and one version', async () => {
    const first = await lead.say('/kpi attendance 93.2 flu', 'once-1');
    const again = await lead.say('/kpi attendance 93.2 flu', 'once-1');
    expect(again.answer).toEqual(first.answer);
    expect(await versions()).toEqual(['2026-W47 v1 reading 93.2']);
  });

  test('the same delivery many times at once gives the same answer and one version', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => lead.say('/kpi attendance 93.2', 'once-2')));
    expect(new Set(answers.map(({ text }) => text))).toHaveLength(1);
    expect(answers[0]?.title).toContain('92.8 → 93.2 %');
    expect(await versions()).toEqual(['2026-W47 v1 reading 93.2']);
  });

  test('an undo whose answer was lost is given again, and takes back nothing more', async () => {
    await lead.say('/kpi attendance 93.2');
    await lead.say('/kpi pa 18.4');
    const first = await lead.say('/kpi undo', 'once-3');
    expect(first.title).toContain('Undone: Persistent absence');
    expect((await lead.say('/kpi undo', 'once-3')).answer).toEqual(first.answer);
    expect((await versions()).filter((line) => line.includes('undo'))).toHaveLength(1);
  });

  test('another person’s delivery with the same key is another delivery', async () => {
    await lead.say('/kpi attendance 93.2', 'once-4');
    expect((await coordinator.say('/kpi pa 18.4', 'once-4')).title).toContain('Persistent absence');
    expect(await versions()).toHaveLength(2);
  });

  test('a double press of Correct is one correction', async () => {
    await lead.say('/kpi attendance 92.9');
    const ask = await lead.say('/kpi attendance 93.2');
    const pressed = await Promise.all([lead.press(ask, 'Correct to 93.2'), lead.press(ask, 'Correct to 93.2')]);
    for (const { title } of pressed) expect(title).toContain('93.2 %');
    expect(await versions()).toEqual(['2026-W47 v1 reading 92.9', '2026-W47 v2 correction 93.2']);
  });

  test('a double press of Undo, at once, takes back one version', async () => {
    await lead.say('/kpi attendance 92.9');
    const corrected = await lead.press(await lead.say('/kpi attendance 93.2'), 'Correct to 93.2');
    const pressed = await Promise.all([lead.press(corrected, 'Undo'), lead.press(corrected, 'Undo')]);
    for (const { title } of pressed) expect(title).toContain('is 92.9 % again');
    expect(await versions()).toHaveLength(3);
  });

  test('a form sent twice is one reading', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    const sent = await Promise.all([lead.submit(form, { value: '18.4' }), lead.submit(form, { value: '18.4' })]);
    for (const { title } of sent) expect(title).toContain('18.9 → 18.4 %');
    expect(await versions()).toEqual(['2026-W46 v1 reading 18.4']);
  });

  test('two people at once: one is saved, the other is asked, and nobody is overwritten unseen', async () => {
    const [mine, theirs] = await Promise.all([lead.say('/kpi attendance 93.2'), coordinator.say('/kpi attendance 93.4')]);
    expect([mine.title, theirs.title].filter((title) => title.startsWith('Not saved yet'))).toHaveLength(1);
    expect(await versions()).toHaveLength(1);
  });

  test('two people correct the same version at once: the later is told what it is now', async () => {
    await lead.say('/kpi attendance 92.9');
    const [mine, theirs] = await Promise.all([lead.say('/kpi attendance 93.2'), coordinator.say('/kpi attendance 93.4')]);
    const done = await Promise.all([lead.press(mine, 'Correct to 93.2'), coordinator.press(theirs, 'Correct to 93.4')]);
    const asked = done.find(({ title }) => title.startsWith('Not saved yet'));
    expect(asked?.text).toContain('Somebody changed it after you looked.');
    expect(await versions()).toHaveLength(2);
  });

  test('ten people’s worth of readings at once are each saved once', async () => {
    const said = Array.from({ length: 10 }, (_, week) => `/kpi attendance 9${week % 4}.${week} on week ${36 + (week % 5)}`);
    const seen = await Promise.all(said.map((words, index) => (index % 2 === 0 ? lead : coordinator).say(words)));
    const lines = await versions();
    expect(new Set(lines.map((line) => line.split(' ').slice(0, 2).join())), 'no version twice').toHaveLength(lines.length);
    expect(seen.every(({ answer }) => answer.kind === 'card' && answer.failed !== 'bug' && answer.failed !== 'database')).toBe(true);
  });
});

describe('cards that have had their day', () => {
  const STALE =
    'Nothing was changed: this button is too old or was not made for you.\nAsk again and you get fresh buttons: type commoncause to see where you are.';

  test('a tampered button says what to do instead', async () => {
    const { token } = (await lead.say('/kpi attendance 93.2')).button('Undo');
    const middle = Math.floor(token.length / 2);
    const tampered = `${token.slice(0, middle)}${token[middle] === 'A' ? 'B' : 'A'}${token.slice(middle + 1)}`;
    expect((await lead.ask({ kind: 'press', token: tampered })).text).toBe(STALE);
    expect((await lead.ask({ kind: 'press', token: '' })).text).toBe(STALE);
    expect((await lead.ask({ kind: 'submit', token: 'x'.repeat(9999), values: {} })).text).toBe(STALE);
    expect(await versions()).toEqual(['2026-W47 v1 reading 93.2']);
  });

  test('somebody else’s button is not mine to press', async () => {
    const { token } = (await lead.say('/kpi attendance 93.2')).button('Undo');
    expect((await coordinator.ask({ kind: 'press', token })).text).toBe(STALE);
    expect(await versions()).toHaveLength(1);
  });

  test('a button works for sixty days', async () => {
    const saved = await lead.say('/kpi attendance 93.2');
    bot.clock.advance({ days: 59 });
    expect((await lead.press(saved, 'Chart')).title).toContain('Attendance, Wakefield');
    bot.clock.advance({ days: 2 });
    expect((await lead.press(saved, 'Undo')).text).toBe(STALE);
    expect(await versions()).toHaveLength(1);
  });

  test('buttons and forms of somebody whose role ended meanwhile change nothing, and tell nothing', async () => {
    const { db } = bot.database;
    const saved = await lead.say('/kpi attendance 93.2');
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
    await db.role.updateMany({ where: { personId: id }, data: { to: new Date('2026-11-18') } });
    try {
      for (const seen of [
        await lead.press(saved, 'Undo'),
        await lead.press(saved, 'Chart'),
        await lead.press(saved, 'Share'),
        await lead.press(saved, 'Add evidence'),
        await lead.submit(form, { value: '18.4' }),
      ])
        expect(seen.title).toBe('I cannot find this KPI. Type kpi to see yours.');
      expect(await versions()).toHaveLength(1);
    } finally {
      await db.role.updateMany({ where: { personId: id }, data: { to: null } });
    }
    expect((await lead.press(saved, 'Undo')).title, 'control: with the role it works').toContain('Undone');
  });

  test('somebody who has left is nobody, whatever they press', async () => {
    const { db } = bot.database;
    const saved = await lead.say('/kpi attendance 93.2');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
    await db.person.update({ where: { id }, data: { leftOn: new Date('2026-11-19') } });
    try {
      expect((await lead.press(saved, 'Undo')).title).toBe('I do not know you yet.');
      expect(await versions()).toHaveLength(1);
    } finally {
      await db.person.update({ where: { id }, data: { leftOn: null } });
    }
  });

  test('a button from before the KPI was read by the month logs nothing for a week', async () => {
    const form = await lead.press(await lead.say('/kpi attendance 932'), 'Change');
    const edit = await lead.say('/kpi edit attendance');
    await lead.submit(edit, { cadence: 'month' });
    const refused = await lead.submit(form, { value: '93.2' });
    expect(refused.fields()).toEqual({ when: expect.stringContaining('is read for another kind of period now') });
    expect(await versions()).toEqual([]);
    await lead.submit(await lead.say('/kpi edit attendance'), { cadence: 'week' });
  });
});

describe('when the database is away', () => {
  test.each([
    ['cannot be reached', Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
    ['hangs', Object.assign(new Error('Transaction API error: expired'), { code: 'P2028' })],
    ['is full', Object.assign(new Error('could not extend file'), { code: '53100' })],
  ])('when it %s: “not saved”, the words given back, and Try again works afterwards', async (_, error) => {
    outage = error;
    const seen = await lead.say('/kpi attendance 93.2 flu in two schools');
    expect(seen.text).toMatch(
      /^Not saved: the database could not be reached just now \(ref [0-9A-F]{6}\)\.\nYour words: “\/kpi attendance 93\.2 flu in two schools”\.\nNothing else was lost\.\n\[Try again\]$/,
    );
    expect(seen.answer).toMatchObject({ failed: 'database' });
    outage = undefined;
    expect(await versions()).toEqual([]);
    expect((await lead.press(seen, 'Try again')).title).toContain('92.8 → 93.2 %');
    expect(await versions()).toEqual(['2026-W47 v1 reading 93.2']);
  });

  test('a form’s words are given back too', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    outage = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    const seen = await lead.submit(form, { value: '18.4', note: 'half the schools' });
    expect(seen.text).toContain('half the schools');
    outage = undefined;
    expect((await lead.submit(form, { value: '18.4', note: 'half the schools' })).title).toContain('18.4 %');
  });

  test('words too long for a button are given back whole, without one', async () => {
    outage = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    const words = `/kpi attendance 93.2 ${'é'.repeat(2000)}`;
    const seen = await lead.say(words);
    expect(seen.text).toContain(words);
    expect(seen.labels).toEqual([]);
  });

  test('a fault of ours says so with a reference; the log has that reference, where it was, and none of the words', async () => {
    const words = '/kpi attendance 93.2 a quiet secret';
    outage = new TypeError(`cannot read “${words}”\n    at a quiet secret`);
    bot.logged.length = 0;
    const seen = await lead.say(words);
    expect(seen.answer).toMatchObject({ failed: 'bug' });
    const reference = /\(ref ([0-9A-F]{6})\)/.exec(seen.title)?.[1];
    const lines = bot.logged.map((line) => JSON.parse(line) as { ref: string; fault?: { type: string; at: string[] } });
    const failure = lines.find(({ ref, fault }) => ref === reference && fault);
    expect(failure?.fault?.type).toBe('TypeError');
    expect(failure?.fault?.at.some((frame) => frame.includes('once.test.ts'))).toBe(true);
    expect(bot.logged.join('\n')).not.toContain('secret');
  });
});
