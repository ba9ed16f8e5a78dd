import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';

// What bad input gets: nothing is saved, it says why, and the likely meaning is one press away.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(async () => {
  await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
});

const saved = () => bot.database.db.reading.findMany({ where: { origin: 'person' }, orderBy: { seq: 'asc' } });
const nothingSaved = async () => expect(await saved(), 'nothing is saved').toEqual([]);

describe('which KPI', () => {
  test('an unknown name offers the nearest as buttons, and the press goes on with the same figure', async () => {
    const seen = await lead.say('/kpi attendnce 93.2 flu');
    expect(seen.title).toBe('I do not know “attendnce 93.2 flu”. Did you mean one of these? Nothing was saved.');
    expect(seen.labels).toEqual(['Attendance']);
    await nothingSaved();
    expect((await lead.press(seen, 'Attendance')).text).toContain('92.8 → 93.2 % (+0.4)');
  });

  test('a name that is near to nothing offers my own', async () => {
    const seen = await lead.say('/kpi zzz 93');
    expect(seen.title).toBe('I do not know a KPI called “zzz 93”. Nothing was saved. These are yours:');
    expect(seen.labels).toEqual(['Persistent absence', 'Attendance', 'Visits in hubs', 'Schools at workshops']);
  });

  test('who has none is offered what they can see, and who can see none is told so', async () => {
    const head = await bot.as('wakefield.head.1');
    expect((await head.say('/kpi zzz 93')).title).toContain('You can see these:');
    const admin = await bot.as('admin');
    expect((await admin.say('/kpi attendance 93')).text).toBe(
      'There are no KPIs that you can see yet.\nYour pilot lead or coordinator can add one.',
    );
  });

  test('two that match are asked: which one?', async () => {
    const wiltshire = await bot.as('wiltshire.lead');
    const seen = await wiltshire.say('/kpi wiltshire 20');
    expect(seen.title).toMatch(/^Which one do you mean\? \d KPIs fit “wiltshire 20”\. Nothing was saved\.$/);
    expect(seen.labels.length).toBeGreaterThan(1);
    await nothingSaved();
  });

  test('a KPI that is not mine is refused with whose it is', async () => {
    const head = await bot.as('wakefield.head.1');
    expect((await head.say('/kpi attendance 93.2')).title).toBe(
      'Not saved. Attendance, Wakefield, is not yours to log. It belongs to: Wakefield pilot lead; stands in: Wakefield coordinator.',
    );
    await nothingSaved();
  });

  test.each(['', 'x', '00000000-0000-7000-8000-000000000000', "'; drop table reading; --"])(
    'a form sent with “%s” for its KPI finds none',
    async (kpi) => {
      const form = await lead.press(await lead.say('/kpi'), 'Log a reading');
      const seen = await lead.submit(form, { kpi, value: '93.2' });
      if (kpi === '') expect(seen.fields()).toEqual({ kpi: 'Choose a KPI.' });
      else expect(seen.title).toBe('I cannot find this KPI. Type kpi to see yours.');
      await nothingSaved();
    },
  );

  test('a KPI of another locality is not there at all', async () => {
    const elsewhere = await bot.as('rochdale.lead');
    const seen = await elsewhere.say('/kpi wakefield attendance 93.2');
    expect(seen.text).not.toMatch(/Wakefield pilot|92\.8/);
    await nothingSaved();
  });
});

describe('which value', () => {
  test.each([
    ['932', 'Not saved. Attendance is a percentage, so 0 to 100. Did you mean 93.2?', 'Save 93.2', 93.2],
    ['-5', 'Not saved. Attendance is a percentage, so 0 to 100. Did you mean 5.0?', 'Save 5.0', 5],
    ['ninety', 'Not saved. “ninety” is not clear for Attendance: write a number in figures, as in 90. Did you mean 90?', 'Save 90', 90],
    [
      '93,2',
      'Not saved. “93,2” is not clear for Attendance: write a point before the decimals, as in 93.2. Did you mean 93.2?',
      'Save 93.2',
      93.2,
    ],
    ['0.93', 'Not saved. Attendance is a percentage and has been 91.1 or more until now. Did you mean 93.0?', 'Save 93.0', 93],
  ])('`attendance %s` is asked, with the likely meaning as a button', async (typed, title, label, value) => {
    const seen = await lead.say(`/kpi attendance ${typed} flu in two schools`);
    expect(seen.title).toBe(title);
    expect(seen.labels).toContain(label);
    expect(seen.labels).toContain('Change');
    await nothingSaved();
    await lead.press(seen, label);
    const [row] = await saved();
    expect([Number(row?.value), row?.note]).toEqual([value, 'flu in two schools']);
  });

  test.each([
    ['visits 1e9', 'so at most 10,000,000'],
    ['visits 1000000000', 'so at most 10,000,000'],
    ['visits 41.5', 'counts whole visits'],
    ['visits -3', 'so 0 or more'],
    ['workshops 131 of 84', 'write the smaller number first'],
    ['workshops 84 of 0', 'above 0'],
    ['attendance banana', 'write a number'],
    ['attendance 93.1234567', 'at most 6 decimals'],
    ['attendance NaN', 'write a number'],
    ['attendance Infinity', 'write a number'],
  ])('`%s`: %s', async (typed, expected) => {
    const seen = await lead.say(`/kpi ${typed}`);
    expect(seen.title).toMatch(/^Not saved/);
    expect(seen.text).toContain(expected);
    await nothingSaved();
  });

  test('a figure far from everything known is asked, and saved when they are sure', async () => {
    const seen = await lead.say('/kpi visits 5000');
    expect(seen.title).toBe('Not saved. The most until now is 55 visits. Is 5,000 right?');
    await nothingSaved();
    expect((await lead.press(seen, 'Save 5,000 all the same')).title).toContain('5,000 visits');
  });

  test('Change opens the form with what was typed, so that nothing is lost', async () => {
    const form = await lead.press(await lead.say('/kpi attendance 932 flu'), 'Change');
    const values = Object.fromEntries(form.form().fields.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ value: '932', note: 'flu', when: '2026-W47' });
  });
});

