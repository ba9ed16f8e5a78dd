import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account, Where } from '../../src/bot/contract.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { createPulses } from '../../src/jobs/pulses.ts';
import { closeWave } from '../../src/pulses/close.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { pulseWorld } from '../support/pulse-world.ts';
import { clearPulses } from './clear.ts';
import { golden } from './golden.ts';

// A coordinator opens a pulse on Thursday 19 November 2026, and finds out what can be changed after that: its closing day alone.

const COORDINATOR = 'programme.coordinator';

let bot: TestBot;
let world: Awaited<ReturnType<typeof pulseWorld>>;
let one: string;
let other: string;
beforeAll(async () => {
  bot = await testBot();
  world = await pulseWorld(bot, { schools: 12, name: 'Testshire' });
  one = world.localityId;
  other = (await pulseWorld(bot, { schools: 12, name: 'Othershire' })).localityId;
});
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await clearPulses(bot.core);
  await bot.database.db.auditEvent.deleteMany({ where: { subjectKind: 'pulse' } });
});
afterAll(() => bot.close());

const TODAY = { opens: '2026-11-19', closes: '2026-12-04' };
const drafted = async (values: Record<string, string> = {}, who = COORDINATOR) => {
  const they = await bot.as(who);
  return { they, card: await they.submit(await they.say('/pulse new'), { template: 'trust', place: one, ...TODAY, ...values }) };
};
const opened = async (values: Record<string, string> = {}) => {
  const { they, card } = await drafted(values);
  return { they, draft: card, card: await they.press(await they.press(card, 'Open it'), 'Yes, open it') };
};
const waves = () => bot.database.db.pulseWave.findMany({ orderBy: [{ createdAt: 'asc' }, { title: 'desc' }] });
const onlyWave = async () => {
  const [wave, ...others] = await waves();
  if (!wave || others.length > 0) throw new Error('one pulse was expected');
  return wave;
};
const days = ({ opensOn, closesOn }: { opensOn: Date; closesOn: Date }) => [opensOn, closesOn].map((day) => day.toISOString().slice(0, 10));
/** The evening of its last day comes. */
const closed = async () => {
  const { id } = await onlyWave();
  bot.clock.set('2026-12-04T18:00:00Z');
  expect(await closeWave(bot.core, id)).toBe('released');
};
const audited = async () =>
  (await bot.database.db.auditEvent.findMany({ where: { subjectKind: 'pulse' }, orderBy: { id: 'asc' } })).map(({ what }) => what);

