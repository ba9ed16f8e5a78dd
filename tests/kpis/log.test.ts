import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';

// A pilot lead's conversation about readings, on a Thursday in November, through the whole bot.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());
beforeEach(async () => {
  await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
});

/** What the database has of a KPI of Wakefield, one line a version. */
const versions = async (name: string, period?: string) => {
  const rows = await bot.database.db.reading.findMany({
    where: {
      origin: 'person',
      ...(period ? { period } : {}),
      kpi: { locality: { name: 'Wakefield' }, definitions: { some: { name } } },
    },
    orderBy: { seq: 'asc' },
  });
  return rows.map(({ period: of, version, kind, value }) => `${of} v${version} ${kind} ${value === null ? 'withdrawn' : Number(value)}`);
};

/** What a card says, without where its links lead. */
const withoutAddresses = (text: string) => text.replaceAll(/\[Dashboard: [^\]]+\]/gu, '[Dashboard]');

/** The same without the figures of a chart, one below the other. */
const withoutFigures = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^\d{1,2} \p{L}{3} \d{4} {2,}/u.test(line))
    .join('\n');
const chartsOn = (seen: Seen) => seen.card().parts.filter(({ type }) => type === 'chart');

describe('the list', () => {
  test('says in its first line how many of my KPIs wait, and offers to log the one that does', async () => {
    const seen = await lead.say('/kpi');
    expect(withoutAddresses(seen.text)).toBe(
      [
        'Wakefield: 1 of your 4 waits for you',
        'Persistent absence    18.9 % · waiting since Friday    [Log]',
        'Attendance            92.8 % · next 20 Nov',
        'Visits in hubs        41 visits · next 4 Dec',
        'Schools at workshops  84 of 131 schools · end of term',
        '[Log a reading]  [New KPI]  [Dashboard]',
      ].join('\n'),
    );
  });

  test('waits for nobody once it is logged', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    expect(form.form().fields.find(({ name }) => name === 'when')?.value).toBe('2026-W46');
    await lead.submit(form, { value: '18.4' });
    expect((await lead.say('/kpi')).title).toBe('Wakefield: nothing waits for you; you have 4 KPIs');
  });

  test('a headteacher sees the KPIs of the locality and that none of them is theirs', async () => {
    const head = await bot.as('wakefield.head.1');
    const seen = await head.say('/kpi');
    expect(seen.title).toBe('Wakefield: 4 KPIs; none of them is yours to log');
    expect(seen.labels).toEqual(['Dashboard']);
  });

  test('all KPIs come with who answers for each', async () => {
    expect((await lead.say('/kpi all')).text).toContain('Attendance            92.8 % · next 20 Nov · Wakefield pilot lead');
  });
});

