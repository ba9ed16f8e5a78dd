import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RoleName } from '../../src/people/permissions.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { ratingsIn, setPlan } from '../support/plan.ts';

// An adviser rates beside the owner: an independent rating has a line of its own, and replaces nothing.

type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let adviser: Person;
let lead: Person;
let ids: Record<string, string>;

beforeAll(async () => {
  bot = await testBot();
  adviser = await bot.as('pilot1.adviser');
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());

/** Thursday 19 November 2026, two in the afternoon. */
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  const { db } = bot.database;
  await db.meeting.deleteMany();
  await db.adviserTie.deleteMany();
  await db.role.deleteMany({ where: { personId: adviser.account.user, role: { not: 'adviser' } } });
  ids = await setPlan(bot, [
    {
      number: 7,
      title: 'Recruit two education welfare officers',
      owner: 'wakefield.lead',
      due: '2026-12-18',
      steps: [
        { text: 'Advertise', due: null, done: null },
        { text: 'Interview', due: null, done: null },
      ],
      ratings: [
        { rating: 'amber', at: '2026-10-14', by: 'pilot1.adviser', kind: 'independent', reason: 'late start' },
        { rating: 'amber', at: '2026-10-20', by: 'wakefield.lead', reason: 'one advert failed' },
        {
          rating: 'red',
          at: '2026-11-18',
          by: 'wakefield.lead',
          reason: 'two failed adverts',
          remedy: 'a joint post',
          remedyBy: '2027-01-29',
        },
      ],
    },
    { number: 9, title: 'Parent voice group', owner: 'wakefield.coordinator', due: '2027-02-01' },
    { number: 4, title: 'Peer reviews', locality: 'Ealing', owner: 'ealing.lead' },
  ]);
});

const give = async (role: RoleName, locality: string) => {
  const { db } = bot.database;
  const { id } = await db.locality.findFirstOrThrow({ where: { name: locality } });
  await db.role.create({
    data: { id: bot.core.newId(), personId: adviser.account.user, role, scopeKind: 'locality', scopeId: id, from: new Date('2026-09-01') },
  });
};

describe('what an adviser sees of an action', () => {
  test('is both ratings, what happened since, and one press', async () => {
    const card = await adviser.say('/rag WAK-7');
    expect(card.text).toBe(
      [
        'WAK-7 Recruit two education welfare officers',
        'Owner: Red, 18 Nov: two failed adverts. To put it right: a joint post, by Friday 29 January 2027.',
        'You: amber in October: late start. Since then: owner from not started to red.',
        'On time: due 18 Dec, 2 steps open',
        '[Same as before]  [Green]  [Amber]  [Red]',
        "Your rating stands beside the owner's; it replaces nothing.",
        '[All of it]  [History]  [Why?]  [Raise a worry]',
      ].join('\n'),
    );
    expect((await adviser.press(card, 'All of it')).text).toContain('Step 2: Interview');
  });

  test('tells what the data say: past its date, its KPIs, and why', async () => {
    await setPlan(bot, [{ number: 7, title: 'Recruit', owner: 'wakefield.lead', due: '2026-10-01', kpis: ['Persistent absence'] }]);
    const card = await adviser.say('/rag WAK-7');
    expect(card.text).toMatch(/\n49 days past its date: due 1 Oct\n/u);
    expect(card.text).toMatch(/\nPersistent absence +(?:on track|close|off track|too early)/u);
    expect((await adviser.press(card, 'Why?')).text).toContain('It is not complete and its due date has passed.');
  });

  test('tells what happened since they last met: what was said, steps, dates', async () => {
    bot.clock.set('2026-11-05T10:00:00Z');
    await adviser.say('/rag meeting wakefield 5 Nov');
    bot.clock.set('2026-11-12T10:00:00Z');
    await lead.say('/rag WAK-7 comment one advert');
    await lead.say('/rag WAK-7 step 2');
    await lead.say('/rag WAK-7 due 1 March');
    bot.clock.set('2026-11-19T14:00:00Z');
    const card = await adviser.say('/rag WAK-7');
    expect(card.text).toContain(
      'You: amber in October: late start. Since you last met: “one advert”, step 2 done, owner from amber to red, date 18 Dec → 1 Mar.',
    );
  });
});

