import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account, Command, Incoming } from '../../src/bot/contract.ts';
import { cardVerb, formVerb } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { createFinish } from '../../src/bot/finish.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { CommitUnconfirmed } from '../../src/errors.ts';
import { contentsOf, openBox } from '../../src/pulses/box.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { clearPulses } from './clear.ts';
import { answeredIn, loud, NOTHING, pulseInWakefield, traceOf } from './trace.ts';

// A headteacher answers a pulse: what is counted, what they are told, and that nothing else is left behind.

let bot: TestBot;
let wave: Awaited<ReturnType<typeof pulseInWakefield>>;
const HEAD = 'wakefield.head.1';

beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());
beforeEach(async () => {
  const { db } = bot.core;
  await clearPulses(bot.core);
  await db.inboundEvent.deleteMany();
  await db.outbox.deleteMany();
  await db.identity.deleteMany({ where: { tenant: 'T0HOME' } });
  bot.logged.length = 0;
  wave = await pulseInWakefield(bot.core);
});

const trace = (act: () => Promise<unknown>) => traceOf(bot.core, [bot.logged], act);
const counted = async () => {
  const boxes = await bot.core.db.pulseBox.findMany({ where: { waveId: wave.waveId } });
  return boxes.map(({ id, sealed }) => contentsOf(openBox(wave.key, id, sealed), wave.questions));
};
const answers = { answer1: '1', answer2: '10', answer4: '2', comment: 'More time to talk.' };
const openForm = async (name = HEAD) => {
  const head = await bot.as(name);
  return { head, form: await head.press(await head.say('/pulse'), 'Answer') };
};

