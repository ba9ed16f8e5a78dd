import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { pulseWorld } from '../support/pulse-world.ts';
import { clearPulses } from './clear.ts';
import { golden } from './golden.ts';

// A coordinator plans a pulse on Thursday 19 November 2026. Nobody is asked anything until it is opened.

const COORDINATOR = 'programme.coordinator';

let bot: TestBot;
let places: Record<'large' | 'twelve' | 'nine', string>;
beforeAll(async () => {
  bot = await testBot();
  const large = await pulseWorld(bot, { schools: 66, name: 'Largeshire' });
  const twelve = await pulseWorld(bot, { schools: 12, name: 'Twelveshire' });
  const nine = await pulseWorld(bot, { schools: 9, name: 'Nineshire' });
  places = { large: large.localityId, twelve: twelve.localityId, nine: nine.localityId };
  // Of the large one's schools thirty-one are primary, thirty secondary, five special.
  const become = (phase: string, from: number, to: number) =>
    bot.database.db.organisation.updateMany({
      where: { name: { in: Array.from({ length: to - from + 1 }, (_, at) => `Largeshire school ${from + at}`) } },
      data: { phase },
    });
  await become('secondary', 32, 61);
  await become('special', 62, 66);
});
beforeEach(() => clearPulses(bot.core));
afterAll(() => bot.close());

const stored = () => bot.database.db.pulseWave.findMany({ orderBy: { createdAt: 'asc' } });
const onlyOne = async () => {
  const [wave, ...others] = await stored();
  if (!wave || others.length > 0) throw new Error(`${others.length + (wave ? 1 : 0)} pulses are stored`);
  return wave;
};
const plan = async (values: Record<string, string>, who = COORDINATOR) => {
  const they = await bot.as(who);
  const form = await they.say('/pulse new');
  return { they, form, card: await they.submit(form, values) };
};
const rowsOf = ({ text }: Seen) => text.split('\n');
/** What a field of a form can be. */
const optionsOf = (seen: Seen, name: string) => {
  const field = seen.form().fields.find((one) => one.name === name);
  return field?.kind === 'choice' ? field.options : [];
};