describe('opening', () => {
  test('says first what cannot be changed any more; only a second press asks people', async () => {
    const { they, card } = await drafted();
    const confirm = await they.press(card, 'Open it');
    expect(confirm.title).toBe('Open “Trust and working together” now? 12 people at 12 schools will be asked until 4 Dec.');
    expect(confirm.text).toContain('cannot be changed any more');
    expect(confirm.text).toContain('This server is run by this computer (a demonstration).');
    expect((await onlyWave()).state, 'nobody is asked yet').toBe('draft');
    const open = await they.press(confirm, 'Yes, open it');
    expect(open.title).toBe('Trust and working together. Open: 12 people are asked until 4 December.');
    expect(open.text).toContain('The bot reminds them; nobody can see who has answered.');
    expect((await onlyWave()).state).toBe('open');
    expect(await bot.database.db.pulseInvited.count()).toBe(12);
    expect(await audited()).toEqual(['pulse.opened']);
    await golden('open', open);
  });

  test('pressed twice it is opened once', async () => {
    const { they, card } = await drafted();
    const confirm = await they.press(card, 'Open it');
    await they.press(confirm, 'Yes, open it');
    const key = (await onlyWave()).keyFingerprint;
    const again = await they.press(confirm, 'Yes, open it');
    expect(again.title).toContain('Open: 12 people are asked');
    expect((await they.press(card, 'Open it')).title).toContain('Open: 12 people are asked');
    expect((await onlyWave()).keyFingerprint).toBe(key);
    expect(await bot.database.db.pulseSeat.count()).toBe(12);
    expect(await audited()).toEqual(['pulse.opened']);
  });

  test('pressed twice, or by two, for a later day it still waits for that day', async () => {
    const { they, card } = await drafted({ opens: '2026-11-23', closes: '' });
    const confirm = await they.press(card, 'Open on 23 Nov');
    const evaluator = await bot.as('evaluator');
    const theirs = await evaluator.say('/pulse open trust');
    const settled = await they.press(confirm, 'Yes, open it');
    expect(settled.title).toContain('It opens by itself on 23 Nov.');
    for (const again of [await they.press(confirm, 'Yes, open it'), await evaluator.press(theirs, 'Yes, open it')]) {
      expect(again.title).toBe(settled.title);
      expect(await onlyWave()).toMatchObject({ state: 'scheduled', openedAt: null });
    }
    expect(days(await onlyWave())[0]).toBe('2026-11-23');
    expect(await bot.database.db.pulseInvited.count(), 'nobody is asked before').toBe(0);
    expect(await audited()).toEqual(['pulse.scheduled']);
    const now = await they.press(await they.press(settled, 'Open it now'), 'Yes, open it');
    expect(now.title, 'control: who is asked whether to open it now does').toContain('Open: 12 people are asked');
  });

  describe('does what was agreed to: where something has changed since, it is asked again with what is true now', () => {
    const QUESTIONS = { title: 'Trust', question1: 'belonging' };
    test.each<[string, () => Promise<void>, string]>([
      [
        'its questions',
        async () => {
          const they = await bot.as('evaluator');
          await they.submit(await they.press(await they.press(await they.say('/pulse'), 'Look'), 'Change the questions'), QUESTIONS);
        },
        'I feel that I belong to this locality.',
      ],
      [
        'whom it asks',
        async () => {
          const they = await bot.as('evaluator');
          const form = await they.press(await they.press(await they.say('/pulse'), 'Look'), 'Change who and when');
          await they.submit(form, { audience: 'everybody' });
        },
        'Everybody with a role there',
      ],
      [
        'how many they are',
        async () => {
          const { id } = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'othershire.head.1@example.org' } });
          const role = { personId: id, role: 'partner', scopeKind: 'locality', scopeId: one, from: new Date('2026-09-01') };
          await bot.database.db.role.create({ data: { id: bot.core.newId(), ...role } });
        },
        '13 people at 13 schools will be asked',
      ],
    ])('%s', async (_what, change, said) => {
      const { they, card } = await drafted();
      const confirm = await they.press(card, 'Open it');
      await change();
      const again = await they.press(confirm, 'Yes, open it');
      expect((await onlyWave()).state).toBe('draft');
      expect(again.text).toContain('It was not opened: something of it has changed since you were asked.');
      expect(again.text).toContain(said);
      expect(confirm.text).not.toContain(said);
      expect((await they.press(again, 'Yes, open it')).title, 'control').toContain('Open: ');
      await bot.database.db.role.deleteMany({ where: { scopeId: one, person: { email: 'othershire.head.1@example.org' } } });
    });

    test('nor is it opened the day after', async () => {
      const { they, card } = await drafted();
      const confirm = await they.press(card, 'Open it');
      bot.clock.set('2026-11-20T14:00:00Z');
      expect((await they.press(confirm, 'Yes, open it')).text).toContain('Its first day, 19 Nov, has passed.');
      expect((await onlyWave()).state).toBe('draft');
    });
  });

  test('by its name, or which one is asked', async () => {
    await drafted({ opens: '2026-11-23', closes: '' });
    const { they } = await drafted({ template: 'capacity', place: other, opens: '2026-11-23', closes: '' });
    expect((await they.say('/pulse open')).title).toBe('Which pulse do you want to open?');
    expect((await they.say('/pulse open cheese')).title).toBe('I do not know a pulse called “cheese”.');
    expect((await they.say('/pulse open capacity')).title).toBe(
      'Open “Capacity” on 23 Nov at 08:00? 12 people at 12 schools will be asked until 7 Dec.',
    );
    const settled = await they.press(await they.say('/survey open trust'), 'Yes, open it');
    expect(settled.title).toContain('It opens by itself on 23 Nov.');
    expect((await waves()).map(({ state }) => state)).toEqual(['scheduled', 'draft']);
    expect(await bot.database.db.pulseInvited.count(), 'nobody is asked before').toBe(0);
    expect(await audited()).toEqual(['pulse.scheduled']);
  });

  test('there is nothing to open before one is planned', async () => {
    const they = await bot.as(COORDINATOR);
    const said = await they.say('/pulse open');
    expect(said.title).toBe('There is no pulse to open. Plan one first.');
    expect((await they.press(said, 'New pulse')).form().title).toBe('New pulse');
  });

  test('people who are asked already are not asked twice: the next free half-term is offered', async () => {
    await opened();
    const { they, card } = await drafted({ template: 'capacity' });
    expect(card.text).toContain(
      'All 12 people are asked by “Trust and working together” until 4 December: one pulse in a half-term is enough.',
    );
    expect(card.labels[0]).toBe('Open it on 4 Jan');
    expect(card.labels).not.toContain('Open it');
    await golden('clash', card);
    const refused = await they.press(await they.say('/pulse open capacity'), 'Yes, open it');
    expect(refused.text).toContain('It was not opened.');
    const later = await they.press(card, 'Open it on 4 Jan');
    expect(later.title).toContain('4 Jan to 18 Jan. It opens by itself on 4 Jan.');
    const [, second] = await waves();
    expect(second).toMatchObject({ state: 'scheduled', title: 'Capacity' });
    expect(days(second as NonNullable<typeof second>)).toEqual(['2027-01-04', '2027-01-18']);
  });

  test('others are asked at the same time (control)', async () => {
    await opened();
    const { card } = await opened({ template: 'capacity', place: other });
    expect(card.title).toContain('Capacity. Open: 12 people are asked');
  });

  test('what is to open by itself can be opened now, or changed: then it is a draft again', async () => {
    const { they, card } = await drafted({ opens: '2026-11-23', closes: '' });
    const settled = await they.press(await they.press(card, 'Open on 23 Nov'), 'Yes, open it');
    const changed = await they.submit(await they.press(settled, 'Change the questions'), { title: 'Trust' });
    expect(changed.title).toContain('Not open yet.');
    const again = await they.press(await they.press(changed, 'Open on 23 Nov'), 'Yes, open it');
    const now = await they.press(await they.press(again, 'Open it now'), 'Yes, open it');
    expect(now.title).toContain('Trust. Open: 12 people are asked');
    expect(days(await onlyWave())[0]).toBe('2026-11-19');
  });

  test('a draft whose first day has passed asks for another one', async () => {
    const { they, card } = await drafted();
    bot.clock.set('2026-11-23T14:00:00Z');
    const shown = await they.press(card, 'Open it');
    expect(shown.text).toContain('Its first day, 19 Nov, has passed.');
    expect(shown.labels).not.toContain('Open it');
    expect((await onlyWave()).state).toBe('draft');
  });
});