describe('an independent rating', () => {
  test('is given in one line, and leaves what the owner declared alone', async () => {
    const saved = await adviser.say('/rag WAK-7 amber one advert is out');
    expect(saved.text).toBe(
      [
        'WAK-7 Recruit two education welfare officers: Amber as before (you)',
        'one advert is out.',
        'The owner said red on 18 Nov.',
        "Your rating stands beside the owner's; it replaces nothing.",
        '[Show the action]',
      ].join('\n'),
    );
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toEqual(['v1 amber, late start', 'v2 amber, one advert is out']);
    expect(await ratingsIn(bot, ids['WAK-7'])).toEqual([
      'v1 amber, one advert failed',
      'v2 red, two failed adverts, to put it right: a joint post, by 2027-01-29',
    ]);
    const card = await lead.say('/rag WAK-7');
    expect(card.title).toBe('WAK-7 Recruit two education welfare officers: Red');
    expect(card.text).toContain('Adviser             Amber, 19 Nov: one advert is out.');
    expect(card.text).toContain('Does not agree: adviser says amber.');
  });

  test('is given by one press; a green needs no reason', async () => {
    const green = await adviser.press(await adviser.say('/rag WAK-7'), 'Green');
    expect(green.title).toBe('WAK-7 Recruit two education welfare officers: Amber → Green (you)');
    const same = await adviser.press(await adviser.say('/rag WAK-7'), 'Same as before');
    expect(same.title).toBe('WAK-7 Recruit two education welfare officers: Green as before (you)');
  });

  test('a green beside an owner’s red is saved, then a sentence is asked for; beside a green nothing is', async () => {
    const green = await adviser.press(await adviser.say('/rag WAK-7'), 'Green');
    expect(green.text).toContain('The owner sees it otherwise. What makes it green?');
    expect(green.labels).toEqual(['Say why', 'Make it amber']);
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toEqual(['v1 amber, late start', 'v2 green']);
    const form = await adviser.press(green, 'Say why');
    expect(form.form().intro).toContain('The owner sees it otherwise: what do you see that they do not?');
    const said = await adviser.submit(form, { reason: 'the joint post is agreed' });
    expect(said.labels).toEqual(['Show the action']);
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toContain('v3 green, the joint post is agreed');
    await lead.say('/rag WAK-7 green both start in January');
    expect((await adviser.press(await adviser.say('/rag WAK-7'), 'Green')).text).not.toContain('What makes it green?');
  });

  test('an amber and a red are saved once their reason is said; what would put it right is for the owner', async () => {
    const form = await adviser.press(await adviser.say('/rag WAK-9'), 'Red');
    expect(form.form().fields.map(({ name, optional }) => [name, optional ?? false])).toEqual([
      ['reason', false],
      ['remedy', true],
    ]);
    const empty = await adviser.submit(form, { reason: '' });
    expect(empty.fields()).toEqual({ reason: 'Say what is in the way.' });
    expect(await ratingsIn(bot, ids['WAK-9'], 'independent')).toEqual([]);
    const saved = await adviser.submit(empty, { reason: 'nobody leads it' });
    expect(saved.title).toBe('WAK-9 Parent voice group: Red (you)');
    expect(await ratingsIn(bot, ids['WAK-9'], 'independent')).toEqual(['v1 red, nobody leads it']);
    expect(await ratingsIn(bot, ids['WAK-9'])).toEqual([]);
    expect((await adviser.say('/rag WAK-9 amber')).form().title).toBe('WAK-9: Amber');
  });

  test('that it rests, or was not begun, is not for an adviser to say', async () => {
    const refused = await adviser.say('/rag WAK-7 not started');
    expect(refused.text).toBe('Not saved. An adviser rates green, amber, red or complete: not started is for those who lead it to say.');
    for (const words of ['done', 'hold', 'due 1 March']) await adviser.say(`/rag WAK-7 ${words}`);
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toHaveLength(1);
    expect(await ratingsIn(bot, ids['WAK-7'])).toHaveLength(2);
  });

  test('what its owner says is complete can be confirmed', async () => {
    await setPlan(bot, [
      {
        number: 9,
        title: 'Parent voice group',
        owner: 'wakefield.coordinator',
        ratings: [{ rating: 'complete', at: '2026-11-18', reason: 'it meets' }],
      },
    ]);
    const confirmed = await adviser.press(await adviser.say('/rag WAK-9'), 'Complete');
    expect(confirmed.title).toBe('WAK-9 Parent voice group: Complete (you)');
  });

  test("a rating with a child's number in it is not saved, and not repeated", async () => {
    const refused = await adviser.say('/rag WAK-7 amber about A123456789012');
    expect(refused.text).not.toContain('A123456789012');
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toHaveLength(1);
  });
});

