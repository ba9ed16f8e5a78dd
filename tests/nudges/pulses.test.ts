import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/app.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { PlatformError } from '../../src/errors.ts';
import { dryRun } from '../../src/nudges/dry-run.ts';
import { readRuns } from '../../src/nudges/runs.ts';
import { shownEmails } from '../../src/people/demonstration.ts';
import { closeDue } from '../../src/pulses/close.ts';
import { keysCheck, reopenWave } from '../../src/pulses/keys-check.ts';
import { linkToken } from '../../src/pulses/seat.ts';
import { shownOf } from '../../src/views/nudge-words.ts';
import { engineOf, forgetEverything, only } from '../jobs/engine.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { pulseWorld } from '../support/pulse-world.ts';
import { type Arrived, keeping, pulseNudges, UUID } from './pulse-worlds.ts';

// A pulse is a line of the one message of a week. Who has answered is not told of it, and nothing that is kept or said tells who that is.

const open: { close: () => Promise<void> }[] = [];
const world = async (...made: Parameters<typeof pulseNudges>) => {
  const one = await pulseNudges(...made);
  open.push(one.bot);
  return one;
};
type World = Awaited<ReturnType<typeof world>>;
afterEach(async () => {
  for (const bot of open.splice(0)) await bot.close();
});

const FIRST_HALF = [1, 2, 3, 4, 5, 6];
const SECOND_HALF = [7, 8, 9, 10, 11, 12];
const LINE = 'Pulse: Trust and working together, 5 taps, anonymous (if you have not answered yet)';
const ANEW =
  'Pulse, begun anew on 26 November: Trust and working together, 5 taps, anonymous (please answer once more, if you have not since)';
const to = (arrived: readonly Arrived[]) => arrived.map((one) => one.to);
const textTo = ({ arrived }: World, who: string) => arrived.filter((one) => one.to === who).map(({ text }) => text);
const slack = (nth: number) => `U${nth}`;
const mailOf = (nth: number) => `testshire.head.${nth}@example.org`;
const SMTP = { SMTP_URL: 'smtp://localhost:2525', MAIL_FROM: 'cause@example.org' };

/** A server that keeps what it is told to forget. */
const forgetsNothing = (bot: TestBot): TestBot => ({
  ...bot,
  core: { ...bot.core, later: (tx, { forget: _forget, ...message }: Message, options) => bot.core.later(tx, message, options) },
});

/** Only the eighth has answered: as many messages go as hardly any. */
const ONE = [8];

describe('the message of a week in which a pulse is open', () => {
  let one: World;
  let other: World;
  beforeAll(async () => {
    one = await pulseNudges({ answered: FIRST_HALF });
    other = await pulseNudges({ answered: ONE });
    for (const { tuesday } of [one, other]) await tuesday();
  });
  afterAll(async () => {
    for (const { bot } of [one, other]) await bot.close();
  });

  it('is planned for everybody who is invited, and goes to who has not answered, or for whom something else waits', async () => {
    expect(to(one.arrived).toSorted()).toEqual([3, 4, 7, 8, 9, 10, 11, 12].map(slack).toSorted());
    expect(await one.db.delivery.count()).toBe(12);
    expect(textTo(one, 'U7')[0]).toContain(`1  ${LINE}\n[Answer]`);
    expect(textTo(one, 'U7')[0]).toMatch(/^DEMONSTRATION: A minute this week, then nothing until you are needed\./u);
    // Who has answered is told what else there is, as if there were no pulse.
    expect(textTo(one, 'U3')[0]).not.toContain('Pulse');
    expect(textTo(one, 'U3')[0]).toContain('1  TES-3 Visits');
    expect(textTo(one, 'U4')[0]).not.toContain('Pulse');
    expect(textTo(one, 'U4')[0]).toContain('Some news for 4.');
    expect(textTo(one, 'U9')[0]).toMatch(/^DEMONSTRATION: Two minutes for Testshire this week/u);
    // It is nothing that could be somebody else's, or of which there could be no update.
    expect(textTo(one, 'U7')[0]).not.toMatch(/Not mine|No update/u);
  });

  it('leaves the same behind whoever has answered: in every table, in the numbers of messages and in the log', async () => {
    expect(to(one.arrived)).not.toEqual(to(other.arrived));
    expect(await one.kept()).toEqual(await other.kept());
    expect(one.logged()).toEqual(other.logged());
    const states = await one.db.delivery.groupBy({ by: ['state'], _count: { _all: true }, orderBy: { state: 'asc' } });
    expect(states.map(({ state, _count }) => [state, _count._all])).toEqual([
      ['done', 8],
      ['sent', 4],
    ]);
  });

  it('is counted as sent for whoever runs the programme, whether or not it went', async () => {
    const runs = await Promise.all([one, other].map(({ bot, db }) => inTransaction(db, (tx) => readRuns(tx, bot.core.now()))));
    for (const { runs: found, deliveries, messages, left } of runs) {
      expect(found).toMatchObject([{ planned: 12, sent: 12, waiting: 0, left: 0, failed: 0, unconfirmed: 0 }]);
      expect([deliveries, messages, left]).toEqual([[], [], []]);
    }
  });

  it('goes once, though processes hand it over at the same moment, and late once more', async () => {
    const before = one.arrived.length;
    const others = [one.engine(), one.engine(), one.engine()];
    await Promise.all(others.map(({ run }) => run()));
    one.bot.clock.advance({ hours: 2 });
    await Promise.all(others.map(({ run }) => run()));
    expect(one.arrived.length).toBe(before);
  });

  it('control: of who is said to be left because they have answered, what is kept tells', async () => {
    const leave = async ({ db, head }: World, answered: readonly number[]) => {
      const who = answered.map((nth) => head(nth).personId);
      await db.delivery.updateMany({ where: { personId: { in: who }, state: 'done' }, data: { state: 'left' } });
    };
    await leave(one, FIRST_HALF);
    await leave(other, ONE);
    expect(await one.kept()).not.toEqual(await other.kept());
  });
});

