import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// Where an adviser rates otherwise, the owner is invited, once, to answer.

type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let adviser: Person;
let owner: Person;
let deputy: Person;
let lead: Person;

beforeAll(async () => {
  bot = await testBot();
  adviser = await bot.as('pilot1.adviser');
  owner = await bot.as('wakefield.head.1');
  deputy = await bot.as('wakefield.coordinator');
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());

beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await setPlan(bot, [
    {
      number: 19,
      title: 'Data agreement with health',
      owner: 'wakefield.head.1',
      deputy: 'wakefield.coordinator',
      due: '2027-03-01',
      ratings: [
        { rating: 'red', at: '2026-11-16', by: 'wakefield.head.1', reason: 'no lawyer', remedy: 'a lawyer' },
        { rating: 'amber', at: '2026-11-17', by: 'pilot1.adviser', kind: 'independent', reason: 'a lawyer is found' },
      ],
    },
  ]);
});

const INVITED = 'WAK-19 Data agreement with health: adviser says amber: worth a talk';
const invited = async (who: Person) => (await who.say('/rag')).text.includes(INVITED);
const answers = async () =>
  (await bot.database.db.actionComment.findMany({ where: { answersId: { not: null } }, orderBy: { seq: 'asc' } })).map(({ text }) => text);

describe('a difference', () => {
  test('waits for the owner, on /rag, the home card and the action', async () => {
    expect(await invited(owner)).toBe(true);
    const home = await owner.say('/commoncause');
    expect(home.text).toContain(`${INVITED}\n[Answer]  [Leave it]`);
    const card = await owner.say('/rag WAK-19');
    expect(card.text).toContain('Does not agree: adviser says amber.');
    expect(card.text).toContain('Adviser says amber: worth a talk. A lawyer is found.\n[Answer]  [Leave it]');
  });

  test('waits for nobody else; whoever leads the plan may answer on its card', async () => {
    for (const who of [deputy, lead, adviser]) expect(await invited(who)).toBe(false);
    expect((await lead.say('/rag WAK-19')).labels).toContain('Answer');
    expect((await adviser.say('/rag WAK-19')).labels).not.toContain('Answer');
    const colleague = await bot.as('wakefield.head.2');
    expect((await colleague.say('/rag WAK-19')).labels).not.toContain('Answer');
  });

  test('waits for the deputy once the owner has left', async () => {
    const { db } = bot.database;
    const mine = { personId: owner.account.user };
    await db.role.updateMany({ where: mine, data: { to: new Date('2026-11-18') } });
    try {
      expect(await invited(deputy)).toBe(true);
    } finally {
      await db.role.updateMany({ where: mine, data: { to: null } });
    }
  });

  test('is no more when they agree', async () => {
    await owner.say('/rag WAK-19 amber a lawyer is found');
    expect(await invited(owner)).toBe(false);
    expect((await owner.say('/rag WAK-19')).labels).not.toContain('Answer');
  });
});