describe('two advisers of one pilot', () => {
  test('each sees whose the last rating was; both ratings are kept', async () => {
    const [first, second] = [await bot.as('pilot3.adviser'), await bot.as('pilot3.adviser.2')];
    const looked = await second.say('/rag EAL-4');
    await first.say('/rag EAL-4 amber two schools are missing');
    const card = await second.say('/rag EAL-4');
    expect(card.text).toContain('Adviser, pilot 3: amber, 19 Nov: two schools are missing.');
    expect(card.labels).not.toContain('Same as before');
    const saved = await second.press(looked, 'Green');
    expect(saved.text).toContain('Meanwhile Adviser, pilot 3 said amber, 14:00: two schools are missing. Both are kept.');
    expect(await ratingsIn(bot, ids['EAL-4'], 'independent')).toEqual(['v1 amber, two schools are missing', 'v2 green']);
  });
});

describe('outside their pilot', () => {
  test('there is no such action for an adviser', async () => {
    const card = await adviser.say('/rag EAL-4 green');
    expect(card.title).toBe('There is no EAL-4 that you can see. Nothing was saved. Type rag to see yours.');
    expect(await ratingsIn(bot, ids['EAL-4'], 'independent')).toEqual([]);
  });

  test('what they can read as a partner there they cannot rate', async () => {
    await give('partner', 'Ealing');
    const card = await adviser.say('/rag EAL-4 green');
    expect(card.title).toMatch(/^Not saved\. EAL-4 is not yours to rate\. It belongs to: /u);
    expect(await ratingsIn(bot, ids['EAL-4'], 'independent')).toEqual([]);
    expect(await ratingsIn(bot, ids['EAL-4'])).toEqual([]);
  });

  test('a press from before their role ended saves nothing', async () => {
    const card = await adviser.say('/rag WAK-7');
    const { db } = bot.database;
    const mine = { personId: adviser.account.user, role: 'adviser' };
    await db.role.updateMany({ where: mine, data: { to: new Date('2026-11-18') } });
    try {
      await give('partner', 'Wakefield');
      await adviser.press(card, 'Green');
      expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toHaveLength(1);
      expect(await ratingsIn(bot, ids['WAK-7'])).toHaveLength(2);
    } finally {
      await db.role.updateMany({ where: mine, data: { to: null } });
    }
  });
});

describe('an adviser who leads the place too', () => {
  beforeEach(() => give('lead', 'Wakefield'));

  test('rates as its adviser, is told so, and may rate it for its owner by one press', async () => {
    const saved = await adviser.say('/rag WAK-7 green');
    expect(saved.text).toContain('This is your rating as its adviser. You may rate it for its owner too.');
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toHaveLength(2);
    const forOwner = await adviser.press(saved, 'Rate it for its owner');
    const self = await adviser.press(forOwner, 'Green');
    expect(self.title).toBe('WAK-7 Recruit two education welfare officers: Red → Green (you)');
    expect(self.text).toContain('You rated it for: Wakefield pilot lead.');
    expect(await ratingsIn(bot, ids['WAK-7'])).toHaveLength(3);
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toHaveLength(2);
  });

  test('of an action of their own, a colour is its own rating', async () => {
    ids = await setPlan(bot, [{ number: 8, title: 'Scrutiny', owner: 'pilot1.adviser' }]);
    const saved = await adviser.say('/rag WAK-8 green');
    expect(saved.text).toContain('You are its adviser too.');
    expect(await ratingsIn(bot, ids['WAK-8'])).toEqual(['v1 green']);
    expect(await ratingsIn(bot, ids['WAK-8'], 'independent')).toEqual([]);
    await adviser.press(await adviser.press(saved, 'Rate it as its adviser'), 'Green');
    expect(await ratingsIn(bot, ids['WAK-8'], 'independent')).toEqual(['v1 green']);
  });
});