describe('logging', () => {
  test.each([93.2, 92.4, 80])('with readings enough it says of %s what the chart says, never something else', async (figure) => {
    const seen = await lead.say(`/kpi attendance ${figure}`);
    const says = (await lead.press(seen, 'Chart')).card().parts.flatMap((part) => (part.type === 'chart' ? [part.says] : []));
    expect(says).toHaveLength(1);
    expect(seen.text.split('\n')).toContain(says[0]);
    expect(seen.text).not.toContain('not a trend');
  });

  test('one line in, old → new out, with where it stands and what one reading cannot say', async () => {
    const seen = await lead.say('/kpi attendance 93.2 flu in two schools');
    expect(withoutFigures(withoutAddresses(seen.text))).toBe(
      [
        'Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)',
        'On track: target 94.0 % by July, 0.8 to go (93.1 expected by now)',
        'Attendance, Wakefield',
        'Two of its last three readings are near its upper limit: an improvement unlikely to be chance.',
        'Target 94.0 %',
        'Mean 92.2, limits 91.0 to 93.4.',
        'Note: flu in two schools',
        '[Undo]  [Add evidence]  [Chart]  [Share]  [Dashboard]',
      ].join('\n'),
    );
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 93.2']);
  });

  test('its chart follows a figure that is new, and nothing else', async () => {
    const logged = await lead.say('/kpi attendance 93.2');
    const [chart] = chartsOn(logged);
    expect(chart?.type === 'chart' && chart.points.at(-1)).toMatchObject({ label: '16 Nov 2026', value: 93.2 });
    expect(chartsOn(await lead.say('/kpi attendance 93.2')), 'said again').toEqual([]);
    const corrected = await lead.press(await lead.say('/kpi attendance 93.4'), 'Correct to 93.4');
    expect(chartsOn(corrected)).toHaveLength(1);
    const evidence = await lead.submit(await lead.press(corrected, 'Add evidence'), { evidence: 'https://example.org/minutes' });
    expect([evidence.title.includes('93.4 %'), chartsOn(evidence)], 'a link to it').toEqual([true, []]);
    const noted = await lead.press(await lead.say('/kpi attendance 93.4 flu'), 'Change the note');
    expect([noted.text.includes('Note: flu'), chartsOn(noted)], 'a note').toEqual([true, []]);
    expect(chartsOn(await lead.press(noted, 'Undo')), 'an undo').toEqual([]);
    const moved = await lead.press(await lead.say('/kpi persistent absence 18.4'), 'It was this week');
    expect(chartsOn(moved), 'the week it was for').toHaveLength(1);
  });

  test('and none while there are fewer than six readings', async () => {
    const seen = await lead.say('/kpi workshops 90 of 131');
    expect([seen.title.includes('90 of 131'), chartsOn(seen)]).toEqual([true, []]);
  });

  test('a reading costs at most six statements, BEGIN and COMMIT included', async () => {
    await lead.say('/kpi'); // so that nothing is left to be prepared
    bot.database.forget();
    await lead.say('/kpi attendance 93.2');
    expect(bot.database.statements.length, bot.database.statements.join('\n')).toBeLessThanOrEqual(6);
    expect(bot.database.statements.length, 'the count sees what is sent').toBeGreaterThanOrEqual(4);
  });

  test('an undated reading is for the week that is due and has none, and the answer offers the other', async () => {
    const seen = await lead.say('/kpi persistent absence 18.4');
    expect(seen.title).toBe('Persistent absence, Wakefield, week of 9 Nov: 18.9 → 18.4 % (−0.5)');
    expect(seen.labels).toContain('It was this week');
  });

  test('when nothing waits it is for the current week', async () => {
    expect((await lead.say('/kpi attendance 93.2')).title).toContain('week of 16 Nov');
  });

  test.each([
    ['kpi attendance 93.2', 'Attendance, Wakefield, week of 16 Nov'],
    ['KPI Attendance 93.2', 'Attendance, Wakefield, week of 16 Nov'],
    ['/commoncause kpi att 93.2%', 'Attendance, Wakefield, week of 16 Nov'],
    ['/kpi visits 44 on 3 Nov', 'Visits in hubs, Wakefield, November 2026'],
    ['/kpi visits 44 this month', 'Visits in hubs, Wakefield, November 2026'],
    ['/kpi workshops 90 of 131 autumn term', 'Schools at workshops, Wakefield, autumn term 2026'],
    ['/kpi pa 18.4 last week', 'Persistent absence, Wakefield, week of 9 Nov'],
    ['/kpi pa 18.4 on 10 Nov', 'Persistent absence, Wakefield, week of 9 Nov'],
    ['/kpi pa 18.4 on 10/11/2026 half the schools', 'Persistent absence, Wakefield, week of 9 Nov'],
    ['/kpi pa week 46 18.4', 'Persistent absence, Wakefield, week of 9 Nov'],
  ])('“%s” is for %s', async (words, start) => {
    expect((await lead.say(words)).title).toContain(`${start}: `);
  });

  test('84 of 131 keeps both numbers', async () => {
    const seen = await lead.say('/kpi workshops 90 of 131');
    expect(seen.title).toBe('Schools at workshops, Wakefield, autumn term 2026: 84 of 131 → 90 of 131 schools (+6)');
    const [row] = await bot.database.db.reading.findMany({ where: { origin: 'person' } });
    expect([row?.value, row?.numerator, row?.denominator].map(Number)).toEqual([90, 90, 131]);
  });

  test('a second number right after the first is asked about, with both meanings', async () => {
    const asked = await lead.say('/kpi attendance 9 3.2');
    expect(asked.title).toBe(
      'Not saved. “9 3.2” is not clear for Attendance: write one number, with a comma after it if a note begins with another. Did you mean 93.2?',
    );
    expect(asked.labels).toEqual(['Save 93.2', 'Save 9, the rest a note', 'Change']);
    expect(await versions('Attendance')).toEqual([]);
    expect((await lead.press(asked, 'Save 93.2')).title).toContain('92.8 → 93.2 %');
    const noted = await lead.say('/kpi visits 44 2 hubs closed');
    expect(noted.labels).toEqual(['Save 442', 'Save 44, the rest a note', 'Change']);
    expect((await lead.press(noted, 'Save 44, the rest a note')).text).toContain('Note: 2 hubs closed');
  });

  test('a count without its base is asked about: the last base is offered, and none', async () => {
    const asked = await lead.say('/kpi workshops 90 half a day');
    expect(asked.title).toBe('Not saved. Schools at workshops is given with how many there are in all. 90 of how many?');
    expect(asked.labels).toEqual(['Save 90 of 131', 'Save 90 without a base', 'Change']);
    expect(await versions('Schools at workshops')).toEqual([]);
    const form = await lead.press(asked, 'Change');
    expect(form.form().fields.flatMap(({ value }) => value ?? [])).toEqual(['90', '2026/27-autumn', 'half a day']);
    const saved = await lead.press(asked, 'Save 90 of 131');
    expect(saved.text).toContain('84 of 131 → 90 of 131 schools (+6)');
    expect(saved.text).toContain('Note: half a day');
  });

  test('a count may be saved and corrected without a base', async () => {
    await lead.press(await lead.say('/kpi workshops 90'), 'Save 90 without a base');
    const correct = await lead.press(await lead.say('/kpi workshops 91'), 'Save 91 without a base');
    expect(correct.labels[0]).toBe('Correct to 91');
    await lead.press(correct, 'Correct to 91');
    const rows = await bot.database.db.reading.findMany({ where: { origin: 'person' }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ value, denominator }) => [Number(value), denominator])).toEqual([
      [90, null],
      [91, null],
    ]);
  });

  test('a base smaller than the count is not offered, and the form asks the same', async () => {
    expect((await lead.say('/kpi workshops 140')).labels).toEqual(['Save 140 without a base', 'Change']);
    const form = await lead.press(await lead.say('/kpi workshops 90'), 'Change');
    expect((await lead.submit(form, { of: '' })).labels).toContain('Save 90 of 131');
    expect((await lead.submit(form, { of: '132' })).title).toContain('90 of 132 schools');
  });

  test('control: a KPI whose readings have no base is saved at once', async () => {
    expect((await lead.say('/kpi visits 44')).title).toContain('41 → 44 visits');
  });

  test('84 of 131 of a KPI in per cent is worked out, and both numbers are kept', async () => {
    expect((await lead.say('/kpi attendance 122 of 131')).title).toBe(
      'Attendance, Wakefield, week of 16 Nov: 92.8 → 93.1 % (122 of 131) (+0.3)',
    );
  });

  test('the deputy may log it too', async () => {
    expect((await coordinator.say('/kpi attendance 93.2')).title).toContain('92.8 → 93.2 %');
  });

  test('the form asks for the same, and says at each field what is wrong', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log a reading');
    const attendance = form.form().fields.find(({ name }) => name === 'kpi');
    const id = attendance?.kind === 'choice' ? attendance.options.find(({ label }) => label === 'Attendance, Wakefield')?.value : undefined;
    const wrong = await lead.submit(form, { kpi: id as string, value: '93,2', when: '31 Feb', evidence: 'minutes' });
    expect(wrong.fields()).toEqual({
      value: 'Write a point before the decimals, as in 93.2. Did you mean 93.2?',
      when: expect.stringContaining('there is no 31 Feb'),
      evidence: 'Write a whole link, as in https://example.org/minutes.',
    });
    expect(await versions('Attendance')).toEqual([]);
    const right = await lead.submit(wrong, { value: '93.2', when: 'this week', evidence: 'https://example.org/minutes', note: 'flu' });
    expect(right.text).toContain('Note: flu\nEvidence: https://example.org/minutes');
  });

  test('a message opens the form with its words as the note', async () => {
    const form = await lead.ask({ kind: 'open', verb: 'kpi.log', state: { note: 'Attendance was 93.2 this week' } });
    expect(form.form().fields.find(({ name }) => name === 'note')?.value).toBe('Attendance was 93.2 this week');
  });
});

