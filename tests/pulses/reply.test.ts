import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Shown } from '../../src/statistics/disclosure.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { clearPulses } from './clear.ts';
import { setRelease } from './released.ts';

// "You said, we did": a coordinator answers those who were asked, and it stands with the results.

const PILOT = 'Vulnerable children';
const TEXT = 'WAK-14 is done; early help has a number for Wakefield East.';
const NEWS = `Because of what you said in June: ${TEXT}`;
const shown: Record<string, Shown> = { trust: { as: 'words', most: 0 } };

let bot: TestBot;
let wave: string;
type Person = Awaited<ReturnType<TestBot['as']>>;
let coordinator: Person;

beforeAll(async () => {
  bot = await testBot();
  await clearPulses(bot.core);
  coordinator = await bot.as('wakefield.coordinator');
  const { db } = bot.database;
  await db.person.update({ where: { email: 'wakefield.head.3@example.org' }, data: { leftOn: new Date('2026-09-01') } });
  await db.role.updateMany({ where: { person: { email: 'wakefield.health@example.org' } }, data: { to: new Date('2026-09-01') } });
});
beforeEach(async () => {
  await bot.database.db.news.deleteMany();
  await bot.database.db.auditEvent.deleteMany();
  wave = await setRelease(bot, {
    closesOn: '2026-06-19',
    places: [{ kind: 'pilot', name: PILOT }],
    items: [['trust', 1]],
    cells: [
      // Of Rochdale too few were asked for a cell of their own; the head of Wakefield who was asked as somebody of the whole pilot is of Wakefield still.
      { kind: 'pilot', name: PILOT, shown, invited: ['rochdale.lead', 'wakefield.head.1', 'pilot1.adviser'] },
      { kind: 'locality', name: 'Coventry', parent: PILOT, shown, invited: ['coventry.lead', 'coventry.head.1'] },
      {
        kind: 'locality',
        name: 'Wakefield',
        parent: PILOT,
        shown,
        invited: ['wakefield.lead', 'wakefield.head.2', 'wakefield.head.3', 'wakefield.health', 'wakefield.coordinator'],
      },
    ],
  });
});
afterAll(() => bot.close());

const openReply = (person: Person) => person.ask({ kind: 'open', verb: 'pulse.reply', state: { wave } });
const preview = async (person: Person, text = TEXT): Promise<Seen> => {
  const form = await openReply(person);
  return person.submit(form, { text });
};
const send = async (person: Person, text = TEXT) => person.press(await preview(person, text), 'Send it');
/** Who has been told what, by their address before the @. */
const told = async () => {
  const rows = await bot.database.db.news.findMany({ select: { personId: true, text: true } });
  const people = await bot.database.db.person.findMany({ where: { id: { in: rows.map(({ personId }) => personId) } } });
  const name = new Map(people.map(({ id, email }) => [id, email?.replace('@example.org', '')]));
  return rows.map(({ personId, text }) => `${name.get(personId)}: ${text}`).sort();
};