describe('what else an adviser is there', () => {
  const line = async (who: Person) => (await who.say('/rag WAK-7 history')).text.split('\n')[1];

  test('stands beside each rating from then on, wherever it is read', async () => {
    const said = await adviser.say('/rag tie wakefield I also chair the partnership board.');
    expect(said.title).toBe('Saved: beside your ratings in Wakefield stands that you also: chairs the partnership board.');
    const rated = await adviser.say('/rag WAK-7 green');
    expect(rated.text).toContain('With it stands that you also: chairs the partnership board.');
    const card = await lead.say('/rag WAK-7');
    expect(card.text).toContain('Does not agree: adviser (also chairs the partnership board) says green.');
    expect(card.text).toContain('Green, 19 Nov (also chairs the partnership board)');
    expect(await line(lead)).toContain('Green (adviser, also chairs the partnership board)');
  });

  test('can be taken back; what was kept with a rating stays', async () => {
    await adviser.say('/rag tie wakefield chairs the partnership board');
    await adviser.say('/rag WAK-7 green');
    const back = await adviser.press(await adviser.say('/rag tie wakefield'), 'Take it back');
    expect(back.title).toBe('Taken back: nothing stands beside your ratings in Wakefield.');
    expect(await line(lead)).toContain('also chairs the partnership board');
    await adviser.say('/rag WAK-7 amber one advert');
    expect(await line(lead)).toContain('Amber (adviser)');
  });

  test('a role, an organisation and a board there are found without being said', async () => {
    const { db } = bot.database;
    await give('partner', 'Wakefield');
    const { id } = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    const board = await db.group.findFirstOrThrow({ where: { localityId: id, kind: 'board' } });
    const member = await db.groupMember.create({ data: { id: bot.core.newId(), groupId: board.id, personId: adviser.account.user } });
    try {
      expect((await adviser.say('/rag WAK-9 green')).text).toContain(`you also: is a partner, sits on ${board.name}.`);
    } finally {
      await db.groupMember.delete({ where: { id: member.id } });
    }
  });

  test('the evaluators read that there is something, and not what', async () => {
    await adviser.say('/rag tie wakefield chairs the partnership board');
    await adviser.say('/rag WAK-7 green');
    const evaluator = await bot.as('evaluator');
    expect((await evaluator.say('/rag WAK-7')).text).toContain('Green, 19 Nov (also has another part there)');
    expect((await evaluator.say('/rag WAK-7')).text).not.toContain('chairs');
    expect((await evaluator.say('/rag WAK-7 history')).text).not.toContain('chairs');
  });

  test.each([
    ['too long', `chairs ${'the board and '.repeat(12)}`, /at most 150 characters fit/u],
    ["a child's number", 'teaches A123456789012', /pupil's number/u],
  ])('words that cannot stand there are refused: %s', async (_, words, why) => {
    expect((await adviser.say(`/rag tie wakefield ${words}`)).text).toMatch(why);
    expect(await bot.database.db.adviserTie.count()).toBe(0);
  });

  test('the locality is asked where it was not said, and others are refused', async () => {
    const asked = await adviser.say('/rag tie chairs the board');
    expect(asked.labels).toEqual(['Coventry', 'Rochdale', 'Wakefield', 'Wiltshire']);
    expect((await adviser.press(asked, 'Wakefield')).title).toContain('Wakefield stands that you also: chairs the board');
    expect((await lead.say('/rag tie wakefield chairs the board')).title).toBe(
      'Nothing was changed. Only advisers say what else they are in a locality.',
    );
  });
});