describe('a link to evidence, when the value is asked about', () => {
  const form = async () => {
    const kpi = await bot.database.db.kpiDefinition.findFirstOrThrow({
      where: { name: 'Attendance', kpi: { locality: { name: 'Wakefield' } } },
    });
    return lead.ask({ kind: 'open', verb: 'kpi.log', state: { kpi: kpi.kpiId } });
  };
  const link = 'https://example.org/minutes';
  const field = (seen: Seen, name: string) => seen.form().fields.find((one) => one.name === name)?.value;

  test('goes with the value that is saved after all', async () => {
    const asked = await lead.submit(await form(), { value: '0.93', note: 'flu', evidence: link });
    expect(asked.labels).toEqual(['Save 93.0', 'Save 0.9 all the same', 'Change']);
    expect((await lead.press(asked, 'Save 93.0')).text).toContain(`Note: flu\nEvidence: ${link}`);
  });

  test('is in the form that Change opens, and in that of another period', async () => {
    const asked = await lead.submit(await form(), { value: '0.93', note: 'flu', evidence: link });
    expect(field(await lead.press(asked, 'Change'), 'evidence')).toBe(link);
    await lead.say('/kpi attendance 93.2');
    const correct = await lead.submit(await form(), { value: '93.4', note: 'flu', evidence: link });
    expect(field(await lead.press(correct, 'Another period'), 'evidence')).toBe(link);
    expect((await lead.press(correct, 'Correct to 93.4')).text).toContain(`Evidence: ${link}`);
  });

  test('fits with the longest note that may go with it; a longer one stays in the form with all that was typed', async () => {
    // As hard to compress as words get: letters by a fixed rule that repeats nothing.
    const noise = (length: number, from: number) =>
      createHash('shake256', { outputLength: length }).update(String(from)).digest('base64url').slice(0, length);
    const long = `${link}/${noise(500 - link.length - 1, 1)}`;
    const asked = await lead.submit(await form(), { value: '0.93', note: noise(700, 2), evidence: long });
    expect(field(await lead.press(asked, 'Change'), 'evidence')).toBe(long);
    expect((await lead.press(asked, 'Save 93.0')).text).toContain(`Evidence: ${long}`);
    const refused = await lead.submit(await form(), { value: '0.93', note: noise(701, 2), evidence: long });
    expect(Object.keys(refused.fields())).toEqual(['evidence']);
    expect([field(refused, 'value'), field(refused, 'note'), field(refused, 'evidence')]).toEqual(['0.93', noise(701, 2), long]);
  });
});