describe('a headteacher who answers', () => {
  test('sees what is open for them, then the questions under the promise, with who runs the server', async () => {
    const head = await bot.as(HEAD);
    const list = await head.say('/pulse');
    expect(list.title).toBe('One pulse is open for you.');
    expect(list.text).toContain('Trust and working together');
    expect(list.text).toContain('open until 27 November, 17:30, if you have not answered yet');
    const form = (await head.press(list, 'Answer')).form();
    expect(form.intro).toContain('Trust and working together: 4 questions, under a minute.');
    expect(form.intro).toContain('Answers are counted, not kept.');
    expect(form.intro).toContain('Results come on 27 November, only for groups where at least 5 people from 3 organisations answered.');
    expect(form.intro).toContain('You cannot change an answer later: nobody can tell which one is yours.');
    expect(form.intro).toContain('This server is run by this computer (a demonstration).');
    expect(form.fields.map(({ kind, optional }) => [kind, optional])).toEqual([
      ...Array.from({ length: 4 }, () => ['choice', 'said']),
      ['longtext', 'said'],
    ]);
    expect(form.fields.map((field) => (field.kind === 'choice' ? field.options.length : 0))).toEqual([6, 11, 2, 3, 0]);
    expect(form.fields.map(({ label }) => label)).toEqual([
      '1  About test-agree',
      '2  About test-ten',
      '3  About test-yes',
      '4  About test-choice',
      'Anything else?',
    ]);
    expect(form.fields.at(-1)?.hint).toMatch(/ only if ten or more people comment\. Do not name anyone\.$/u);
    expect(form.intro).toMatch(/\nOpen until 27 November, 17:30\. Skip what you like\.$/u);
    expect((await head.press(list, 'Answer')).text, 'no field says so too').not.toContain('optional');
  });

  test('is counted once, thanked the same each time, and leaves nothing behind but the count', async () => {
    const told: string[] = [];
    const { head, form } = await openForm();
    expect(
      await trace(async () => {
        for (let times = 0; times < 3; times += 1) told.push(JSON.stringify((await head.submit(form, answers)).card()));
        told.push(JSON.stringify((await head.press(await head.say('/pulse'), 'Answer')).card()));
      }),
    ).toEqual(NOTHING);
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toContain('Thank you');
    expect(await counted()).toEqual([
      {
        counts: [
          [0, 1, 0, 0, 0, 0],
          [...Array(10).fill(0), 1],
          [0, 0],
          [0, 0, 1],
        ],
        comments: ['More time to talk.'],
      },
    ]);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([head.account.user]);
  });

  test('sees the same list before and after they have answered', async () => {
    const { head, form } = await openForm();
    const plain = ({ text }: { text: string }) => text;
    const before = plain(await head.say('/pulse'));
    await head.submit(form, answers);
    expect(plain(await head.say('/pulse'))).toBe(before);
  });

  test('control: a twin that is not quiet leaves a row and a line in the log', async () => {
    const dispatch = createDispatch({ core: bot.core, commands: loud(bot.commands), kick: () => {} });
    const { head, form } = await openForm();
    const { token } = form.form().submit.press;
    const { tables, lines } = await trace(() =>
      dispatch({
        key: 'k',
        account: head.account,
        where: { kind: 'web', seenByOthers: false },
        ask: { kind: 'submit', token, values: answers },
        answerBy: 'reply',
      }),
    );
    expect(tables).toEqual(['inbound_event']);
    expect(lines.join()).toContain('turn');
  });

  test('whose form is half done, or has a mistake, counts nothing and gets their words back', async () => {
    const { head, form } = await openForm();
    const long = 'a'.repeat(1_001);
    const cases: [Record<string, string>, string, RegExp, string?][] = [
      [{}, 'answer1', /choose an answer or write a comment/u],
      [{ comment: '   ' }, 'answer1', /choose an answer or write a comment/u],
      [{ answer1: '6' }, 'answer1', /Choose one of the answers/u],
      [{ answer1: '1', comment: long }, 'comment', /1,001 characters; 1,000 fit/u],
      [
        { answer1: '1', comment: 'We help more.\nB8012 0000 5001 did well' },
        'comment',
        /pupil's number \(UPN\) in it\. Not saved by us\. Send the rest again, without it\.$/u,
        'We help more.\n… did well',
      ],
      [{ answer1: '1', comment: 'B801200005001' }, 'comment', /Write the rest again, without it\.$/u, ''],
      [
        { answer1: '1', comment: 'Ask Ann Smith, born 3 May 2014' },
        'comment',
        /name and date of birth in it\. Not saved by us\. Write the rest again, without it\.$/u,
        '',
      ],
    ];
    for (const [values, field, says, back = values.comment ?? ''] of cases) {
      const said = await head.submit(form, values);
      expect(said.fields()[field]).toMatch(says);
      expect(said.form().fields.find(({ name }) => name === 'comment')?.value).toBe(back);
      for (const named of ['B801200005001', 'B8012', 'Ann Smith']) expect(JSON.stringify(said.answer)).not.toContain(named);
    }
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
    expect((await head.submit(form, { comment: 'Only words.' })).title).toMatch(/^Thank you/u);
  });
});

describe('what cannot be answered says so kindly', () => {
  test('somebody who was not asked', async () => {
    const { form } = await openForm();
    const other = await bot.as('ealing.head.1');
    expect((await other.say('/pulse')).title).toBe('No pulse is open for you just now.');
    expect((await other.ask({ kind: 'open', verb: 'pulse.answer', state: { wave: wave.waveId } })).title).toBe(
      'This pulse asks other people.',
    );
    expect((await other.submit(form, answers)).title, "another person's form").toMatch(/was not made for you/u);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });

  test('a pulse that has closed, though its form is still open', async () => {
    const { head, form } = await openForm();
    // In the evening of its last day, before it is closed.
    await bot.core.db.$executeRaw`update pulse_wave set closes_on = '2026-11-19'`;
    bot.clock.advance({ hours: 4 });
    expect((await head.submit(form, answers)).title).toBe('This pulse has closed.');
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });

  test('a pulse whose key is lost: nothing is saved, the comment is given back', async () => {
    const { head, form } = await openForm();
    await bot.core.waveKeys.destroy(wave.waveId);
    const told = await head.submit(form, answers);
    expect(told.title).toBe('This pulse is paused: nothing can be saved just now, and nothing was.');
    expect(told.text).toContain('Your words: “More time to talk.”');
    expect(told.text).toContain('Its key is missing, or not the right one.');
    expect((await head.say('/pulse answer')).title, 'before anything is filled in').toBe(told.title);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });
});