describe('what a message leaves behind', () => {
  it('is the same by e-mail too, where the server has one', async () => {
    const [one, other] = [
      await world({ answered: FIRST_HALF, inSlack: [], env: SMTP }),
      await world({ answered: ONE, inSlack: [], env: SMTP }),
    ];
    for (const { tuesday } of [one, other]) await tuesday();
    expect(to(one.arrived)).not.toEqual(to(other.arrived));
    expect(await one.kept()).toEqual(await other.kept());
    expect(one.logged()).toEqual(other.logged());
    // What waits is answered in the chat, the pulse by a link of one's own.
    const link = `http://localhost:3000/pulse/${linkToken(one.bot.core.secret, one.waveId, one.head(9).personId)}`;
    expect(textTo(one, mailOf(9))[0]).toContain(`1. TES-9 Visits: how is it going?\n2. ${LINE}: ${link} (`);
    expect(textTo(one, mailOf(7))[0]).not.toContain(link);
    expect(textTo(one, mailOf(3))[0]).not.toMatch(/pulse/iu);
    expect(await everythingIn(one.db)).not.toContain('/pulse/');
  });

  it('is the same once the pulse has closed, though somebody looked at the card that had its line or had not', async () => {
    const [had, hadNot] = [await world({ answered: ONE, closesOn: '2026-11-25' }), await world({ answered: [3], closesOn: '2026-11-25' })];
    for (const made of [had, hadNot]) {
      await made.tuesday();
      const { id } = await made.db.delivery.findFirstOrThrow({ where: { personId: made.head(3).personId } });
      const one = made.bot.conversation({ platform: 'slack', tenant: 'T1', user: 'U3' }, { kind: 'personal', seenByOthers: false });
      const { text } = await one.ask({ kind: 'open', verb: 'nudge.card', state: { delivery: id } });
      expect(text.includes(LINE)).toBe(made === had);
    }
    // control: as long as it is open, what they were answered tells.
    expect(await had.kept()).not.toEqual(await hadNot.kept());
    for (const made of [had, hadNot]) {
      made.bot.clock.set('2026-11-26T08:55:00Z');
      await made.run();
      made.bot.clock.advance({ minutes: 5 }); // a clock that has gone on by days is believed then
      await made.run();
    }
    expect(await had.kept()).toEqual(await hadNot.kept());
  });

  it('is the same where it had not gone yet when the pulse closed: then it goes without the line, and nothing else of it is lost', async () => {
    const [had, hadNot] = [await world({ answered: ONE, closesOn: '2026-11-24' }), await world({ answered: [3], closesOn: '2026-11-24' })];
    for (const made of [had, hadNot]) {
      const later = () => new PlatformError('slack: later', { outcome: 'again', retryAfter: 10 * 60 * 60 });
      made.answers.push(...Array.from({ length: 12 }, later));
      await made.tuesday();
      expect(made.arrived).toEqual([]);
      made.answers.length = 0;
    }
    // control: as long as it is open, what waits to go tells.
    expect(await had.kept()).not.toEqual(await hadNot.kept());
    for (const made of [had, hadNot]) {
      made.bot.clock.set('2026-11-24T17:35:00Z');
      await made.run();
      expect(made.arrived).toEqual([]);
    }
    expect(await had.kept()).toEqual(await hadNot.kept());
    for (const made of [had, hadNot]) {
      for (const at of ['2026-11-24T18:40:00Z', '2026-11-25T09:00:00Z', '2026-11-25T09:05:00Z']) {
        made.bot.clock.set(at);
        await made.run();
      }
      // Some news waits to share a message, as it does in a week without a pulse.
      expect(to(made.arrived)).toEqual([3, 9].map(slack));
      for (const { to: who, text } of made.arrived) {
        expect(text).toContain(`1  TES-${who.slice(1)} Visits`);
        expect(text).not.toContain('Pulse');
      }
      expect(await made.db.news.count({ where: { seenAt: null, text: { startsWith: 'Some news for' } } })).toBe(2);
    }
    expect(await had.kept()).toEqual(await hadNot.kept());
  });

  it('control: a server that forgets nothing is found out', async () => {
    const [one, other] = [
      await world({ answered: FIRST_HALF, twin: forgetsNothing }),
      await world({ answered: ONE, twin: forgetsNothing }),
    ];
    for (const { tuesday } of [one, other]) await tuesday();
    expect(await one.kept()).not.toEqual(await other.kept());
  });
});