describe('showing', () => {
  test('a name alone shows the last reading, its chart in words and what it means', async () => {
    const seen = await lead.say('/kpi attendance');
    expect(seen.title).toBe('Attendance, Wakefield, week of 9 Nov: 93.0 → 92.8 % (−0.2)');
    expect(seen.text).toContain('The target lies above its usual range: as things are it will not be reached reliably.');
    expect(seen.text).toContain('Who answers for it   Wakefield pilot lead; stands in: Wakefield coordinator');
    expect(seen.labels).toEqual(['Log a reading', 'Share', 'Edit', 'Begin limits anew', 'Raise a worry', 'Dashboard']);
  });

  test('an adviser sees it without what they may not do', async () => {
    const adviser = await bot.as('pilot1.adviser');
    expect((await adviser.say('/kpi wakefield attendance')).labels).toEqual(['Share', 'Raise a worry', 'Dashboard']);
  });

  test('who sees several localities is asked which one, and goes on with the same words', async () => {
    const coordinatorOfAll = await bot.as('programme.coordinator');
    const which = await coordinatorOfAll.say('/kpi attendance 93.2');
    expect(which.title).toBe('Which one do you mean? 6 KPIs fit “attendance 93.2”. Nothing was saved.');
    expect((await coordinatorOfAll.press(which, 'Attendance, Wakefield')).title).toContain('92.8 → 93.2 %');
  });
});