describe('once it is open', () => {
  test('nothing of it can be changed by any button of before, and it says what can', async () => {
    const { they, draft } = await opened();
    const { turnout: _, ...before } = await onlyWave();
    for (const label of ['Change the questions', 'Change who and when', 'Discard']) {
      const refused = await they.press(draft, label);
      expect(refused.title, label).toMatch(/^Nothing was changed\. An open pulse cannot be changed/u);
      expect(refused.labels, label).toEqual(['Close later']);
    }
    expect(await onlyWave()).toMatchObject(before);
  });

  test('nor by a form that was opened before', async () => {
    const { they, card } = await drafted();
    const forms = [await they.press(card, 'Change the questions'), await they.press(card, 'Change who and when')];
    await they.press(await they.press(card, 'Open it'), 'Yes, open it');
    const before = await onlyWave();
    for (const form of forms) expect((await they.submit(form, { title: 'Another', k: '3' })).title).toMatch(/^Nothing was changed\./u);
    expect(await onlyWave()).toEqual(before);
  });

  test('it can close on a later day, never on an earlier one, and not years later', async () => {
    const { they, card } = await opened();
    const later = await they.press(await they.say('/pulse extend trust to 11 December'), 'Yes, extend it');
    expect(later.title).toBe('Trust and working together. Open: 12 people are asked until 11 December.');
    expect(later.text).toContain('Extended: it closes on 11 Dec instead of 4 Dec.');
    expect(days(await onlyWave())).toEqual(['2026-11-19', '2026-12-11']);
    for (const [words, said] of [
      ['trust to 4 December', 'moved to a later day only'],
      ['to 1 December', 'moved to a later day only'],
      ['to 1 December 2028', 'at most 60 days'],
      ['to 12 December', 'A pulse closes on a school day; Saturday 12 December 2026 is none. The next is Monday 14 December 2026.'],
      ['trust to 25 December', 'Friday 25 December 2026 is none. The next is Monday 4 January 2027.'],
      ['to whenever', 'Nothing was changed. “whenever”: write a day'],
    ] as const)
      expect((await they.say(`/pulse extend ${words}`)).text, words).toContain(said);
    const form = await they.press(card, 'Close later');
    expect(form.form().intro).toContain('at most on 18 January 2027: 60 days after it opened. This cannot be taken back.');
    expect(form.form().fields[0]?.value).toBe('2026-12-18');
    expect(Object.keys((await they.submit(form, { on: '2026-11-30' })).fields())).toEqual(['on']);
    expect((await they.submit(form, { on: 'x' })).fields()).toEqual({ on: 'Write a date, as in 26 November 2026.' });
    expect((await they.submit(form, { on: '2026-12-25' })).fields()).toEqual({
      on: 'A pulse closes on a school day; Friday 25 December 2026 is none. The next is Monday 4 January 2027.',
    });
    expect((await they.submit(form, { on: '2026-12-16' })).title).toContain('until 16 December');
    expect(days(await onlyWave())).toEqual(['2026-11-19', '2026-12-16']);
    expect(await audited()).toEqual(['pulse.opened', 'pulse.extended', 'pulse.extended']);
  });

  describe('a later day is asked for twice, because it cannot be taken back', () => {
    test('and nothing changes before', async () => {
      const { they } = await opened();
      const asked = await they.say('/pulse extend trust to 11 December');
      expect(asked.title).toBe(
        '“Trust and working together” will close on 11 December 2026 instead of 4 December 2026. This cannot be taken back.',
      );
      expect(asked.labels).toEqual(['Yes, extend it', 'Not yet']);
      expect((await they.press(asked, 'Not yet')).title).toContain('until 4 December');
      expect(days(await onlyWave())[1]).toBe('2026-12-04');
      expect(await audited()).toEqual(['pulse.opened']);
      await they.press(asked, 'Yes, extend it');
      expect(days(await onlyWave())[1], 'control: the second press does').toBe('2026-12-11');
    });

    test('pressed twice, or by two, it is extended once and said as it is', async () => {
      const { they } = await opened();
      const evaluator = await bot.as('evaluator');
      const asked = await they.say('/pulse extend trust to 11 December');
      const theirs = await evaluator.say('/pulse extend trust to 11 December');
      await they.press(asked, 'Yes, extend it');
      for (const again of [await they.press(asked, 'Yes, extend it'), await evaluator.press(theirs, 'Yes, extend it')]) {
        expect(again.title).toContain('Open: 12 people are asked until 11 December.');
        expect(again.text).not.toContain('Extended');
      }
      expect(await audited()).toEqual(['pulse.opened', 'pulse.extended']);
    });

    test('where its last day has changed since it is asked again with what is true now, and an earlier one is not taken', async () => {
      const { they } = await opened();
      const [to11, to16] = [await they.say('/pulse extend trust to 11 December'), await they.say('/pulse extend trust to 16 December')];
      await they.press(await they.say('/pulse extend trust to 14 December'), 'Yes, extend it');
      expect((await they.press(to11, 'Yes, extend it')).title).toContain('moved to a later day only');
      const again = await they.press(to16, 'Yes, extend it');
      expect(again.title).toContain('will close on 16 December 2026 instead of 14 December 2026.');
      expect(again.text).toContain('its last day has changed since you were asked');
      expect(days(await onlyWave())[1]).toBe('2026-12-14');
      expect((await they.press(again, 'Yes, extend it')).title).toContain('until 16 December');
    });

    test('it is looked at again at the second press: once it has closed it stays closed', async () => {
      const { they } = await opened();
      const asked = await they.say('/pulse extend trust to 11 December');
      await closed();
      expect((await they.press(asked, 'Yes, extend it')).title).toBe('This pulse has closed: it cannot be open for longer.');
      expect(days(await onlyWave())[1]).toBe('2026-12-04');
    });
  });

  test('extending asks for what was not said', async () => {
    const they = await bot.as(COORDINATOR);
    expect((await they.say('/pulse extend')).title).toBe('None of your pulses is open: there is nothing to extend.');
    await opened();
    const asked = await they.say('/pulse extend');
    expect(asked.title).toBe('Until when is “Trust and working together” to be open?');
    expect((await they.press(asked, 'Choose the day')).form().title).toBe('Close later');
    await opened({ template: 'capacity', place: other });
    const which = await they.say('/pulse extend to 11 December');
    expect(which.title).toBe('Which pulse is to be open for longer?');
    const [first] = which.labels;
    await they.press(await they.press(which, first ?? ''), 'Yes, extend it');
    expect((await waves()).filter((wave) => days(wave)[1] === '2026-12-11')).toHaveLength(1);
  });

  test('whoever runs it sees a band of the turnout at most, however many have answered', async () => {
    const { they } = await opened();
    const { id } = await onlyWave();
    const looks = async () => [(await they.say('/pulse')).text, (await they.press(await they.say('/pulse'), 'Look')).text];
    const before = await looks();
    for (const { personId } of world.heads.slice(0, 11)) expect(await world.answer(id, personId)).toBe('counted');
    expect(await looks(), 'nothing moves with an answer').toEqual(before);
    await bot.database.db.pulseWave.update({ where: { id }, data: { turnout: 'most' } });
    expect((await looks()).join()).toContain('85 % or more have answered');
    expect((await looks()).join()).not.toMatch(/\b11\b/u);
  });

  test('the list has what is open for them to answer first, then what they run', async () => {
    await opened();
    await drafted({ template: 'capacity', place: other, opens: '2026-11-23', closes: '' });
    const they = await bot.as(COORDINATOR);
    const text = (await they.say('/pulse')).text.split('\n');
    expect(text[0]).toBe('Your pulses: 1 open, 1 in draft.');
    expect(text).toContain('Pulses you run');
    expect(text.find((row) => row.startsWith('Trust'))).toMatch(/Testshire +open until 4 Dec +\[Look\]/u);
    expect(text.find((row) => row.startsWith('Capacity'))).toMatch(/Othershire +draft: 23 Nov to 7 Dec +\[Look\]/u);
    expect((await they.say('/pulse capacity')).title).toContain('Capacity: 12 people at 12 schools in Othershire');
    const head = await (await bot.as('testshire.head.1')).say('/pulse');
    expect(head.title).toBe('One pulse is open for you.');
    expect(head.text).not.toContain('Pulses you run');
  });
});