describe('a pulse that is not as it was says so to whoever is asked', () => {
  test('paused: the list offers no form that could not be sent', async () => {
    const head = await bot.as(HEAD);
    expect((await head.say('/pulse')).labels, 'control').toContain('Answer');
    await bot.core.waveKeys.destroy(wave.waveId);
    const list = await head.say('/pulse');
    expect(list.title).toBe('The pulse for you is paused.');
    expect(list.text).toContain('paused: nothing can be saved just now');
    expect(list.labels).not.toContain('Answer');
  });

  test('begun anew: whoever answered before is asked once more', async () => {
    await bot.core.db.pulseWave.updateMany({ data: { reopenedAt: new Date('2026-11-18T10:00:00Z') } });
    const head = await bot.as(HEAD);
    const list = await head.say('/pulse');
    expect(list.text).toContain(
      'begun anew on 18 November: please answer once more, open until 27 November, 17:30, if you have not answered since',
    );
    expect((await head.press(list, 'Answer')).form().intro).toMatch(
      /\nBegun anew on 18 November: what was answered before is lost\. Please answer once more\.\nAnswers are counted, not kept\./u,
    );
  });
});

describe('a word that begins the titles of two pulses', () => {
  /** @param names of those who are asked besides some of the heads */
  const second = async (names: string[] = []) => {
    const { db } = bot.core;
    const asked = [...names, ...wave.names].slice(0, 12).map((name) => `${name}@example.org`);
    const people = await db.person.findMany({ where: { email: { in: asked } }, select: { id: true } });
    const { waveId } = await pulseInWakefield(bot.core, { people: people.map(({ id }) => id) });
    await db.pulseWave.update({ where: { id: waveId }, data: { title: 'Trust in autumn' } });
    return waveId;
  };

  test('offers both to whoever can answer them, also where results are asked for', async () => {
    const later = await second();
    const head = await bot.as(HEAD);
    const which = await head.say('/pulse results trust');
    expect(which.title).toBe('Which pulse do you mean by “trust”?');
    expect(which.text).toMatch(/^Trust and working together .*open until 27 Nov: nobody sees results before *\[Answer\]$/mu);
    expect(which.text).toMatch(/^Trust in autumn .*\[Answer\]$/mu);
    expect((await head.press(which, 'Answer')).form().title).toBe('Pulse');
    expect((await head.say('/pulse results trust in')).title, 'control: a word more').toMatch(/^Open until 27 Nov: /u);
    for (const words of ['/pulse trust', '/pulse answer trust'])
      expect((await head.say(words)).labels.filter((label) => label === 'Answer')).toHaveLength(2);
    await bot.core.waveKeys.destroy(later);
    const one = await head.say('/pulse results trust');
    expect(
      one.labels.filter((label) => label === 'Answer'),
      'one that is paused takes no answers',
    ).toHaveLength(1);
  });

  test('offers what others run to whoever runs pulses and is asked too', async () => {
    await second(['wakefield.coordinator']);
    const coordinator = await bot.as('wakefield.coordinator');
    const found = await coordinator.say('/pulse trust');
    expect(found.title).toBe('One pulse is open for you.');
    expect(found.text).toMatch(/^Trust in autumn .*\[Answer\]$/mu);
    expect((await coordinator.say('/pulse capacity')).title, 'control').toBe('I do not know a pulse called “capacity”.');
  });
});

describe('at home', () => {
  test('a pulse is opened at once, as its form, and what is typed for it is listed', async () => {
    const head = await bot.as(HEAD);
    const home = await head.say('/commoncause');
    expect(home.text).toMatch(/^\/pulse +Answer a pulse: a few anonymous questions/mu);
    const line = home.text.split('\n').find((text) => text.startsWith('Pulse: Trust and working together'));
    expect(line).toMatch(/\[Answer\]$/u);
    expect((await head.press(home, 'Answer')).form().title).toBe('Pulse');
  });
});