describe('the answer', () => {
  test('stands with the adviser’s rating, and the invitation does not come back', async () => {
    const form = await owner.press(await owner.say('/rag'), 'Answer');
    expect(form.form().intro).toBe('Data agreement with health. The adviser says amber: a lawyer is found');
    const saved = await owner.submit(form, { answer: 'She starts in March.' });
    expect(saved.title).toBe("WAK-19: your answer stands beside the adviser's rating.");
    expect(await invited(owner)).toBe(false);
    for (const who of [owner, adviser])
      expect((await who.say('/rag WAK-19')).text).toMatch(/Answered by .+, 19 Nov: She starts in March\./u);
    expect((await owner.say('/rag WAK-19')).labels).not.toContain('Answer');
    await owner.say('/rag WAK-19 red still no lawyer');
    bot.clock.set('2027-01-11T10:00:00Z');
    expect(await invited(owner)).toBe(false);
  });

  test('may be to leave it as it is', async () => {
    const left = await owner.press(await owner.say('/commoncause'), 'Leave it');
    expect(left.title).toBe('WAK-19: left as it is. You are not asked again about this rating.');
    expect(await invited(owner)).toBe(false);
    expect((await adviser.say('/rag WAK-19')).text).toMatch(/Seen and left as it is by .+, 19 Nov\./u);
    expect(await answers()).toEqual([null]);
  });

  test('is one for each rating: a new one invites anew', async () => {
    await owner.press(await owner.say('/rag'), 'Leave it');
    await adviser.say('/rag WAK-19 green it is signed');
    expect((await owner.say('/rag')).text).toContain('WAK-19 Data agreement with health: adviser says green: worth a talk');
  });

  test('a second press of the same changes nothing; a second answer is given back, not saved', async () => {
    const list = await owner.say('/rag');
    const form = await lead.press(await lead.say('/rag WAK-19'), 'Answer');
    await owner.press(list, 'Leave it');
    expect((await owner.press(list, 'Leave it')).text).toContain('It was saved already: nothing changed.');
    const second = await lead.submit(form, { answer: 'We are on it.' });
    expect(second.title).toBe('Not saved: WAK-19 was answered already. There is one answer to each rating.');
    expect(second.text).toContain('We are on it.');
    expect(await answers()).toEqual([null]);
  });

  test('is one for each rating because the database takes no other', async () => {
    const { db } = bot.database;
    const rating = await db.rating.findFirstOrThrow({ where: { kind: 'independent' } });
    const row = () => ({
      id: bot.core.newId(),
      actionId: rating.actionId,
      answersId: rating.id,
      recordedAt: new Date('2026-11-19T14:00:00Z'),
    });
    await db.actionComment.create({ data: row() });
    await expect(db.actionComment.create({ data: row() })).rejects.toThrow(/Unique constraint/u);
    await db.actionComment.create({ data: { ...row(), answersId: null, text: 'a comment' } });
    expect(await answers()).toHaveLength(1);
  });

  test('two at once: one is kept, and the other is told', async () => {
    const forms = [
      await owner.press(await owner.say('/rag'), 'Answer'),
      await lead.press(await lead.say('/rag WAK-19'), 'Answer'),
    ] as const;
    const seen = await Promise.all([owner.submit(forms[0], { answer: 'Mine.' }), lead.submit(forms[1], { answer: 'Ours.' })]);
    expect(seen.filter(({ title }) => title.startsWith('Not saved'))).toHaveLength(1);
    expect(await answers()).toHaveLength(1);
  });

  test('to a rating that the adviser has given anew since is not saved', async () => {
    const list = await owner.say('/rag');
    await adviser.say('/rag WAK-19 green it is signed');
    const card = await owner.press(list, 'Leave it');
    expect(card.title).toBe('Nothing was saved. The adviser has rated WAK-19 anew: look at it again.');
    expect(card.labels).toEqual(['Show the action']);
    expect(await answers()).toEqual([]);
  });

  test('needs words, and none about a child', async () => {
    const form = await owner.press(await owner.say('/rag'), 'Answer');
    expect((await owner.submit(form, { answer: ' ' })).fields()).toEqual({ answer: 'Write a sentence, or close this and press Leave it.' });
    expect((await owner.submit(form, { answer: 'about A123456789012' })).fields().answer).toContain("pupil's number");
    expect((await owner.submit(form, { answer: 'x'.repeat(1_001) })).fields().answer).toContain('1,000 fit');
    expect(await answers()).toEqual([]);
  });

  test('is the owner’s to give: a press of somebody whose action it is no more saves nothing', async () => {
    const list = await owner.say('/rag');
    await deputy.say('/rag WAK-19 owner me');
    expect((await owner.press(list, 'Leave it')).title).toMatch(/^Nothing was changed\. WAK-19 is not yours/u);
    expect(await answers()).toEqual([]);
  });
});