describe('undo and correct', () => {
  test('undo takes it back, and says so again to a second press', async () => {
    const saved = await lead.say('/kpi attendance 93.2');
    const undone = await lead.press(saved, 'Undo');
    expect(undone.title).toBe('Undone: Attendance, Wakefield, week of 16 Nov, has no reading now (it was 93.2 %).');
    const again = await lead.press(saved, 'Undo');
    expect(again.text).toContain('It was undone already: nothing changed.');
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 93.2', '2026-W47 v2 undo withdrawn']);
  });

  test('typed, undo takes back my own last reading', async () => {
    await lead.say('/kpi attendance 93.2');
    await coordinator.say('/kpi pa 18.4');
    expect((await lead.say('/kpi undo')).title).toContain('Undone: Attendance');
  });

  test('typed again, undo takes back nothing more', async () => {
    await lead.say('/kpi pa 18.4');
    await lead.say('/kpi attendance 93.2');
    await lead.say('/kpi undo');
    expect((await lead.say('/kpi undo')).title).toBe(
      'Nothing was undone: you took your last reading back already (Attendance, Wakefield, week of 16 Nov). To change another one, log its right value.',
    );
    expect(await versions('Persistent absence'), 'an older reading stands').toEqual(['2026-W46 v1 reading 18.4']);
  });

  test('typed, undo takes no older reading when somebody has corrected my last one', async () => {
    await lead.say('/kpi pa 18.4');
    await lead.say('/kpi attendance 93.2');
    await coordinator.press(await coordinator.say('/kpi attendance 93.4'), 'Correct to 93.4');
    expect((await lead.say('/kpi undo')).title).toBe(
      'Nothing was undone: your last reading (Attendance, Wakefield, week of 16 Nov) has been changed since. Name the KPI to see it.',
    );
    expect(await versions('Persistent absence')).toEqual(['2026-W46 v1 reading 18.4']);
    expect(await versions('Attendance')).toHaveLength(2);
  });

  test('typed more than a day later, undo names the reading and asks first', async () => {
    try {
      await lead.say('/kpi attendance 93.2');
      bot.clock.set('2026-11-20T14:00:01Z');
      const asked = await lead.say('/kpi undo');
      expect(asked.title).toBe(
        'Nothing was undone yet. Your last reading is Attendance, Wakefield, week of 16 Nov: 93.2 %, given on 19 Nov. Undo it?',
      );
      expect(await versions('Attendance')).toHaveLength(1);
      expect((await lead.press(asked, 'Undo it')).title).toContain('Undone: Attendance');
      expect(await versions('Attendance')).toHaveLength(2);
    } finally {
      bot.clock.set('2026-11-19T14:00:00Z');
    }
  });

  test('control: within the day it is undone at once', async () => {
    try {
      await lead.say('/kpi attendance 93.2');
      bot.clock.set('2026-11-20T14:00:00Z');
      expect((await lead.say('/kpi undo')).title).toContain('Undone: Attendance');
    } finally {
      bot.clock.set('2026-11-19T14:00:00Z');
    }
  });

  test('a period already logged is corrected only when asked, and says from what', async () => {
    await lead.say('/kpi attendance 92.8');
    const ask = await lead.say('/kpi attendance 93.2 recounted');
    expect(ask.title).toBe('Not saved yet: Attendance, week of 16 Nov, has 92.8 %. Correct 92.8 to 93.2?');
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 92.8']);
    const corrected = await lead.press(ask, 'Correct to 93.2');
    expect(corrected.title).toBe('Attendance, Wakefield, week of 16 Nov: 93.2 %, corrected from 92.8');
    expect(corrected.text).toContain('Note: recounted');
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 92.8', '2026-W47 v2 correction 93.2']);
    const undone = await lead.press(corrected, 'Undo');
    expect(undone.title).toBe('Undone: Attendance, Wakefield, week of 16 Nov, is 92.8 % again (it was 93.2 %).');
  });

  test('the same value twice is one reading', async () => {
    await lead.say('/kpi attendance 93.2 flu');
    expect((await lead.say('/kpi attendance 93.2')).text).toContain('It was saved already: nothing changed.');
    expect(await versions('Attendance')).toHaveLength(1);
  });

  test('the same value with another note asks about the note', async () => {
    await lead.say('/kpi attendance 93.2 flu');
    const ask = await lead.say('/kpi attendance 93.2 norovirus');
    expect(ask.text).toBe(
      'Not saved yet: Attendance, week of 16 Nov, has 93.2 %. Change its note?\nIts note: flu\n[Change the note]  [Another period]',
    );
    expect((await lead.press(ask, 'Change the note')).text).toContain('Note: norovirus');
  });

  test('only the person who gave a reading undoes it; anybody who may log it can correct it', async () => {
    const saved = await lead.say('/kpi attendance 93.2');
    const { token } = saved.button('Undo');
    expect((await coordinator.ask({ kind: 'press', token })).title).toContain('this button is too old or was not made for you');
    expect((await coordinator.say('/kpi undo')).title).toBe('There is nothing of yours to undo.');
    const ask = await coordinator.say('/kpi attendance 93.4');
    await coordinator.press(ask, 'Correct to 93.4');
    expect((await lead.press(saved, 'Undo')).title).toBe(
      'Nothing was undone: this reading has been changed since. Look at it again before you change it.',
    );
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 93.2', '2026-W47 v2 correction 93.4']);
  });

  test('an old period, further back than a card looks, keeps its chain too', async () => {
    const db = bot.database.db;
    const kpi = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { locality: { name: 'Wakefield' } } } });
    const [old] = await db.reading.findMany({ where: { kpiId: kpi.kpiId }, orderBy: { periodStart: 'asc' }, take: 1 });
    const ask = await lead.say(`/kpi attendance 50 on ${old?.periodStart.toISOString().slice(0, 10)}`);
    expect(ask.title).toContain('Not saved yet: Attendance');
    await lead.press(ask, 'Correct to 50.0');
    expect(await versions('Attendance')).toEqual([`${old?.period} v2 correction 50`]);
  });
});

