import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { ratingsIn, setPlan } from '../support/plan.ts';

// What the colours mean: shown on somebody's first rating, then one press; versioned by the administrator.

let bot: TestBot;
let owner: Awaited<ReturnType<TestBot['as']>>;
let admin: typeof owner;
let ids: Record<string, string>;

const OWNER = 'wakefield.earlyhelp';
const MEANS = 'may be late or fall short; we know what to do and can do it ourselves';

beforeAll(async () => {
  bot = await testBot();
  owner = await bot.as(OWNER);
  admin = await bot.as('admin');
});
afterAll(() => bot.close());
beforeEach(async () => {
  ids = await setPlan(bot, [{ number: 7, title: 'Recruit two officers', owner: OWNER, due: '2027-01-29' }]);
});

describe('on somebody’s first rating', () => {
  test('they stand with the buttons, until the first rating is given', async () => {
    const first = await owner.say('/rag 7');
    expect(first.text).toContain('What the colours mean (shown until your first rating)');
    expect(first.text).toContain(MEANS);
    await owner.press(first, 'Green');
    expect((await owner.say('/rag 7')).text).not.toContain('What the colours mean');
  });

  test('a rating that is typed shows them once, under what was saved', async () => {
    expect((await owner.say('/rag 7 green')).text).toContain(MEANS);
    expect((await owner.say('/rag 7 green')).text).not.toContain(MEANS);
  });

  test.each([
    ['done', { shows: 'both have started' }],
    ['hold', { decidedBy: 'the board', learned: 'no money before April' }],
    ['stop', { decidedBy: 'the board', learned: 'nobody applied' }],
  ])('one whose first is “%s” is shown them once, under what was saved', async (verb, said) => {
    const lead = await bot.as('wakefield.lead');
    expect((await lead.submit(await lead.say(`/rag 7 ${verb}`), said)).text).toContain(MEANS);
    expect((await lead.say('/rag 7 green')).text).not.toContain(MEANS);
  });

  test('whoever never rated is not told that they changed since', async () => {
    await admin.submit(await admin.press(await admin.say('/rag definitions'), 'Change'), { amber: 'at risk: say so early' });
    const seen = await owner.say('/rag 7');
    expect(seen.text).toContain('What the colours mean (shown until your first rating)');
    expect(seen.text).toContain('at risk: say so early');
  });

  test('one after the other they are shown with the first card, and not with the second', async () => {
    await setPlan(bot, [
      { number: 7, title: 'Recruit two officers', owner: OWNER, due: '2027-01-29' },
      { number: 8, title: 'Train them', owner: OWNER, due: '2027-01-29' },
    ]);
    const first = await owner.say('/rag next');
    expect(first.text).toContain(MEANS);
    expect((await owner.press(first, 'Green')).text).not.toContain(MEANS);
  });

  test('whoever may not rate is not shown them on every card', async () => {
    expect((await (await bot.as('evaluator')).say('/rag WAK-7')).text).not.toContain('What the colours mean');
  });
});

describe('rag definitions', () => {
  test('shows them to anybody; only the administrator may change them', async () => {
    const seen = await owner.say('/rag definitions');
    expect(seen.text).toContain(MEANS);
    expect(seen.labels).toEqual([]);
    const change = (await admin.say('/rag definitions')).button('Change');
    // The button was made for the administrator, and nobody else can press it.
    expect((await owner.ask({ kind: 'press', token: change.token })).title).toContain('was not made for you');
  });

  test('a change is a new version; owners see the new words once, and old ratings keep theirs', async () => {
    await owner.say('/rag 7 green');
    const form = await admin.press(await admin.say('/rag definitions'), 'Change');
    const saved = await admin.submit(form, { amber: 'at risk: say so early' });
    expect(saved.title).toBe('Saved. Everybody sees the new words once, at their next rating.');
    const seen = await owner.say('/rag 7');
    expect(seen.text).toContain('What the colours mean now (changed since you last rated)');
    expect(seen.text).toContain('at risk: say so early');
    await owner.press(seen, 'Same as before');
    expect((await owner.say('/rag 7')).text).not.toContain('What the colours mean');
    const rows = await bot.database.db.rating.findMany({ where: { actionId: ids['WAK-7'] as string }, orderBy: { version: 'asc' } });
    expect(rows.map(({ definitionVersion }) => definitionVersion)).toEqual([1, 2]);
    expect((await owner.say('/rag 7 amber')).form().intro).toContain('Amber, at risk: say so early.');
  });

  test('empty or too long words are asked at their field, and what was written stays', async () => {
    const form = await admin.press(await admin.say('/rag definitions'), 'Change');
    const wrong = await admin.submit(form, { green: ' ', red: 'x'.repeat(201) });
    expect(wrong.fields()).toEqual({ green: 'Say what it means.', red: 'At most 200 characters fit.' });
    expect(wrong.form().fields.find(({ name }) => name === 'red')?.value).toBe('x'.repeat(201));
    expect(await bot.database.db.ratingDefinition.count()).toBe(0);
  });

  test('the same words are no new version', async () => {
    const form = await admin.press(await admin.say('/rag definitions'), 'Change');
    expect((await admin.submit(form, {})).title).toBe('Nothing changed: these are the words in use.');
    expect(await bot.database.db.ratingDefinition.count()).toBe(0);
  });

  test('two changes at once: the second is told of the first and may replace it', async () => {
    const form = await admin.press(await admin.say('/rag definitions'), 'Change');
    await admin.submit(form, { amber: 'at risk: say so early' });
    const late = await admin.submit(form, { green: 'on track: all is well' });
    // Each colour in which theirs and the other's words differ.
    expect(late.fields()).toEqual({
      green: expect.stringContaining('Somebody changed them meanwhile. This is now: “'),
      amber: 'Somebody changed them meanwhile. This is now: “at risk: say so early”. Send yours again to replace it.',
    });
    await admin.submit(late, {});
    expect((await owner.say('/rag definitions')).text).toContain('on track: all is well');
    expect(await bot.database.db.ratingDefinition.count()).toBe(2);
  });

  test('control: nothing of this rates anything', async () => {
    expect(await ratingsIn(bot, ids['WAK-7'])).toEqual([]);
  });
});