describe('a message with nothing but a pulse', () => {
  it('is drawn while nobody waits who answers: that it has the line is noted in all seats at once, and at the end', async () => {
    const made = await world({ answered: FIRST_HALF });
    const { database } = made.bot;
    database.forget();
    await made.tuesday();
    const { statements } = database;
    const next = statements.flatMap((sql, at) => (/update pulse_seat|pulse_seat.* for /u.test(sql) ? [statements[at + 1]] : []));
    expect(next).toEqual(['COMMIT']);
    const noted = await made.db.pulseSeat.findMany({ where: { shownIn: { not: null } }, select: { personId: true } });
    expect(new Set(noted.map(({ personId }) => personId))).toEqual(new Set(SECOND_HALF.map((nth) => made.head(nth).personId)));
  });

  it('counts as the message of that week, and is told again two weeks later', async () => {
    const made = await world({ onlyPulse: true, answered: FIRST_HALF, closesOn: '2026-12-18' });
    await made.tuesday();
    await made.tuesday('2026-12-01');
    expect(to(made.arrived)).toEqual(SECOND_HALF.map(slack));
    await made.tuesday('2026-12-08');
    expect(to(made.arrived)).toEqual([...SECOND_HALF, ...SECOND_HALF].map(slack));
    expect(await made.db.delivery.count({ where: { state: 'done' } })).toBe(24);
  });
});

describe('a pulse that is begun anew', () => {
  it('asks everybody again, whatever they were told or had answered before, and is open still on the cards that had it', async () => {
    const made = await world({ answered: FIRST_HALF, closesOn: '2026-12-18' });
    await made.tuesday();
    const { core, clock } = made.bot;
    clock.set('2026-11-26T10:00:00Z');
    await core.waveKeys.destroy(made.waveId);
    await inTransaction(made.db, (tx) => reopenWave({ tx, waveKeys: core.waveKeys }, made.waveId));
    clock.set('2026-11-26T10:05:00Z');
    await keysCheck(core);
    const one = made.bot.conversation({ platform: 'slack', tenant: 'T1', user: 'U9' }, { kind: 'personal', seenByOthers: false });
    const sent = await made.db.delivery.findFirstOrThrow({ where: { personId: made.head(9).personId } });
    const { text } = await one.ask({ kind: 'open', verb: 'nudge.card', state: { delivery: sent.id } });
    expect(text).toContain(`2  ${ANEW}\n[Answer]`);
    expect(text).not.toMatch(/closed|more thing/u);
    made.arrived.length = 0;
    await made.tuesday('2026-12-01');
    // Where it goes on, nobody is told again after a week: "counts as the message of that week".
    expect(to(made.arrived).toSorted()).toEqual([...FIRST_HALF, ...SECOND_HALF].map(slack).toSorted());
    for (const message of made.arrived) expect(message.text).toContain(ANEW);
  });
});