describe('“It was the week before”', () => {
  test('moves the reading: withdrawn where it was, saved where it belongs', async () => {
    const saved = await lead.say('/kpi pa 18.4 half the schools');
    const moved = await lead.press(saved, 'It was this week');
    expect(moved.title).toBe('Persistent absence, Wakefield, week of 16 Nov: 18.9 → 18.4 % (−0.5)');
    expect(moved.text).toContain('Note: half the schools');
    expect(await versions('Persistent absence')).toEqual([
      '2026-W46 v1 reading 18.4',
      '2026-W46 v2 undo withdrawn',
      '2026-W47 v1 reading 18.4',
    ]);
    expect((await lead.press(saved, 'It was this week')).text).toContain('It was saved already: nothing changed.');
    expect(await versions('Persistent absence')).toHaveLength(3);
  });

  test('is refused when that week has a reading already, and then nothing has moved', async () => {
    const saved = await lead.say('/kpi pa 18.4');
    await lead.say('/kpi pa 18.1 this week');
    const refused = await lead.press(saved, 'It was this week');
    expect(refused.text).toContain('Nothing was moved. Persistent absence, week of 16 Nov, has 18.1 %.');
    expect(await versions('Persistent absence')).toEqual(['2026-W46 v1 reading 18.4', '2026-W47 v1 reading 18.1']);
  });

  test('shows what stands again where a correction was moved away', async () => {
    await lead.say('/kpi pa 18.4');
    const kpi = await bot.database.db.kpiDefinition.findFirstOrThrow({
      where: { name: 'Persistent absence', kpi: { locality: { name: 'Wakefield' } } },
    });
    const corrected = await lead.press(await lead.say('/kpi pa 18.6 last week'), 'Correct to 18.6');
    expect(corrected.title).toContain('corrected from 18.4');
    // The button of an undated reading, as it would be on the card of the correction.
    const moved = await lead.ask({
      kind: 'open',
      verb: 'kpi.move',
      state: { kpi: kpi.kpiId, period: '2026-W46', version: 2, to: '2026-W47' },
    });
    expect(moved.title).toBe('Persistent absence, Wakefield, week of 16 Nov: 18.4 → 18.6 % (+0.2)');
  });
});