describe('by a message', () => {
  const dm = async (text: string): Promise<Incoming> => ({
    key: `dm ${text}`,
    account: { platform: 'web', tenant: 'web', user: (await bot.as(HEAD)).account.user },
    where: { kind: 'personal', seenByOthers: false },
    ask: { kind: 'words', text },
    answerBy: { platform: 'slack', to: { channel: 'D1' } },
  });
  const messages = async () => (await bot.core.db.outbox.findMany({ orderBy: { seq: 'asc' } })).map(({ payload }) => payload);

  test.each(['pulse', 'pulse answer', 'pulse answer B801200005001'])('%s is answered by a message that is forgotten', async (words) => {
    const answer = await bot.dispatch(await dm(words));
    expect(answer.quiet).toBe(true);
    expect(await messages()).toEqual([expect.objectContaining({ forget: true })]);
    expect(await bot.core.db.inboundEvent.count()).toBe(0);
    expect(bot.logged).toEqual([]);
  });

  test('control: what is no pulse is kept', async () => {
    expect((await bot.dispatch(await dm('kpi'))).quiet).toBeUndefined();
    expect(await messages()).toEqual([expect.not.objectContaining({ forget: true })]);
    expect(await bot.core.db.inboundEvent.count()).toBe(1);
  });
});

describe('an account that is not linked', () => {
  const account = (email: string, outsider = false): Account => ({
    platform: 'slack',
    tenant: 'T0HOME',
    user: 'U0HEAD',
    profile: async () => ({ email, outsider }),
  });

  test('acts for whoever has its address, for that turn, and is not linked by it', async () => {
    const head = bot.conversation(account(`${HEAD}@example.org`));
    expect(
      await trace(async () => {
        const form = await head.press(await head.say('/pulse'), 'Answer');
        expect((await head.submit(form, answers)).title).toMatch(/^Thank you/u);
      }),
    ).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([(await bot.as(HEAD)).account.user]);
  });

  test('control: by any other word it is linked, and that is kept', async () => {
    const { tables } = await trace(() => bot.conversation(account(`${HEAD}@example.org`)).say('/kpi'));
    expect(tables).toEqual(expect.arrayContaining(['identity', 'inbound_event', 'audit_event']));
  });

  test.each([
    ['of an address that nobody has', account('nobody@example.org')],
    ['of a guest', account(`${HEAD}@example.org`, true)],
  ])('%s is not known', async (_what, stranger) => {
    expect(await trace(async () => expect((await bot.conversation(stranger).say('/pulse')).title).toBe('I do not know you yet.'))).toEqual(
      NOTHING,
    );
  });
});