describe('rights', () => {
  /** Somebody else's coordinator runs pulses here too, until this role is deleted. */
  const runsToo = async () => {
    const { db } = bot.database;
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: 'rochdale.coordinator@example.org' } });
    const where = { scopeKind: 'locality', scopeId: one, from: new Date('2026-09-01') };
    return db.role.create({ data: { id: bot.core.newId(), personId, role: 'coordinator', ...where } });
  };

  test('are looked at again at each press: who ran it and does so no longer finds nothing', async () => {
    const { db } = bot.database;
    const role = await runsToo();
    const { they, card } = await drafted({}, 'rochdale.coordinator');
    expect(card.title).toContain('Testshire');
    const forms = [await they.press(card, 'Change the questions'), await they.press(card, 'Change who and when')];
    const confirm = await they.press(card, 'Open it');
    await db.role.delete({ where: { id: role.id } });
    const gone = 'I cannot find this pulse. Type pulse to see yours.';
    for (const label of card.labels) expect((await they.press(card, label)).title, label).toBe(gone);
    for (const form of forms) expect((await they.submit(form, {})).title).toBe(gone);
    expect((await they.press(confirm, 'Yes, open it')).title).toBe(gone);
    expect((await they.say('/pulse open trust')).title).toBe('There is no pulse to open. Plan one first.');
    expect((await they.say('/pulse')).text).not.toContain('Testshire');
    expect((await onlyWave()).state).toBe('draft');
  });

  test('and at the press that extends one', async () => {
    await opened();
    const role = await runsToo();
    const they = await bot.as('rochdale.coordinator');
    const asked = await they.say('/pulse extend trust to 11 December');
    await bot.database.db.role.delete({ where: { id: role.id } });
    expect((await they.press(asked, 'Yes, extend it')).title).toBe('I cannot find this pulse. Type pulse to see yours.');
    expect(days(await onlyWave())[1]).toBe('2026-12-04');
  });

  test('nobody opens one before it is said who runs the server', async () => {
    const { they, card } = await drafted();
    const { config } = bot.core;
    bot.core.config = { ...config, demo: false };
    try {
      const refused = await they.press(card, 'Open it');
      expect(refused.text).toContain('Nobody can be asked before it is said who runs this server: OPERATOR_NAME.');
      expect((await onlyWave()).state).toBe('draft');
    } finally {
      bot.core.config = config;
    }
  });
});