describe('a pulse that is paused, because its key is lost', () => {
  const paused = ({ bot }: World): (() => void) => {
    const { waveKeys } = bot.core;
    const { read } = waveKeys;
    waveKeys.read = async () => undefined;
    return () => {
      waveKeys.read = read;
    };
  };
  const inSlack = ({ bot }: World, nth: number) =>
    bot.conversation({ platform: 'slack', tenant: 'T1', user: `U${nth}` }, { kind: 'personal', seenByOthers: false });

  it('is no line of what is written meanwhile, the same for whoever has answered, and is one again once the key is back', async () => {
    const same = { closesOn: '2026-12-18' };
    const [one, other] = [await world({ ...same, answered: FIRST_HALF }), await world({ ...same, answered: ONE })];
    const goOn = [one, other].map(paused);
    for (const made of [one, other]) {
      await made.tuesday();
      // Whoever waits for nothing but the pulse is sent nothing; some news waits to share a message.
      expect(to(made.arrived)).toEqual([3, 9].map(slack));
      for (const { text } of made.arrived) expect(text).not.toMatch(/pulse|more thing/iu);
    }
    expect(one.arrived).toEqual(other.arrived);
    expect(await one.kept()).toEqual(await other.kept());
    expect(one.logged()).toEqual(other.logged());
    for (const made of [one, other])
      for (const nth of [7, 8])
        for (const words of ['commoncause', 'nudge', 'summary'])
          expect((await inSlack(made, nth).say(words)).text, words).not.toContain('Pulse: ');
    // control: with its key it is.
    for (const again of goOn) again();
    for (const made of [one, other])
      for (const words of ['commoncause', 'nudge']) expect((await inSlack(made, 7).say(words)).text, words).toContain(LINE);
    one.arrived.length = 0;
    await one.tuesday('2026-12-01');
    expect(to(one.arrived.filter(({ text }) => text.includes(LINE)))).toEqual(SECOND_HALF.map(slack));
  });

  it('stays on a card that has it: what was sent never changes because of a pulse', async () => {
    const made = await world({ answered: FIRST_HALF });
    await made.tuesday();
    paused(made);
    const { id } = await made.db.delivery.findFirstOrThrow({ where: { personId: made.head(9).personId } });
    const { text } = await inSlack(made, 9).ask({ kind: 'open', verb: 'nudge.card', state: { delivery: id } });
    expect(text).toContain(`2  ${LINE}\n[Answer]`);
  });
});

describe('a message with nothing but a pulse that did not arrive', () => {
  const refuse = (made: World, times: number, outcome: 'refused' | 'closed' = 'refused') =>
    made.answers.push(...Array.from({ length: times }, () => new PlatformError('slack: no', { outcome })));

  it('goes its next way, and nothing that is kept says so; by none, it is only counted', async () => {
    const same = { onlyPulse: true, answered: FIRST_HALF, env: SMTP, closesOn: '2026-12-18' };
    const made = await world(same);
    const quiet = await world(same);
    refuse(made, 6, 'closed');
    for (const { tuesday } of [made, quiet]) await tuesday();
    // Slack refused all six: each goes by e-mail, once.
    await made.bot.outbox.drain();
    expect(to(made.arrived).toSorted()).toEqual(SECOND_HALF.map(mailOf).toSorted());
    expect(to(quiet.arrived)).toEqual(SECOND_HALF.map(slack));
    const last = (rows: string[]) => rows.filter((row) => !row.startsWith('numbers of messages'));
    expect(last(await made.kept())).toEqual(last(await quiet.kept()));
    // By no way at all: nobody is named anywhere.
    refuse(made, 12);
    await made.tuesday('2026-12-08');
    await made.bot.outbox.drain();
    await made.run();
    expect(await made.db.outbox.count()).toBe(0);
    expect(made.logged().filter((line) => line.includes('did not arrive by any way'))).toHaveLength(1);
    expect(made.logged().find((line) => line.includes('did not arrive by any way'))).toContain('"count":6');
    const { deliveries, messages } = await inTransaction(made.db, (tx) => readRuns(tx, made.bot.core.now()));
    expect([deliveries, messages]).toEqual([[], []]);
  });
});