describe('a quiet turn that fails', () => {
  const failing: Command = {
    name: 'failing',
    aliases: [],
    summary: 'Fail',
    usage: '',
    listedFor: 'all',
    help: () => [],
    verbs: {},
    presses: {
      form: formVerb({
        quiet: true,
        state: z.undefined(),
        form: async () => ({ title: 'F', fields: [], submit: { label: 'Send', press: { verb: 'failing.form' } } }),
        submit: async (_turn, { values }) => {
          if (values.away) throw new CommitUnconfirmed('of More time to talk.');
          throw new TypeError('of More time to talk.');
        },
      }),
    },
    otherwise: cardVerb({
      state: z.undefined(),
      run: async () => ({ title: 'x', parts: [{ type: 'buttons', buttons: [{ label: 'F', press: { verb: 'failing.form' } }] }] }),
    }),
  };

  const sent = async (values: Record<string, string>) => {
    const { account } = await bot.as(HEAD);
    const commands = [...bot.commands, failing];
    const { sealFor } = createFinish(bot.core, commands);
    const { token } = sealFor(account, bot.core.now())({ verb: 'failing.form' });
    return createDispatch({ core: bot.core, commands, kick: () => {} })({
      key: 'k',
      account,
      where: { kind: 'web', seenByOthers: false },
      ask: { kind: 'submit', token, values },
      answerBy: 'reply',
    });
  };

  test('tells the person, gives their words back, and logs a reference and its kind alone', async () => {
    const answer = await sent({ answer1: '3', comment: 'More time to talk.' });
    expect(answer).toMatchObject({ kind: 'card', quiet: true, failed: 'bug' });
    const { card } = answer as { card: SealedCard };
    expect(card.title).toMatch(/^Not saved: something went wrong on our side \(ref [0-9A-F]{6}\)\.$/u);
    expect(card.parts[0]).toEqual({ type: 'text', text: 'Your words: “More time to talk.”.' });
    expect(bot.logged).toHaveLength(1);
    const { time, level, pid, hostname, ...line } = JSON.parse(bot.logged[0] as string);
    expect({ time, level, pid, hostname }).toEqual(
      Object.fromEntries(['time', 'level', 'pid', 'hostname'].map((name) => [name, expect.anything()])),
    );
    expect(line).toEqual({
      ref: /ref (\w+)/u.exec(card.title)?.[1],
      fault: 'TypeError',
      msg: 'a turn failed: nothing was saved',
    });
    expect(await bot.core.db.inboundEvent.count()).toBe(0);
  });

  test('at the very end may have been saved: sending it again does no harm, and that is said', async () => {
    const answer = await sent({ answer1: '3', comment: 'More time to talk.', away: 'yes' });
    expect(answer).toMatchObject({ quiet: true, failed: 'database' });
    expect((answer as { card: SealedCard }).card.title).toMatch(
      /^It may or may not be saved: send it again in a minute, it counts only once \(ref/u,
    );
    expect(bot.logged.join()).not.toMatch(/More time|"platform"|"ask"/u);
  });
});

describe('a button for anyone', () => {
  const account: Account = { platform: 'slack', tenant: 'T0HOME', user: 'U0COORD' };
  const by = (user: string, tenant = 'T0HOME') =>
    bot.conversation({ ...account, tenant, user, profile: async () => ({ email: `${HEAD}@example.org`, outsider: tenant !== 'T0HOME' }) });

  test('in a channel opens the form of whoever presses, which is theirs alone', async () => {
    const { sealFor } = createFinish(bot.core, bot.commands);
    const { token, form } = sealFor(account, bot.core.now())({ verb: 'pulse.answer', state: { wave: wave.waveId }, anyone: true });
    expect(form).toBe(true);
    const head = by('U0HEAD');
    const opened = await head.ask({ kind: 'press', token });
    expect(opened.form().intro).toContain('counted, not kept');
    const stolen = await by('U0OTHER').submit(opened, answers);
    expect(stolen.title).toMatch(/was not made for you/u);
    expect((await head.submit(opened, answers)).title).toMatch(/^Thank you/u);
    expect((await by('U0HEAD', 'T0AWAY').ask({ kind: 'press', token })).title, 'elsewhere').toMatch(/I do not know you yet/u);
  });

  test('is made only for a verb that says so', async () => {
    const { sealFor } = createFinish(bot.core, bot.commands);
    expect(() => sealFor(account, bot.core.now())({ verb: 'kpi.undo', anyone: true })).toThrow(/not for anyone/u);
  });

  test('control: the same button of another verb, sealed so all the same, does not open', async () => {
    const { sealer } = createFinish(bot.core, bot.commands);
    const token = sealer.seal(account, { verb: 'nudge.settings', anyone: true }, bot.core.now());
    expect(sealer.open({ ...account, user: 'U0HEAD' }, token, bot.core.now())).toMatchObject({ anyone: true });
    expect((await by('U0HEAD').ask({ kind: 'press', token })).title).toMatch(/was not made for you/u);
  });
});

test('somebody who has left answers no more, though their form is still open', async () => {
  const { head, form } = await openForm();
  const { db } = bot.core;
  await db.person.update({ where: { id: head.account.user }, data: { leftOn: new Date('2026-11-01') } });
  expect((await head.submit(form, answers)).title).toBe('I do not know you yet.');
  expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
});