describe('a draft', () => {
  test('says in its first line what it is, whom it asks, where and when; then its questions, and what there would be to read', async () => {
    const { card } = await plan({ template: 'trust', place: places.large, opens: '2026-11-23', closes: '2026-12-04' });
    const rows = rowsOf(card);
    expect(rows[0]).toBe('Trust and working together: 66 people at 66 schools in Largeshire, 23 Nov to 4 Dec. Not open yet.');
    expect(rows[1]).toMatch(
      /^1 {1,2}Schools here feel responsible for the success of all children in this locality\. {2}agree or disagree$/u,
    );
    expect(rows[5]).toMatch(/0 to 10$/u);
    expect(rows[6]).toMatch(/^6 {1,2}Anything else\? {2}a comment$/u);
    expect(rows[7]).toBe('At half turnout you will see Largeshire, to the nearest 10 %.');
    expect(card.labels).toEqual(['Open on 23 Nov', 'See it as they will', 'Change the questions', 'Change who and when', 'Discard']);
  });

  test('is open for ten working days in term, unless somebody says otherwise', async () => {
    await plan({ template: 'trust', place: places.twelve, opens: '2026-12-10' });
    const { opensOn, closesOn } = await onlyOne();
    // 10 to 18 December are six of them after the first; the next four are in January: 4, 5, 6, 7.
    expect([opensOn, closesOn].map((day) => day.toISOString().slice(0, 10))).toEqual(['2026-12-10', '2027-01-07']);
  });

  test('asks nobody anything', async () => {
    await plan({ template: 'trust', place: places.twelve });
    const { db } = bot.database;
    expect((await onlyOne()).state).toBe('draft');
    expect([await db.pulseInvited.count(), await db.pulseSeat.count(), await db.pulseBox.count(), await db.pulseCell.count()]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(await bot.core.waveKeys.list()).toEqual([]);
  });

  test('is named by words of its template, and a template that is not there changes nothing', async () => {
    const they = await bot.as(COORDINATOR);
    const form = await they.say('/pulse new capacity');
    expect(form.form().fields.find(({ name }) => name === 'template')?.value).toBe('capacity');
    const said = JSON.stringify(form.form());
    expect(said, 'nothing has been asked before that could be asked again').not.toContain('The same as');
    expect((await they.submit(form, { template: 'nothing', place: 'nowhere', audience: 'cats' })).fields()).toEqual({
      template: 'Choose one of the list.',
      place: 'Choose one of the list.',
      audience: 'Choose one of the list.',
    });
    expect(await stored()).toEqual([]);
  });

  test.each([
    ['2026-11-28', '', 'opens', 'Schools are closed on Saturday 28 November 2026. The next school day is Monday 30 November 2026.'],
    ['2026-12-25', '', 'opens', 'Schools are closed on Friday 25 December 2026. The next school day is Monday 4 January 2027.'],
    ['2026-11-18', '', 'opens', 'Wednesday 18 November 2026 is past: a pulse opens today or later.'],
    ['2026-11-23', '2026-11-20', 'closes', 'A pulse that opens on Monday 23 November 2026 closes the day after or later.'],
    [
      '2026-11-23',
      '2026-12-05',
      'closes',
      'A pulse closes on a school day; Saturday 5 December 2026 is none. The next is Monday 7 December 2026.',
    ],
    ['soon', '', 'opens', 'Write a date, as in 19 November 2026.'],
    ['2026-11-23', 'later', 'closes', 'Write a date, as in 3 December 2026, or leave it empty.'],
  ])('that opens on “%s” and closes on “%s” is told so at its field', async (opens, closes, field, said) => {
    const { card } = await plan({ template: 'trust', place: places.twelve, opens, closes });
    expect(card.fields()).toEqual({ [field]: said });
    expect(await stored()).toEqual([]);
  });

  test('can be seen as they will see it, and sending that counts nothing', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.twelve });
    const form = await they.press(card, 'See it as they will');
    expect(form.form().intro).toContain('Answers are counted, not kept.');
    expect(form.form().intro).toContain('This server is run by');
    expect(form.form().fields).toHaveLength(6);
    const before = await everythingIn(bot.database.db);
    const sent = await they.submit(form, { answer1: '0', comment: 'I would say this' });
    expect(sent.title).toBe('This was a preview: nothing was counted, and nothing kept.');
    const added = (await everythingIn(bot.database.db)).split('\n').filter((row) => !before.includes(row));
    expect(added, 'the answer to a press').toHaveLength(1);
    expect(added.join()).not.toContain('I would say this');
    expect((await they.press(sent, 'Back to the pulse')).title).toBe(card.title);
  });

  test('is discarded with one press, and can be planned again from what it was', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.twelve });
    const gone = await they.press(card, 'Discard');
    expect(gone.title).toBe('Discarded: Trust and working together. Nobody was asked anything.');
    expect(await stored()).toEqual([]);
    expect((await they.press(card, 'Open on 20 Nov')).title).toBe('I cannot find this pulse. Type pulse to see yours.');
    const again = await they.submit(await they.press(gone, 'Plan it again'), {});
    expect(again.title).toBe(card.title);
  });

  test('looks as it did, on every platform', async () => {
    const { card } = await plan({ template: 'trust', place: places.large, opens: '2026-11-23', closes: '2026-12-04' });
    const they = await bot.as(COORDINATOR);
    const split = await they.submit(await they.press(card, 'Change who and when'), { split: 'phase', k: '7' });
    await golden('draft', split);
  });
});