describe('which period', () => {
  test.each([
    ['on 14 Dec', '14 Dec has not come yet'],
    ['tomorrow', '20 Nov has not come yet'],
    ['next week', 'has not come yet'],
    ['week 49', 'Week of 30 Nov has not come yet'],
    ['on 2020-01-01', 'is before the baseline of Attendance (1 Sep 2025)'],
    ['on 31 Feb', 'there is no 31 Feb'],
    ['on 11/25/2026', 'write the day before the month'],
    ['on 2026-13-40', 'there is no 2026-13-40'],
  ])('“93.2 %s” is said, and nothing is saved', async (when, expected) => {
    const seen = await lead.say(`/kpi attendance 93.2 ${when}`);
    expect(seen.title).toMatch(/^Not saved/);
    expect(seen.text).toContain(expected);
    await nothingSaved();
  });

  test('next week in a note is a note', async () => {
    expect((await lead.say('/kpi attendance 93.2 next week we try again')).text).toContain('Note: next week we try again');
  });

  test('American order that can only be meant so is offered', async () => {
    const seen = await lead.say('/kpi attendance 93.2 on 11/16/2026');
    expect(seen.title).toContain('Did you mean 93.2, week of 16 Nov?');
    await nothingSaved();
    expect((await lead.press(seen, 'Save 93.2, week of 16 Nov')).title).toContain('week of 16 Nov: 92.8 → 93.2 %');
  });
});

describe('what people type with it', () => {
  test.each([
    ['right-to-left marks', '\u202eflu\u202c in \u200ftwo schools'],
    ['emoji', 'flu 🤒👩‍👩‍👧‍👦 in two schools 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['Arabic', 'غياب بسبب الإنفلونزا'],
    ['combining letters', 'café e\u0301 ą̈'],
    ['what would be markup elsewhere', '<!channel> <@U1> *x* [x](y) <at>a</at> & <script>alert(1)</script> {{7*7}}'],
    ['lines and tabs', 'flu\tin\n- two schools'],
    ['quotes', `it's "flu" \\ 'so' ; drop table reading; --`],
    ['exactly 1,000 characters', 'x'.repeat(1000)],
    ['1,200 bytes in 300 characters', '😀'.repeat(300)],
  ])('a note with %s is stored whole', async (_, note) => {
    const seen = await lead.say(`/kpi attendance 93.2 ${note}`);
    expect(seen.title).toContain('92.8 → 93.2 %');
    expect((await saved())[0]?.note).toBe(note);
  });

  test.each([
    ['1,001 characters', 'x'.repeat(1001), '1,001 characters; 1,000 fit'],
    ['1,204 bytes', '😀'.repeat(301), '1,204 bytes, 1,200 fit'],
    ['10,000 characters', 'word '.repeat(2000).trim(), '9,999 characters; 1,000 fit'],
  ])('a note of %s is refused whole and given back', async (_, note, why) => {
    const seen = await lead.say(`/kpi attendance 93.2 ${note}`);
    expect(seen.title).toContain(why);
    expect(seen.text).toContain(note);
    await nothingSaved();
  });

  test.each(['/kpi attendance 93.2 ', '/kpi attendnce 93.2 ', '/kpi zzz ', '/zzz ', '/partners ', '/kpi edit ', '/kpi new ', 'join '])(
    '“%s…” with text that is too long never breaks an answer',
    async (start) => {
      const seen = await lead.say(`${start}${'é'.repeat(3000)}`);
      expect(seen.answer).not.toMatchObject({ failed: 'bug' });
      await nothingSaved();
    },
  );

  test.each(['/kpi attendance 93.2 \u0000flu', '/kpi \u0000', '/zzz\u0000', '/kpi attendance 93.2 \ud800', '/partners \u0007bell'])(
    'a character that cannot be kept (%j) is refused, with the words given back',
    async (words) => {
      const seen = await lead.say(words);
      expect(seen.title).toBe('Not saved. There is a character in it that cannot be kept (shown as ␀).');
      expect(seen.text).toContain(words.replaceAll('\u0000', '␀').replaceAll('\u0007', '␀').toWellFormed());
      await nothingSaved();
    },
  );

  test('in a form too, beside the field that has it', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    const wrong = await lead.submit(form, { value: '18.4', note: 'flu\u0000' });
    expect(wrong.fields()).toEqual({ note: 'There is a character in it that cannot be kept. Write it anew.' });
    expect(wrong.form().fields.find(({ name }) => name === 'note')?.value).toBe('flu␀');
    await nothingSaved();
  });

  test('a long note beside a long link is asked to come in two steps', async () => {
    const form = await lead.press(await lead.say('/kpi'), 'Log');
    const wrong = await lead.submit(form, { value: '18.4', note: 'é'.repeat(500), evidence: `https://example.org/${'x'.repeat(400)}` });
    expect(wrong.fields()).toEqual({
      evidence: 'The note and the link are too long together. Save the reading first, then press Add evidence.',
    });
  });
});