describe('a lost key', () => {
  test('is said, with what brings it back; only a second press begins anew, empty: at the next tick', async () => {
    const { they, card } = await opened();
    const { id, keyFingerprint } = await onlyWave();
    const [head] = world.heads;
    await world.answer(id, head?.personId ?? '');
    await bot.core.waveKeys.destroy(id);
    const paused = await they.press(await they.say('/pulse'), 'Look');
    expect(paused.title).toBe('Trust and working together is paused: its key is missing. Nobody can answer until it is back.');
    expect(paused.text).toContain('KEYS_DIR');
    expect((await they.say('/pulse')).text).toContain('paused: its key is missing');
    await golden('paused', paused);
    const asked = await they.press(paused, 'Begin anew, empty');
    expect(asked.title).toBe('Begin “Trust and working together” anew, empty? 12 people are asked again.');
    expect(asked.text).toContain('lost for good');
    expect((await they.press(asked, 'No, wait for the key')).title).toBe(paused.title);
    expect((await onlyWave()).keyFingerprint, 'nothing was done').toBe(keyFingerprint);
    const begun = await they.press(asked, 'Yes, begin anew');
    expect(begun.title).toBe('Trust and working together begins anew, empty, within five minutes. Everybody is asked again.');
    expect((await they.say('/pulse')).text).toContain('begins anew, empty, within five minutes');
    expect((await they.press(asked, 'Yes, begin anew')).text).toContain('begins anew already');
    await createPulses(bot.core).once();
    expect((await they.press(await they.say('/pulse'), 'Look')).text).toContain('Begun anew, empty  19 Nov');
    expect(await bot.database.db.pulseSeat.count({ where: { answered: true } })).toBe(0);
    expect(await audited()).toEqual(['pulse.opened', 'pulse.begun_anew']);
    expect((await they.press(asked, 'Yes, begin anew')).text).toContain('this pulse takes answers');
    expect(card.labels).not.toContain('Begin anew, empty');
  });

  test('can be told by an administrator too, who sees nothing else of the pulse and nothing of it while its key is there', async () => {
    await opened();
    const { id } = await onlyWave();
    const admin = await bot.as('admin');
    expect((await admin.say('/pulse')).text, 'control').not.toContain('Trust and working together');
    await bot.core.waveKeys.destroy(id);
    for (const name of ['testshire.head.1', 'wakefield.lead', 'pilot1.adviser', 'wakefield.coordinator'])
      expect((await (await bot.as(name)).say('/pulse')).text, name).not.toContain('Pulses that nobody can answer');
    const list = await admin.say('/pulse');
    expect(list.text).toMatch(/Pulses that nobody can answer\nTrust and working together, Testshire +paused: its key is missing/u);
    const paused = await admin.press(list, 'Look');
    expect(paused.labels).toEqual(['Begin anew, empty']);
    const asked = await admin.press(paused, 'Begin anew, empty');
    expect((await admin.press(asked, 'No, wait for the key')).title).toBe(paused.title);
    const begun = await admin.press(asked, 'Yes, begin anew');
    expect(begun.title).toBe('Trust and working together begins anew, empty, within five minutes. Everybody is asked again.');
    expect(begun.labels).toEqual([]);
    await createPulses(bot.core).once();
    expect((await admin.press(list, 'Look')).title).toBe('This pulse takes answers: its key is there.');
    expect((await admin.say('/pulse')).text).not.toContain('Trust and working together');
    expect(await audited()).toEqual(['pulse.opened', 'pulse.begun_anew']);
  });

  test('where its folder cannot be used nobody is asked', async () => {
    const { they, card } = await drafted();
    const { waveKeys } = bot.core;
    const confirm = await they.press(card, 'Open it');
    const { KeysUnavailable } = await import('../../src/errors.ts');
    bot.core.waveKeys = { ...waveKeys, make: () => Promise.reject(new KeysUnavailable('the folder is gone')) };
    try {
      expect((await they.press(confirm, 'Yes, open it')).text).toContain('Nobody was asked: the key of the pulse could not be kept.');
      expect((await onlyWave()).state).toBe('draft');
      expect(await bot.database.db.pulseInvited.count()).toBe(0);
    } finally {
      bot.core.waveKeys = waveKeys;
    }
  });
});