describe('what it asks', () => {
  test('is chosen question by question; nothing is stored before', async () => {
    const { they, card } = await plan({ template: 'choose', place: places.twelve });
    expect(card.title).toBe('Now its name and its questions: at most five, and a comment.');
    expect(await stored()).toEqual([]);
    const form = await they.press(card, 'Choose the questions');
    expect((await they.submit(form, {})).fields()).toMatchObject({ title: expect.stringContaining('reads that first') });
    expect((await they.submit(form, { title: 'Hubs' })).fields()).toEqual({ question1: 'Choose at least one question.' });
    expect((await they.submit(form, { title: 'Hubs', question1: 'trust', question2: 'trust' })).fields()).toEqual({
      question2: 'This question is there already.',
    });
    expect((await they.submit(form, { title: 'x'.repeat(81), question1: 'trust' })).fields()).toEqual({
      title: 'At most 80 characters; this has 81.',
    });
    expect(await stored()).toEqual([]);
    const draft = await they.submit(form, { title: 'Hubs', question1: 'trust', question2: 'recommend', comment: 'no' });
    expect(draft.title).toContain('Hubs: 12 people at 12 schools in Twelveshire');
    expect(await onlyOne()).toMatchObject({
      comment: false,
      items: [
        { item: 'trust', version: 1 },
        { item: 'recommend', version: 1 },
      ],
    });
  });

  test('has its first line whole, however long its name is', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.large, opens: '2027-09-13', closes: '' });
    const long = await they.submit(await they.press(card, 'Change the questions'), {
      title: 'Trust and working together '.repeat(3).slice(0, 80),
    });
    expect([...long.title].length).toBeLessThanOrEqual(150);
    expect(long.title).toMatch(
      /^Trust and working .*…: 66 people at 66 schools in Largeshire, 13 Sept? 2027 to .* 2027\. Not open yet\.$/u,
    );
  });

  test('can be worded anew: the next pulse asks the new version, one that was planned keeps the old until it is chosen again', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.twelve });
    const bank = await they.say('/pulse questions');
    expect(bank.title).toMatch(/^\d+ questions that a pulse can ask$/u);
    const form = await they.press(bank, 'Reword one');
    const words = 'Schools and services here trust each other fully.';
    expect((await they.submit(form, { item: 'trust', text: 'Schools and services here trust one another.' })).fields()).toEqual({
      text: 'This is how the question is worded already.',
    });
    const saved = await they.submit(form, { item: 'trust', text: words });
    expect(saved.title).toBe(`Saved: “${words}”, version 2.`);
    expect((await they.press(await they.say('/pulse'), 'Look')).text).toContain('trust one another');
    const changed = await they.submit(await they.press(card, 'Change the questions'), {});
    expect(changed.text).toContain(words);
    expect((await onlyOne()).items).toContainEqual({ item: 'trust', version: 2 });
  });

  test('is worded anew by the evaluation team and the programme’s coordinators alone; others word what they have added themselves', async () => {
    const local = await bot.as('wakefield.coordinator');
    const list = await local.say('/pulse questions');
    expect(list.labels).not.toContain('Reword one');
    const evaluator = await bot.as('evaluator');
    const form = await evaluator.press(await evaluator.say('/pulse questions'), 'Reword one');
    expect(
      optionsOf(form, 'item').map(({ value }) => value),
      'control',
    ).toContain('keep-promises');
    const added = await local.submit(await local.press(list, 'Add a question'), {
      text: 'My cluster meets when it should.',
      scale: 'agree',
    });
    const theirs = await local.press(added, 'Reword one');
    expect(optionsOf(theirs, 'item').map(({ label }) => label)).toEqual(['My cluster meets when it should.']);
    const before = await bot.database.db.pulseItem.count();
    const refused = await local.submit(theirs, { item: 'keep-promises', text: 'Everybody in Wakefield is reliable.' });
    expect(Object.keys(refused.fields())).toEqual(['item']);
    expect(await bot.database.db.pulseItem.count()).toBe(before);
    const [own] = optionsOf(theirs, 'item');
    const saved = await local.submit(theirs, { item: own?.value ?? '', text: 'My cluster meets as often as it needs to.' });
    expect(saved.title).toContain('version 2');
    const rochdale = await bot.as('rochdale.coordinator');
    expect((await rochdale.say('/pulse questions')).labels, 'nor what another coordinator added').not.toContain('Reword one');
  });

  test('can be a question of one’s own, with its options', async () => {
    const they = await bot.as('evaluator');
    const form = await they.press(await they.say('/pulse questions'), 'Add a question');
    const text = 'Which hub do you go to most?';
    expect((await they.submit(form, { text, scale: 'choice', options: 'East' })).fields()).toEqual({
      options: 'A choice has 2 to 6 options; this has 1.',
    });
    expect((await they.submit(form, { text: '', scale: 'agree' })).fields()).toEqual({ text: 'A question needs some words.' });
    const added = await they.submit(form, { text, scale: 'choice', options: 'East\nWest\n' });
    expect(added.title).toBe(`Added: “${text}”`);
    const { card, they: coordinator } = await plan({ template: 'choose', place: places.twelve });
    const ask = await coordinator.press(card, 'Choose the questions');
    const own = optionsOf(ask, 'question1').find(({ label }) => label === text);
    const draft = await coordinator.submit(ask, { title: 'Hubs', question1: own?.value ?? '' });
    expect(draft.text).toContain('one of: East · West');
  });

  test('that looks as if it named a school or somebody is asked about before anybody can ask it', async () => {
    const they = await bot.as(COORDINATOR);
    const form = await they.press(await they.say('/pulse questions'), 'Add a question');
    const before = await bot.database.db.pulseItem.count();
    const text = 'Twelveshire school 3 helps mine when Margaret is there.';
    const asked = await they.submit(form, { text, scale: 'yes_no' });
    expect(asked.title).toBe('This question looks as if it names a person and a school. Nothing is saved yet.');
    expect(asked.text).toContain(`“${text}”`);
    expect(await bot.database.db.pulseItem.count()).toBe(before);
    const again = await they.press(asked, 'Word it otherwise');
    expect(again.form().fields.map((field) => field.value)).toEqual([text, 'yes_no', '', 'none']);
    const other = await they.submit(again, { text: 'A school near mine helps us when we ask for it.' });
    expect(other.title, 'control: another wording is added at once').toBe('Added: “A school near mine helps us when we ask for it.”');
    expect((await they.press(asked, 'Add it as it is')).title).toBe(`Added: “${text}”`);
    expect((await they.press(asked, 'Add it as it is')).title, 'once').toContain('There is nearly this question already.');
    expect(await bot.database.db.pulseItem.count()).toBe(before + 2);
    const reword = await they.press(await they.say('/pulse questions'), 'Reword one');
    const [own] = optionsOf(reword, 'item').filter(({ label }) => label.startsWith('A school near mine'));
    const named = await they.submit(reword, { item: own?.value ?? '', text: 'Margaret helps us when we ask her for something.' });
    expect(named.title).toBe('This question looks as if it names a person. Nothing is saved yet.');
    expect((await they.press(named, 'Save it as it is')).title).toContain('version 2');
    const options = ['à', 'é', 'ì', 'ò', 'ù', 'ü'].map((letter) => letter.repeat(60)).join('\n');
    const long = await they.submit(form, { text: `What does Margaret ${'é'.repeat(150)} say?`, scale: 'choice', options });
    expect(long.fields(), 'too long for a button').toEqual({
      options: 'This looks as if it names a person: word it otherwise, or shorter.',
    });
  });

  test('is never a pupil: what looks like one is refused and not repeated', async () => {
    const they = await bot.as(COORDINATOR);
    const form = await they.press(await they.say('/pulse questions'), 'Add a question');
    const refused = await they.submit(form, { text: 'How is Sam Smith, born 4 March 2015, doing?', scale: 'agree' });
    expect(refused.fields().text).toMatch(/^Not saved: a question looks as if it has a pupil/u);
    expect(JSON.stringify(refused.answer)).not.toContain('Sam Smith');
  });
});