describe('a pupil’s number or date of birth', () => {
  // A UPN whose check letter agrees (weighted sum 53, 53 mod 23 = 7, the eighth letter), and the NHS's own example number.
  const UPN = 'H801200001001';
  const NHS = '943 476 5919';
  const BORN = 'Ann Example, born 3 March 2015';
  const TELLING = [UPN, NHS, BORN];
  const slack = { platform: 'slack' as const, to: { channel: 'D1' } };

  const said: [string, (telling: string) => Promise<Seen>][] = [
    ['a note', (telling) => lead.say(`/kpi attendance 93.2 seen ${telling} today`)],
    ['the note of a figure that is asked', (telling) => lead.say(`/kpi attendance 932 seen ${telling} today`)],
    ['the note of an unclear figure', (telling) => lead.say(`/kpi attendance ninety seen ${telling} today`)],
    ['a note after an unknown name', (telling) => lead.say(`/kpi attendnce 93.2 ${telling}`)],
    ['an unknown name', (telling) => lead.say(`/kpi zzz ${telling}`)],
    ['an unknown command', (telling) => lead.say(`zzz ${telling}`)],
    ['a locality', (telling) => lead.say(`/partners ${telling}`)],
    ['a KPI to edit', (telling) => lead.say(`/kpi edit ${telling}`)],
    ['a message that opens a form', (telling) => lead.ask({ kind: 'words', text: `kpi new ${telling}` }, undefined, { answerBy: slack })],
    ['a message that is refused', (telling) => lead.ask({ kind: 'words', text: `partners ${telling}` }, undefined, { answerBy: slack })],
    [
      'the note of the form',
      async (telling) => lead.submit(await lead.press(await lead.say('/kpi'), 'Log'), { value: '18.4', note: telling }),
    ],
    [
      'a link in the form',
      async (telling) =>
        lead.submit(await lead.press(await lead.say('/kpi'), 'Log'), { value: '18.4', evidence: `https://example.org/${telling}` }),
    ],
    ['a definition', async (telling) => lead.submit(await lead.say('/kpi new'), { name: 'Clubs', definition: `As for ${telling}` })],
    ['a name of a KPI', async (telling) => lead.submit(await lead.say('/kpi new'), { name: `Clubs ${telling}`, definition: 'Clubs' })],
    ['an invited post', async (telling) => lead.submit(await lead.say('/partners invite'), { people: `${telling}, Police Wakefield` })],
  ];

  test.each(said.flatMap(([where, ask]) => TELLING.map((telling) => ({ where, telling, ask }))))(
    '$telling in $where is kept nowhere',
    async ({ telling, ask }) => {
      const seen = await ask(telling);
      expect(seen.answer).not.toMatchObject({ failed: 'bug' });
      if (seen.answer.kind === 'card') expect(seen.text, 'nor repeated').not.toContain(telling);
      const kept = await everythingIn(bot.database.db);
      const log = bot.logged.join('\n');
      for (const part of [telling, telling.replaceAll(' ', ''), telling.toLowerCase(), 'Ann Example'])
        expect(kept.includes(part) || log.includes(part), `“${part}” is in the database or the log`).toBe(false);
      await nothingSaved();
    },
  );

  test('the answer says where else to delete it', async () => {
    expect((await lead.say(`/kpi attendance 93.2 seen ${UPN}`)).text).toContain("a pupil's number (UPN)");
    const identity = { platform: 'teams' as const, tenant: 'T', user: 'U' };
    const { id } = await bot.database.db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
    await bot.database.db.identity.create({
      data: { id: bot.core.newId(), personId: id, ...identity, linkedAt: new Date(0), how: 'code' },
    });
    const teams = await bot.conversation(identity).say(`kpi attendance 93.2 seen ${NHS}`);
    expect(teams.text).toContain('Your message is still in Teams: delete it there (hover over it → More options → Delete).');
  });

  test('control: an ordinary note is found by the same search', async () => {
    await lead.say('/kpi attendance 93.2 flu in two schools');
    expect(await everythingIn(bot.database.db)).toContain('flu in two schools');
  });

  test('control: ten digits that are no NHS number pass', async () => {
    await lead.say('/kpi attendance 93.2 call 0113 496 0000');
    expect((await saved())[0]?.note).toBe('call 0113 496 0000');
  });
});