describe('telling a channel', () => {
  const channel: Where = { kind: 'channel', conversation: 'C1', name: '#testshire', to: { channel: 'C1' }, seenByOthers: true };
  const inSlack = async (email: string, user: string): Promise<Account> => {
    const person = await bot.database.db.person.findUniqueOrThrow({ where: { email: `${email}@example.org` } });
    const account = { platform: 'slack' as const, tenant: 'T1', user };
    const linkedAt = new Date('2026-09-01');
    await bot.database.db.identity.upsert({
      where: { platform_tenant_user: account },
      create: { id: bot.core.newId(), personId: person.id, ...account, linkedAt, how: 'code' },
      update: {},
    });
    return account;
  };

  test('after a preview; its button opens the form for whoever presses it, and for those alone whom it asks', async () => {
    await opened();
    const they = bot.conversation(await inSlack(COORDINATOR, 'U1'), channel);
    const open = await they.press(await they.say('/pulse'), 'Look');
    expect(open.labels).toContain('Post in #testshire');
    const preview = await they.press(open, 'Post in #testshire');
    expect(preview.title).toBe('Preview: #testshire would see this.');
    expect(await bot.database.db.outbox.count()).toBe(0);
    const posted = await they.press(preview, 'Post in #testshire');
    expect(posted.title).toBe('Posted in #testshire.');
    expect((await they.press(preview, 'Post in #testshire')).title).toContain('Posted already');
    const [row, ...more] = await bot.database.db.outbox.findMany();
    expect(more).toEqual([]);
    const { card } = (row?.payload ?? {}) as { card: SealedCard };
    const text = plainText(card);
    expect(text).toContain('Pulse: Trust and working together: 5 questions, under a minute, anonymous');
    expect(text).toMatch(/Open until \d+ [A-Z][a-z]+, 17:30 for those it asks\./u);
    expect(text, 'there is nobody in it').not.toMatch(/Headteacher|coordinator|Testshire/u);
    const buttons = card.parts.flatMap((part) => (part.type === 'buttons' ? part.buttons : []));
    const [answer] = buttons.flatMap((button) => ('press' in button ? [button.press.token] : []));
    const press = (account: Account): Promise<Seen> => bot.conversation(account, channel).ask({ kind: 'press', token: answer ?? '' });
    const form = await press(await inSlack('testshire.head.1', 'U2'));
    expect(form.form().fields).toHaveLength(6);
    expect((await press(await inSlack('othershire.head.1', 'U3'))).title).toBe('This pulse asks other people.');
    await bot.database.db.outbox.deleteMany();
  });

  test('only of one that is open', async () => {
    const { they, card } = await opened();
    await closed();
    expect((await they.press(card, 'Share')).title).toBe('Nothing was posted: this pulse is not open.');
  });
});