describe('in the demonstration without a mail server', () => {
  it('the e-mails are shown, each with its link, to whoever has not answered', async () => {
    const made = await world({ onlyPulse: true, answered: FIRST_HALF, inSlack: [] });
    await made.tuesday();
    const shown = await inTransaction(made.db, shownEmails);
    expect(shown.map((mail) => mail.to).toSorted()).toEqual(SECOND_HALF.map(mailOf).toSorted());
    expect(shown[0]?.text).toMatch(/: http:\/\/localhost:3000\/pulse\/[\w-]{22} \(this link is yours alone/u);
  });

  it('those about a pulse are forgotten when it closes: no longer does what is shown tell who had answered', async () => {
    const same = { inSlack: [], closesOn: '2026-11-25' };
    const [one, other] = [await world({ ...same, answered: FIRST_HALF }), await world({ ...same, answered: SECOND_HALF })];
    for (const { bot, tuesday } of [one, other]) {
      await bot.core.later(bot.database.db, { kind: 'email', to: mailOf(1), subject: 'Something else', text: 'It stays.' });
      await tuesday();
    }
    // control: as long as it is open, they tell.
    expect(await one.kept()).not.toEqual(await other.kept());
    expect(await everythingIn(one.db)).toContain('/pulse/');
    for (const made of [one, other]) {
      made.bot.clock.set('2026-11-26T09:00:00Z');
      expect(await closeDue(made.bot.core)).toBe(1);
      const shown = await inTransaction(made.db, shownEmails);
      expect(shown.map(({ subject }) => subject)).toEqual(['Something else']);
      expect(await everythingIn(made.db)).not.toContain('/pulse/');
    }
    expect(await one.kept()).toEqual(await other.kept());
  });
});

describe('the card of a message that was sent', () => {
  const anew = ({ arrived }: World, who: string) => arrived.filter((one) => one.to === who && one.anew).map(({ text }) => text);
  /** They do something in Slack, and a while later the tick looks. */
  const doesSomething = async (made: World, nth: number) => {
    made.bot.clock.advance({ minutes: 15 });
    const at = made.bot.core.now();
    await made.db.inboundEvent.create({
      data: { platform: 'slack', key: `T1:U${nth}:${at}`, at: new Date(at.epochMilliseconds), personId: made.head(nth).personId },
    });
    made.bot.clock.advance({ minutes: 5 });
    await made.run();
  };
  const rates = async (made: World, nth: number) => {
    const one = made.bot.conversation({ platform: 'slack', tenant: 'T1', user: `U${nth}` }, { kind: 'personal', seenByOthers: false });
    made.bot.clock.advance({ minutes: 15 });
    await one.say(`rag TES-${nth} green`);
    made.bot.clock.advance({ minutes: 5 });
    await made.run();
  };

  it('never changes because of a pulse: the line stays where it was, and does not come where it was not', async () => {
    const made = await world({ answered: [3] });
    await made.tuesday();
    await made.answer(made.waveId, made.head(9).personId);
    // Answering a pulse is nothing that a card is looked at again for, and its line is the same when something else is.
    await doesSomething(made, 3);
    await doesSomething(made, 9);
    expect(made.arrived.filter((one) => one.anew)).toEqual([]);
    await rates(made, 3);
    await rates(made, 9);
    expect(anew(made, 'U3')).toHaveLength(1);
    expect(anew(made, 'U3')[0]).not.toContain('Pulse');
    expect(anew(made, 'U9')).toHaveLength(1);
    expect(anew(made, 'U9')[0]).toContain(LINE);
    expect(anew(made, 'U9')[0]).toContain('Done but for the pulse, if you have not answered it yet.');
    // Both are kept as the same card, and neither is kept in words.
    const kept = await made.db.delivery.findMany({ where: { personId: { in: [3, 9].map((nth) => made.head(nth).personId) } } });
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(await made.db.outbox.findMany(), (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(
      LINE,
    );
  });

  it('that was to be brought up to date when the pulse closed still is, and says the same to everybody', async () => {
    const made = await world({ answered: [3], closesOn: '2026-11-24' });
    await made.tuesday();
    const later = () => new PlatformError('slack: later', { outcome: 'again', retryAfter: 10 * 60 * 60 });
    made.answers.push(later(), later());
    await rates(made, 9);
    made.bot.clock.set('2026-11-24T17:35:00Z');
    await made.run();
    expect(anew(made, 'U9')).toEqual([]);
    expect(await everythingIn(made.db)).not.toContain(LINE);
    made.answers.length = 0;
    for (const at of ['2026-11-24T18:50:00Z', '2026-11-24T19:10:00Z']) {
      made.bot.clock.set(at);
      await made.run();
    }
    expect(anew(made, 'U9')).toHaveLength(1);
    expect(anew(made, 'U9')[0]).toContain('TES-9: Green');
    expect(anew(made, 'U9')[0]).toContain('This pulse has closed.');
  });

  it('says that a pulse has closed once it has', async () => {
    const made = await world({ answered: [3], closesOn: '2026-11-25' });
    await made.tuesday();
    made.bot.clock.set('2026-11-26T09:00:00Z');
    await made.run();
    await rates(made, 9);
    expect(anew(made, 'U9')[0]).toContain('This pulse has closed.');
    expect(anew(made, 'U9')[0]).not.toContain('[Answer]');
  });
});

describe('who reads a summary', () => {
  /** The coordinator of Wakefield is invited too, and has a summary on Thursday. */
  const withSummary = async (hasAnswered: boolean) => {
    const bot = await testBot();
    open.push(bot);
    const { db } = bot.database;
    await forgetEverything(bot);
    bot.clock.set('2026-11-25T10:00:00Z');
    const arrived: string[] = [];
    bot.senders.slack = async (message) => {
      arrived.push(plainText((message as { card: SealedCard }).card));
      return { channel: 'D1', ts: '1' };
    };
    const made = await pulseWorld(bot);
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });
    const { id } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const waveId = await made.open({
      audience: 'everybody',
      places: [
        { kind: 'locality', id },
        { kind: 'locality', id: made.localityId },
      ],
    });
    await db.identity.create({
      data: { id: bot.core.newId(), personId, platform: 'slack', tenant: 'T1', user: 'U1', linkedAt: new Date(0), how: 'code' },
    });
    if (hasAnswered) await made.answer(waveId, personId);
    const { plan, run } = engineOf(bot, only(personId));
    await plan();
    bot.clock.set('2026-11-26T08:30:00Z');
    await plan();
    const known = new Set((await everythingIn(db)).match(UUID));
    bot.clock.advance({ minutes: 1 });
    await run();
    return { bot, arrived, waveId, ...keeping(bot, known, waveId) };
  };

  it('has the line in its first section until they have answered, and nothing that is kept tells whether they have', async () => {
    const [answered, not] = [await withSummary(true), await withSummary(false)];
    expect(not.arrived).toHaveLength(1);
    expect(not.arrived[0]).toContain(LINE);
    expect(answered.arrived).toHaveLength(1);
    expect(answered.arrived[0]).not.toContain('Pulse:');
    expect(await answered.kept()).toEqual(await not.kept());
    // What they ask for is kept, wherever they ask: there the line is for everybody who was invited.
    for (const { bot } of [answered, not]) {
      const one = await bot.as('wakefield.coordinator');
      const { account } = one;
      for (const words of ['summary', 'nudge', 'commoncause']) {
        expect((await one.say(words)).text, words).toContain(LINE);
        const where = { kind: 'personal' as const, seenByOthers: false };
        const answerBy = { platform: 'slack' as const, to: { user: 'U1' } };
        await bot.dispatch({ key: `dm ${words}`, account, where, ask: { kind: 'words', text: words }, answerBy });
      }
    }
    expect(await answered.kept()).toEqual(await not.kept());
    for (const { bot } of [answered, not]) {
      bot.clock.set('2026-12-10T09:00:00Z');
      await closeDue(bot.core);
    }
    expect(await answered.kept()).toEqual(await not.kept());
  });
});

describe('a dry run', () => {
  it('has the line for everybody who is invited, whoever has answered', async () => {
    const made = await world({ onlyPulse: true, answered: FIRST_HALF });
    const { messages } = await inTransaction(made.db, (tx) =>
      dryRun(made.bot.core, tx, Temporal.Instant.from('2026-11-24T08:30:00Z'), { receiversOf: async () => [], shownOf }),
    );
    const theirs = messages.filter(({ post }) => post.startsWith('Headteacher, Testshire'));
    expect(theirs).toHaveLength(12);
    expect(new Set(theirs.map(({ lines, why }) => `${lines.map(({ kind }) => kind)}: ${why}`))).toEqual(
      new Set(['pulse: a pulse that is open, since 23 Nov, not told yet']),
    );
  });
});