describe('whom it asks', () => {
  test('the parts of a locality are shown apart where thirty are asked; what half turnout would not show can be joined again', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.large });
    const form = await they.press(card, 'Change who and when');
    const apart = await they.submit(form, { split: 'phase' });
    const table = rowsOf(apart).filter((row) => /shire {2,}/u.test(row));
    // 31 primary, 30 secondary; five special schools are too few for a part of their own.
    expect(table).toEqual([
      expect.stringMatching(/^Largeshire +66 {2}\S/u),
      expect.stringMatching(/^Primary schools, Largeshire +31 {2}\S/u),
      expect.stringMatching(/^Secondary schools, Largeshire +30 {2}\S/u),
    ]);
    // Two or three of the five special schools would be left over of the whole: too few to be told apart from the rest.
    expect(apart.text).toContain(
      'At half turnout you will not see Largeshire as a whole, because too few would be left over, but both of its parts. Join them?',
    );
    expect(table.map((row) => row.replace(/^.*\d {2}/u, ''))).toEqual(['not shown', 'in words', 'in words']);
    expect(rowsOf(apart)).toContain('Counted with Largeshire, too few for a group of their own: Special schools (5 invited).');
    expect(card.text, 'control: nobody is parted before it is chosen').not.toContain('too few for a group');
    const wave = await onlyOne();
    const strict = await they.submit(await they.press(apart, 'Change who and when'), { k: '10' });
    expect(strict.text).toContain('A group is shown from 10 answers to a question on; usually from 5.');
    expect(await onlyOne()).toMatchObject({ id: wave.id, split: 'phase', k: 10 });
    const joined = await they.press(apart, 'Join them');
    expect(joined.text).toContain('At half turnout you will see Largeshire, to the nearest 10 %.');
    expect(await onlyOne()).toMatchObject({ id: wave.id, split: 'none', k: 10 });
  });

  test('nine people are too few to hide in: nothing is stored, and what helps instead is offered', async () => {
    const before = (await everythingIn(bot.database.db)).split('\n').length;
    const { they, card } = await plan({ template: 'trust', place: places.nine });
    expect(card.title).toBe('Nine people are too few to hide in. Nothing was stored.');
    expect(card.text).toContain('A pulse asks at least 12');
    await golden('too-few', card);
    expect(card.labels).toEqual(['Pool with…', 'Questions for your meeting', 'Change who and when']);
    expect(await stored()).toEqual([]);
    expect((await everythingIn(bot.database.db)).split('\n').length, 'the answer alone').toBe(before + 1);

    const meeting = await they.press(card, 'Questions for your meeting');
    expect(meeting.title).toBe('Questions for your meeting: Trust and working together');
    expect(meeting.text).toContain('Schools and services here trust');
    expect(meeting.text).toContain('Nothing is stored.');
    expect(await stored()).toEqual([]);
  });

  test('a draft says that parting a locality changes nothing where no part is large enough', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.twelve });
    const form = await they.press(card, 'Change who and when');
    const apart = await they.submit(form, { split: 'phase' });
    expect(rowsOf(apart)).toContain('No phase of a locality has 30 invited: none is shown apart.');
    const bySome = await they.submit(form, { split: 'group' });
    expect(rowsOf(bySome)).toContain('No group of a locality has 30 invited: none is shown apart.');
    expect((await they.submit(form, { split: 'none' })).text).not.toContain('shown apart');
  });

  test('twelve are enough (control)', async () => {
    const { card } = await plan({ template: 'trust', place: places.twelve });
    expect(card.title).toContain('12 people at 12 schools in Twelveshire');
    expect(await stored()).toHaveLength(1);
  });

  test('too few are asked together with another place, and said to be', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.nine });
    const form = await they.press(card, 'Pool with…');
    expect(form.form().intro).toContain('a pilot or locality of 12 or more people has its own too, a group or project from 30 on.');
    expect(optionsOf(form, 'place1').map(({ value }) => value)).toContain(places.twelve);
    expect(optionsOf(form, 'place1').map(({ value }) => value)).not.toContain(places.nine);
    expect((await they.submit(form, { place1: '' })).fields()).toEqual({ place1: 'Choose one of the list.' });
    const pooled = await they.submit(form, { place1: places.twelve });
    expect(pooled.title).toContain('21 people at 21 schools in Nineshire and Twelveshire');
    expect((await onlyOne()).places).toEqual([
      { kind: 'locality', id: places.nine },
      { kind: 'locality', id: places.twelve },
    ]);
  });

  test('a place that holds the one that is too small takes its stead', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.nine });
    const { pilotId } = await bot.database.db.locality.findUniqueOrThrow({ where: { id: places.nine } });
    await they.submit(await they.press(card, 'Pool with…'), { place1: pilotId });
    expect((await onlyOne()).places).toEqual([{ kind: 'pilot', id: pilotId }]);
  });

  test('a change to too few changes nothing', async () => {
    const { they, card } = await plan({ template: 'trust', place: places.twelve });
    const form = await they.press(card, 'Change who and when');
    const few = await they.submit(form, { place: places.nine });
    expect(few.title).toBe('Nine people are too few to hide in. Nothing was changed.');
    expect((await onlyOne()).places).toEqual([{ kind: 'locality', id: places.twelve }]);
    const pooled = await they.submit(await they.press(few, 'Pool with…'), { place1: places.twelve });
    expect(pooled.title).toContain('Nineshire and Twelveshire');
    expect((await onlyOne()).places, 'the same draft').toHaveLength(2);
  });

  test('at most eight places are asked together: their plan travels in a button until enough people are found', async () => {
    const { newId } = bot.core;
    const groups = Array.from({ length: 9 }, (_, at) => ({
      id: newId(),
      localityId: places.nine,
      name: `Cluster ${at + 1}`,
      kind: 'cluster',
    }));
    await bot.database.db.group.createMany({ data: groups });
    const ids = groups.map(({ id }) => id);
    let { they, card } = await plan({ template: 'trust', place: ids[0] ?? '' });
    for (const from of [1, 4]) {
      const more = { place1: ids[from] ?? '', place2: ids[from + 1] ?? '', place3: ids[from + 2] ?? '' };
      card = await they.submit(await they.press(card, 'Pool with…'), more);
      expect(card.title).toContain('would be asked. Nothing was stored.');
    }
    const full = await they.submit(await they.press(card, 'Pool with…'), { place1: ids[7] ?? '' });
    expect(full.labels).toContain('Pool with…');
    const ninth = await they.submit(await they.press(full, 'Pool with…'), { place1: ids[8] ?? '' });
    expect(ninth.fields().place1).toBe('At most 8 places together; choose one that holds several of them.');
    await bot.database.db.group.deleteMany({ where: { id: { in: ids } } });
  });

  test('nobody in a place at all is said so', async () => {
    const { card } = await plan({ template: 'trust', audience: 'leads', place: places.nine });
    expect(card.title).toBe('Nobody in Nineshire would be asked. Nothing was stored.');
  });
});