describe('once it has closed', () => {
  test('it cannot be open for longer, and its questions can be asked again: the next one is a draft of the same', async () => {
    const { they, card } = await opened();
    await closed();
    expect((await they.submit(await they.press(card, 'Close later'), { on: '2026-12-18' })).title).toContain('This pulse has closed');
    const list = await they.say('/pulse');
    expect(list.text).toMatch(/closed 4 Dec +\[Results\]/u);
    const evaluator = await bot.as('evaluator');
    const reword = await evaluator.press(await evaluator.say('/pulse questions'), 'Reword one');
    await evaluator.submit(reword, { item: 'keep-promises', text: 'Everybody here keeps their promises.' });
    const form = await they.say('/pulse new');
    for (const asked of ['audience', 'place'])
      expect(form.form().fields.find(({ name }) => name === asked)?.hint).toBe(
        'Not for “The same as …”: that asks whom and where it asked then',
      );
    const field = form.form().fields.find(({ name }) => name === 'template');
    const same = field?.kind === 'choice' ? field.options.find(({ label }) => label.startsWith('The same as')) : undefined;
    expect(same?.label).toBe('The same as “Trust and working together”, Testshire');
    const next = await they.submit(form, { template: same?.value ?? '', opens: '2027-01-11', closes: '', place: other });
    expect(next.title).toBe('Trust and working together: 12 people at 12 schools in Testshire, 11 Jan to 25 Jan. Not open yet.');
    expect(next.text).toContain(
      'It asks the same people and places as the last time. Worded anew since, and not compared with results of before: “Everybody here keeps their promises.” was “Partners here do what they said they would do.”.',
    );
    const [first, second] = await waves();
    expect(second).toMatchObject({ surveyId: first?.id, number: 2, state: 'draft' });
    const titles = (seen: Seen) => (seen.form().fields.find(({ name }) => name === 'template') as { options: { label: string }[] }).options;
    expect(
      titles(await they.say('/pulse new')).some(({ label }) => label.startsWith('The same as')),
      'it is planned already',
    ).toBe(false);
  });
});

describe('words that a coordinator tries', () => {
  test('closing by hand is answered with when it closes by itself', async () => {
    const { they } = await opened();
    for (const words of ['/pulse close trust and working together', '/pulse delete', '/pulse stop it', '/pulse end'])
      expect((await they.say(words)).title).toBe('“Trust and working together” closes by itself on 4 December, 17:30.');
    expect((await onlyWave()).state).toBe('open');
    expect((await (await bot.as('wakefield.head.1')).say('/pulse close')).title).toContain('run by coordinators');
  });

  test('opening what is open shows it, and offers no other pulse in its place', async () => {
    const { they } = await opened();
    await they.submit(await they.say('/pulse new'), { template: 'capacity', place: other, ...TODAY });
    const answer = await they.say('/pulse open trust and working together');
    expect(answer.title).toContain('Open: 12 people');
    expect(answer.text).not.toContain('Capacity');
  });

  test('the article before a title may be left out', async () => {
    const { they } = await drafted({ template: 'year-1' });
    expect((await they.say('/pulse open year 1 survey')).title).toContain('Open “The year 1 survey”');
  });
});