describe('an answer', () => {
  test('is asked for from the results, shown as they will read it, and told to everybody of the place who was asked and is here', async () => {
    const form = await coordinator.press(
      await coordinator.ask({ kind: 'open', verb: 'pulse.results', state: { wave } }),
      'Say what you did',
    );
    expect(form.text).toContain('3 people who were asked read it with their next message, whoever of them answered.');
    const looked = await coordinator.submit(form, { text: TEXT });
    expect(looked.title).toBe('Not sent yet: 3 people would read this with their next message.');
    expect(looked.text).toContain(NEWS);
    expect(await told(), 'a preview tells nobody').toEqual([]);
    expect((await coordinator.press(looked, 'Send it')).title).toBe('Sent: 3 people who were asked read it with their next message.');
    expect(await told()).toEqual(['wakefield.head.1', 'wakefield.head.2', 'wakefield.lead'].map((name) => `${name}: ${NEWS}`));
  });

  test('is sent once, however often its button is pressed', async () => {
    const looked = await preview(coordinator);
    await coordinator.press(looked, 'Send it');
    expect((await coordinator.press(looked, 'Send it')).title).toBe('It was sent already: nothing was sent again.');
    expect(await told()).toHaveLength(3);
    await send(coordinator);
    expect(await told(), 'control: another answer').toHaveLength(6);
  });

  test('stands with the results of the place, and with no other place’s', async () => {
    await send(coordinator);
    const reads = async (name: string, cell: string) => {
      const { id } = await bot.database.db.pulseCell.findFirstOrThrow({ where: { waveId: wave, name: cell } });
      return (await (await bot.as(name)).ask({ kind: 'open', verb: 'pulse.results', state: { wave, cell: id } })).text.includes(TEXT);
    };
    expect(await reads('wakefield.head.1', 'Wakefield')).toBe(true);
    expect(await reads('evaluator', 'Wakefield')).toBe(true);
    expect(await reads('evaluator', 'Coventry')).toBe(false);
    expect(await reads('coventry.lead', 'Coventry')).toBe(false);
    expect(await reads('rochdale.lead', PILOT), 'nor with the larger one that others are counted in').toBe(false);
  });

  test('of whoever coordinates everything goes to everybody who was asked, and stands everywhere', async () => {
    const everywhere = await bot.as('programme.coordinator');
    expect((await send(everywhere)).title).toContain('Sent: 8 people');
    const text = (await (await bot.as('coventry.lead')).ask({ kind: 'open', verb: 'pulse.results', state: { wave } })).text;
    expect(text).toContain(`You said, we did\n${TEXT}  19 November 2026`);
  });

  test('of one coordinator does not take the place of another’s', async () => {
    await send(coordinator);
    await send(await bot.as('programme.coordinator'), 'Every hub has a number.');
    expect((await told()).filter((line) => line.startsWith('wakefield.lead'))).toHaveLength(2);
  });

  test('is read with the next thing that they ask for, and counts as told once they say so', async () => {
    await send(coordinator);
    const head = await bot.as('wakefield.head.2');
    const seen = await head.say('/commoncause');
    expect(seen.text).toContain(`News for you\n${NEWS}`);
    await head.press(seen, 'Got it');
    expect((await head.say('/commoncause')).text).not.toContain(NEWS);
  });
});

describe('an answer is refused', () => {
  test.each([
    ['nothing', ' ', 'Say in a few words what has changed, or will.'],
    ['more than 1,000 characters', 'x'.repeat(1_001), 'This has 1,001 characters; 1,000 fit.'],
    ['a pupil’s number', 'We helped H801200001001', 'This looks as if it has a pupil’s number'],
  ])('that says %s, beside the field', async (_, text, says) => {
    const seen = await preview(coordinator, text);
    expect(seen.fields().text?.replaceAll("'", '’')).toContain(says);
    expect(await told()).toEqual([]);
  });

  test('as long as it may be it is taken', async () => {
    expect((await send(coordinator, 'é'.repeat(500))).title).toContain('Sent: 3 people');
  });

  test.each(['wakefield.lead', 'wakefield.head.1', 'pilot1.adviser', 'evaluator', 'admin', 'ealing.coordinator'])('of %s', async (name) => {
    const person = await bot.as(name);
    const results = await person.ask({ kind: 'open', verb: 'pulse.results', state: { wave } });
    expect(results.labels).not.toContain('Say what you did');
    expect((await openReply(person)).title).toContain('I cannot find these results.');
    const sent = await person.ask({ kind: 'open', verb: 'pulse.replied', state: { wave, id: bot.core.newId(), text: TEXT } });
    expect(sent.title).toContain('I cannot find these results.');
    expect(await told()).toEqual([]);
  });

  test('of somebody who coordinates no more, though the form is open', async () => {
    const looked = await preview(coordinator);
    const { db } = bot.database;
    const where = { personId: coordinator.account.user, role: 'coordinator' };
    await db.role.updateMany({ where, data: { to: new Date('2026-11-18') } });
    expect((await coordinator.press(looked, 'Send it')).title).toContain('I cannot find these results.');
    expect(await told()).toEqual([]);
    await db.role.updateMany({ where, data: { to: null } });
    expect((await coordinator.press(looked, 'Send it')).title, 'control: who does again').toContain('Sent');
  });

  test('before the pulse has closed', async () => {
    const open = await setRelease(bot, {
      closesOn: '2026-11-27',
      places: [{ kind: 'locality', name: 'Wakefield' }],
      items: [['trust', 1]],
      cells: [{ kind: 'locality', name: 'Wakefield', invited: ['wakefield.head.1'] }],
      state: 'open',
    });
    expect((await coordinator.ask({ kind: 'open', verb: 'pulse.reply', state: { wave: open } })).title).toContain('I cannot find');
    await bot.database.db.pulseInvited.deleteMany({ where: { waveId: open } });
  });
});