describe('evidence', () => {
  test('a link stands beside the reading, as a new version of it', async () => {
    const saved = await lead.say('/kpi attendance 93.2 flu');
    const form = await lead.press(saved, 'Add evidence');
    const wrong = await lead.submit(form, { evidence: 'the minutes' });
    expect(wrong.fields()).toEqual({ evidence: 'Write a whole link, as in https://example.org/minutes.' });
    const done = await lead.submit(wrong, { evidence: 'https://example.org/minutes' });
    expect(done.text).toContain('Note: flu\nEvidence: https://example.org/minutes');
    expect(done.labels).toContain('Change evidence');
    expect(await versions('Attendance')).toEqual(['2026-W47 v1 reading 93.2', '2026-W47 v2 correction 93.2']);
    expect((await lead.submit(form, { evidence: 'https://example.org/minutes' })).text).toContain('It was saved already');
  });

  test('is not put on a reading that somebody changed meanwhile', async () => {
    const saved = await lead.say('/kpi attendance 93.2');
    const form = await lead.press(saved, 'Add evidence');
    await coordinator.press(await coordinator.say('/kpi attendance 93.4'), 'Correct to 93.4');
    expect((await lead.submit(form, { evidence: 'https://example.org/minutes' })).title).toContain('was changed after you looked');
  });

  test.each(['javascript:alert(1)', 'ftp://example.org/x', 'https://localhost', `https://example.org/${'x'.repeat(500)}`])(
    '%s is no evidence',
    async (link) => {
      const form = await lead.press(await lead.say('/kpi attendance 93.2'), 'Add evidence');
      expect(Object.keys((await lead.submit(form, { evidence: link })).fields())).toEqual(['evidence']);
    },
  );
});