describe('who may plan one', () => {
  test.each(['wakefield.head.1', 'wakefield.lead', 'pilot1.adviser', 'admin'])('%s may not, and is told who may', async (name) => {
    const they = await bot.as(name);
    for (const words of ['/pulse new', '/pulse open', '/pulse extend trust to 11 December', '/pulse questions'])
      expect((await they.say(words)).title, words).toMatch(/^Pulses are run by coordinators and by the evaluation team: ask yours\./u);
    expect((await they.say('/pulse help')).text).not.toContain('pulse new');
    expect((await they.say('/pulse')).labels).not.toContain('New pulse');
  });

  test.each(['wakefield.coordinator', 'programme.coordinator', 'evaluator'])('%s may (control)', async (name) => {
    const they = await bot.as(name);
    expect((await they.say('/pulse new')).form().title).toBe('New pulse');
    expect((await they.say('/pulse help')).text).toContain('pulse new');
    expect((await they.say('/pulse')).labels).toContain('New pulse');
  });

  test('each in their own places alone, whatever a form is sent with', async () => {
    const they = await bot.as('wakefield.coordinator');
    const form = await they.say('/pulse new');
    const names = optionsOf(form, 'place').map(({ label }) => label);
    expect(names[0]).toBe('Wakefield');
    expect(names.every((name) => name.endsWith('Wakefield'))).toBe(true);
    expect((await they.submit(form, { place: places.twelve })).fields()).toEqual({ place: 'Choose one of the list.' });
    expect(await stored()).toEqual([]);
  });

  test('one whose only place is too small is told who can ask more together', async () => {
    const person = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'coventry.coordinator@example.org' } });
    await bot.database.db.role.create({
      data: {
        id: bot.core.newId(),
        personId: person.id,
        role: 'coordinator',
        scopeKind: 'locality',
        scopeId: places.nine,
        from: new Date('2026-09-01'),
      },
    });
    await bot.database.db.role.deleteMany({ where: { personId: person.id, scopeId: { not: places.nine } } });
    const { card } = await plan({ template: 'trust', place: places.nine }, 'coventry.coordinator');
    expect(card.labels).toEqual(['Questions for your meeting', 'Change who and when']);
    expect(card.text).toContain('Whoever coordinates the pilot or the programme can ask more people together');
  });
});