describe('sharing', () => {
  const inChannel = async (platform: 'slack' | 'teams') => {
    const account = {
      platform,
      tenant: 'T1',
      user: `U-${platform}`,
      profile: async () => ({ email: 'wakefield.lead@example.org', outsider: false }),
    };
    return bot.conversation(account, {
      kind: 'channel',
      conversation: 'C1',
      name: '#wakefield',
      to: { channel: 'C1' },
      seenByOthers: true,
    });
  };
  const posted = () => bot.database.db.outbox.findMany({ where: { kind: 'card', payload: { path: ['to', 'channel'], equals: 'C1' } } });

  test('on the web the words are given to be copied; nothing is posted', async () => {
    const seen = await lead.press(await lead.say('/kpi attendance 93.2 flu'), 'Share');
    expect(seen.title).toBe('Nothing was posted: here are the words to copy.');
    expect(seen.text).toContain('Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)\nOn track');
    expect(seen.text, 'nobody’s words for others').not.toContain('flu');
  });

  test('in a channel it is posted only after a preview of just what others will see', async () => {
    const there = await inChannel('slack');
    const preview = await there.press(await there.say('/kpi attendance 93.2 flu'), 'Share');
    expect(preview.text).toContain('Preview: #wakefield would see this.');
    expect(preview.text).toContain('Without names and notes, because people from outside may read there.');
    expect(await posted()).toHaveLength(0);
    expect((await there.press(preview, 'Post in #wakefield')).title).toBe('Posted in #wakefield.');
    const [message] = await posted();
    const card = (message?.payload as { card: { title: string } } | undefined)?.card;
    expect(card?.title).toBe('Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)');
    expect(JSON.stringify(card)).not.toContain('flu');
    expect(card, 'a demonstration says so everywhere').toMatchObject({ demonstration: true });
    expect(await bot.database.db.auditEvent.count({ where: { what: 'card.shared' } })).toBe(1);
  });

  test('two presses at once on one preview post it once; another preview may be posted too', async () => {
    const there = await inChannel('slack');
    const saved = await there.say('/kpi attendance 93.2');
    const before = (await posted()).length;
    const preview = await there.press(saved, 'Share');
    const pressed = await Promise.all([there.press(preview, 'Post in #wakefield'), there.press(preview, 'Post in #wakefield')]);
    expect(pressed.map(({ title }) => title).sort()).toEqual([
      'Posted already in #wakefield: nothing was posted again.',
      'Posted in #wakefield.',
    ]);
    expect(await posted()).toHaveLength(before + 1);
    await there.press(await there.press(saved, 'Share'), 'Post in #wakefield');
    expect(await posted(), 'control').toHaveLength(before + 2);
  });

  test('where it is known that nobody from outside reads, the note goes with it', async () => {
    const at = new Date(bot.clock.now().epochMilliseconds);
    await bot.database.db.conversationReference.create({
      data: {
        id: bot.core.newId(),
        platform: 'teams',
        tenant: 'T1',
        conversation: 'C1',
        kind: 'channel',
        outsiders: false,
        reference: {},
        seenAt: at,
      },
    });
    const there = await inChannel('teams');
    const preview = await there.press(await there.say('kpi attendance 93.2 flu'), 'Share');
    expect(preview.text).toContain('Note: flu');
    expect(preview.text).not.toContain('Without names');
  });

  test('a reading withdrawn meanwhile is not shared', async () => {
    const saved = await lead.say('/kpi attendance 93.2');
    await lead.press(saved, 'Undo');
    expect((await lead.press(saved, 'Share')).title).toBe('Nothing was shared: this reading was withdrawn meanwhile.');
  });
});

describe('help', () => {
  test.each(['commoncause', 'kpi', 'partners'])('after %s it is at most six lines, in the platform’s own form', async (command) => {
    const person = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
    const web = await lead.say(`/${command} help`);
    const [list] = web.card().parts;
    expect(list?.type === 'list' && list.items.length).toBeLessThanOrEqual(6);
    expect(web.text).toContain(`/${command}`);
    await bot.database.db.identity.createMany({
      data: [
        { id: bot.core.newId(), personId: person.id, platform: 'teams', tenant: 'T2', user: 'U2', linkedAt: new Date(0), how: 'code' },
      ],
      skipDuplicates: true,
    });
    const teams = await bot.conversation({ platform: 'teams', tenant: 'T2', user: 'U2' }).say(`${command} help`);
    expect(teams.text).not.toContain('/');
    expect(teams.card().parts[0]).toMatchObject({ type: 'list' });
  });
});

describe('home', () => {
  test('says what waits, who I am here and what I can type', async () => {
    const seen = await lead.say('');
    expect(seen.title).toMatch(/^\d+ things? waits? for you\.$/u);
    expect(seen.text).toContain('waiting since Friday');
    expect(seen.text).toContain('You are Wakefield pilot lead (pilot lead, Wakefield).');
    expect(seen.text).toContain('/kpi attendance 93.2 flu in two schools');
  });
});
