import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';

// An owner rates, on a Thursday in November; the data say something else; others rate meanwhile.

let bot: TestBot;
let owner: Awaited<ReturnType<TestBot['as']>>;
let head: typeof owner;
let lead: typeof owner;
let coordinator: typeof owner;
let ids: Record<string, string>;

const OWNER = 'wakefield.earlyhelp';
const SHARE: Planned = {
  number: 12,
  title: 'Share early-help data with hubs',
  owner: OWNER,
  deputy: 'wakefield.coordinator',
  due: '2026-11-13',
  successMeasure: 'All eight hubs see the data',
  steps: [
    { text: 'Draft the agreement', due: '2026-10-01', done: '2026-10-02' },
    { text: 'Sign it in all hubs', due: '2026-11-06', done: null },
  ],
  ratings: [{ rating: 'amber', at: '2026-10-29', by: OWNER, reason: 'waiting for health' }],
};
const RECRUIT: Planned = {
  number: 7,
  title: 'Recruit two education welfare officers',
  owner: OWNER,
  due: '2027-01-29',
  ratings: [{ rating: 'red', at: '2026-11-02', by: OWNER, reason: 'two failed adverts', remedy: 'a joint post', remedyBy: '2027-01-29' }],
};
const VISITS: Planned = { number: 31, title: 'Transition visits', owner: 'wakefield.head.1', due: '2027-07-16' };
const VOICE: Planned = { number: 22, title: 'Parent voice group', owner: OWNER, due: '2027-03-26' };

beforeAll(async () => {
  bot = await testBot();
  owner = await bot.as(OWNER);
  head = await bot.as('wakefield.head.1');
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());
beforeEach(async () => {
  ids = await setPlan(bot, [RECRUIT, SHARE, VOICE, VISITS]);
});

const ratings = (code: string) => ratingsIn(bot, ids[code]);

describe('green', () => {
  test('is saved at once, then asked about when the figures say something else', async () => {
    const seen = await owner.say('/rag 12 green');
    expect(seen.text).toBe(
      [
        'WAK-12 Share early-help data with hubs: Amber → Green (you)',
        'It was due on 13 Nov and one step is open. What makes it green?',
        '[Say why]  [Make it amber]  [It is complete]',
      ].join('\n'),
    );
    expect(await ratings('WAK-12')).toEqual(['v1 amber, waiting for health', 'v2 green']);
  });

  test('says why in a form: a new rating with its reason, and nothing is asked any more', async () => {
    const form = await owner.press(await owner.say('/rag 12 green'), 'Say why');
    expect((await owner.submit(form, { reason: ' ' })).fields()).toEqual({ reason: 'Say what makes it green.' });
    const seen = await owner.submit(form, { reason: 'seven of eight have signed' });
    expect(seen.text).toContain('seven of eight have signed.');
    expect(seen.labels).toEqual(['Show the action']);
    expect((await ratings('WAK-12')).at(-1)).toBe('v3 green, seven of eight have signed');
  });

  test('typed with its reason is not asked about', async () => {
    const seen = await owner.say('rag WAK-12: green, seven of eight have signed');
    expect(seen.labels).toEqual(['Show the action']);
  });

  test('control: of an action that is on time nothing is asked', async () => {
    const seen = await owner.say('/rag 7 green');
    expect(seen.title).toBe('WAK-7 Recruit two education welfare officers: Red → Green (you)');
    expect(seen.labels).toEqual(['Show the action']);
  });

  test.each([
    ['/rag WAK-12 on track'],
    ['rag wak12 Green'],
    ['/action 12 🟢'],
    ['/commoncause rag 12 g'],
    ['rag green 12'],
    ['/rag #12 GREEN.'],
  ])('“%s” says the same', async (words) => {
    expect((await owner.say(words)).title).toContain('Amber → Green (you)');
  });
});

describe('amber and red', () => {
  test('amber with its reason is one line', async () => {
    const seen = await owner.say('/rag 12 amber waiting for the data agreement');
    expect(seen.text).toContain('WAK-12 Share early-help data with hubs: Amber as before (you)\nwaiting for the data agreement.');
    expect((await ratings('WAK-12')).at(-1)).toBe('v2 amber, waiting for the data agreement');
  });

  test('amber without a reason is asked for it, and nothing is saved before', async () => {
    const form = await owner.say('/rag 22 amber');
    expect(form.title).toBe('WAK-22: Amber');
    expect((await owner.submit(form, {})).fields()).toEqual({ reason: 'Say what is in the way.' });
    expect(await ratings('WAK-22')).toEqual([]);
    expect((await owner.submit(form, { reason: 'few parents' })).title).toBe('WAK-22 Parent voice group: Amber (you)');
    expect(await ratings('WAK-22')).toEqual(['v1 amber, few parents']);
  });

  test('a red rating without a reason is asked for one, with the small print and the meaning of red', async () => {
    const form = await owner.say('/rag 22 red');
    expect(form.form().intro).toBe('Parent voice group: Red, off track: late or short unless somebody outside the team helps or decides.');
    expect(form.form().fields.map(({ label }) => label)).toEqual(['What is in the way?', 'What would put it right, and by when?']);
    expect(form.form().fields.at(-1)?.hint).toContain(
      'Others in the partnership read this, and a council may have to release it: say what is in the way, not who.',
    );
    expect((await owner.submit(form, {})).fields()).toMatchObject({ reason: 'Say what is in the way.', remedy: expect.any(String) });
    expect(await ratings('WAK-22')).toEqual([]);
  });

  test('what was typed behind red stands in the form, and "by January" is echoed in full', async () => {
    const form = await owner.say('/rag 22 red no parent has come twice');
    expect(form.form().fields[0]?.value).toBe('no parent has come twice');
    const seen = await owner.submit(form, { remedy: 'a visit to each school, by January' });
    expect(seen.text).toContain('31 January is a Sunday: moved to Monday 1 February.');
    expect(seen.text).toContain('no parent has come twice. To put it right: a visit to each school, by Monday 1 February 2027.');
    expect(await ratings('WAK-22')).toEqual(['v1 red, no parent has come twice, to put it right: a visit to each school, by 2027-02-01']);
  });

  test.each([
    ['a post, 1 March', 'to put it right: a post, by 2027-03-01'],
    ['a post: next Friday', 'to put it right: a post, by 2026-11-27'],
    ['a post, by Christmas Day', 'to put it right: a post, by 2026-12-29'],
    ['a post for two years, by 1 March', 'to put it right: a post for two years, by 2027-03-01'],
  ])('“%s” says what would put it right, and by when', async (remedy, expected) => {
    await owner.submit(await owner.say('/rag 22 red no parent has come twice'), { remedy });
    expect(await ratings('WAK-22')).toEqual([`v1 red, no parent has come twice, ${expected}`]);
  });

  test.each([
    ['a joint post', 'Say by when, too'],
    ['a joint post, by Januray', 'Did you mean Sunday 31 January 2027?'],
    ['a joint post, by 1 November 2026', 'Sunday 1 November 2026 has passed'],
    ['a joint post, by 1 March 2072', 'more than ten years away'],
    ['by January', 'Say what would put it right, too.'],
    ['agreed by the board', 'Say by when, too'],
  ])('“%s” as what would put it right is asked: %s', async (remedy, expected) => {
    const form = await owner.say('/rag 22 red no parent has come twice');
    const wrong = await owner.submit(form, { remedy });
    expect(wrong.fields().remedy).toContain(expected);
    expect(wrong.form().fields.map(({ value }) => value)).toEqual(['no parent has come twice', remedy]);
    expect(await ratings('WAK-22')).toEqual([]);
  });

  test('where nobody knows by when, that can be said', async () => {
    const form = await owner.say('/rag 22 red no parent has come twice');
    const saved = await owner.submit(form, { remedy: 'a decision of the board, by when is not known' });
    expect(saved.text).toContain('To put it right: a decision of the board, by when is not known');
    expect(await ratings('WAK-22')).toEqual([
      'v1 red, no parent has come twice, to put it right: a decision of the board, by when is not known',
    ]);
    // Sent again as it stands, it is still an answer.
    await owner.submit(await owner.say('/rag 22 red still nobody'), {});
    expect(await ratings('WAK-22')).toHaveLength(2);
  });

  test("a child's number in a reason is neither saved nor repeated", async () => {
    const form = await owner.say('/rag 22 amber');
    expect((await owner.submit(form, { reason: 'H801200001001 is away' })).fields().reason).toContain("pupil's number");
    expect(await ratings('WAK-22')).toEqual([]);
  });

  test('a reason that is too long is given back whole', async () => {
    const seen = await owner.say(`/rag 22 amber ${'late '.repeat(250)}`);
    expect(seen.title).toContain('Not saved. The note has 1,249 characters; 1,000 fit.');
    expect(seen.text).toContain('late late');
    expect(await ratings('WAK-22')).toEqual([]);
  });

  test('the longest reason there may be travels in the buttons of a question', async () => {
    const reason = `ambr ${'é'.repeat(590)}`;
    const asked = await owner.say(`/rag 22 ${reason}`);
    expect(asked.title).toContain('Did you mean amber?');
    for (const { press } of asked
      .card()
      .parts.flatMap((part) => (part.type === 'buttons' ? part.buttons : []))
      .flatMap((button) => ('press' in button ? [button] : [])))
      expect(press.token.length).toBeLessThanOrEqual(2_000);
    await owner.press(asked, 'Yes, amber');
    expect(await ratings('WAK-22')).toEqual([`v1 amber, ${'é'.repeat(590)}`]);
  });
});

describe('same as before', () => {
  test('is the same word once more; an amber keeps its reason', async () => {
    const seen = await owner.press(await owner.say('/rag 12'), 'Same as before');
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Amber as before (you)');
    expect(await ratings('WAK-12')).toEqual(['v1 amber, waiting for health', 'v2 amber, waiting for health']);
  });

  test('a red keeps its reason, what would put it right, and by when', async () => {
    await owner.say('/rag 7 same');
    expect((await ratings('WAK-7')).at(-1)).toBe('v2 red, two failed adverts, to put it right: a joint post, by 2027-01-29');
  });

  test('a red whose day has passed is asked anew: by button a form, by word a question', async () => {
    const passed = { ...RECRUIT, ratings: [{ ...(RECRUIT.ratings?.[0] as object), remedyBy: '2026-11-13' }] } as Planned;
    ids = await setPlan(bot, [passed]);
    const asked = await owner.say('/rag 7 same');
    expect(asked.title).toContain('the date by which it was to be put right has passed');
    const form = await owner.press(asked, 'Same as before');
    expect(form.form().fields.map(({ value }) => value)).toEqual(['two failed adverts', 'a joint post, by 13 November 2026']);
    expect((await owner.submit(form, {})).fields().remedy).toContain('Friday 13 November 2026 has passed');
    expect(await ratings('WAK-7')).toHaveLength(1);
    await owner.submit(form, { remedy: 'a joint post, by end of term' });
    expect((await ratings('WAK-7')).at(-1)).toContain('by 2026-12-18');
  });

  test('where nobody has rated there is nothing to repeat', async () => {
    const seen = await owner.say('/rag 22 same');
    expect(seen.title).toBe('Not saved. WAK-22 Parent voice group: no rating yet; what is it?');
    expect(seen.labels).toEqual(['Green', 'Amber', 'Red', 'Complete']);
  });
});

describe('a colour that is none', () => {
  test('a near one is asked, with what followed it as its reason', async () => {
    const asked = await owner.say('/rag 12 ambr waiting for the agreement');
    expect(asked.title).toBe('Not saved. WAK-12 Share early-help data with hubs: “ambr” is no rating that I know. Did you mean amber?');
    expect(await ratings('WAK-12')).toHaveLength(1);
    await owner.press(asked, 'Yes, amber');
    expect((await ratings('WAK-12')).at(-1)).toBe('v2 amber, waiting for the agreement');
  });

  test.each([
    ['complte', 'complete', 'Complete'],
    ['stoped', 'stopped', 'Stop'],
  ])('what is near to “%s” opens the form that %s needs, and saves nothing itself', async (word, meant, title) => {
    const asked = await lead.say(`/rag 12 ${word}`);
    expect((await lead.press(asked, `Yes, ${meant}`)).form().title).toContain(title);
    expect(await ratings('WAK-12')).toHaveLength(1);
  });

  test('an unknown one is asked, and the words go into the form', async () => {
    const asked = await owner.say('/rag 12 purple haze');
    expect(asked.title).toBe('Not saved. WAK-12 Share early-help data with hubs: I do not know “purple haze”. What is it?');
    const form = await owner.press(asked, 'Amber');
    expect(form.form().fields[0]?.value).toBe('purple haze');
  });
});

describe('whose it is', () => {
  test("somebody else's action is not rated by a partner; it says whose it is, and they can raise it", async () => {
    const seen = await head.say('/rag 12 green');
    expect(seen.title).toBe(
      'Not saved. WAK-12 is not yours to rate. It belongs to: Early help manager, Wakefield; stands in: Wakefield coordinator.',
    );
    expect(seen.labels).toEqual(['Raise a worry']);
    expect(await ratings('WAK-12')).toHaveLength(1);
  });

  test('the form is refused as well, and so is a press or a form after the role has ended', async () => {
    expect((await head.say('/rag 12 red')).title).toContain('not yours to rate');
    const card = await owner.say('/rag 12');
    const form = await owner.press(card, 'Amber');
    const { personId, id } = await bot.database.db.role.findFirstOrThrow({ where: { person: { email: `${OWNER}@example.org` } } });
    expect(personId).toBeTruthy();
    const before = await bot.database.db.role.findUniqueOrThrow({ where: { id } });
    await bot.database.db.role.update({ where: { id }, data: { to: new Date('2026-11-18') } });
    expect((await owner.press(card, 'Green')).title).toContain('I cannot find this action');
    expect((await owner.submit(form, { reason: 'late' })).title).toContain('I cannot find this action');
    await bot.database.db.role.update({ where: { id }, data: { to: before.to } });
    expect(await ratings('WAK-12')).toHaveLength(1);
  });

  test('the deputy rates it as their own', async () => {
    const seen = await coordinator.say('/rag 12 green');
    expect(seen.text).not.toContain('You rated it for');
  });

  test('a pilot lead may rate for its owner, and the card says who rated', async () => {
    const seen = await lead.say('/rag 12 amber health has not answered');
    expect(seen.text).toContain('You rated it for: Early help manager, Wakefield; stands in: Wakefield coordinator.');
    expect((await owner.say('/rag 12')).text).toContain('Amber, 19 Nov (Wakefield pilot lead): health has not answered.');
  });

  test('what may not be read does not exist: a code of another locality is as unknown as one that there is not', async () => {
    ids = await setPlan(bot, [SHARE, { ...VISITS, locality: 'Rochdale', owner: null }]);
    const rochdale = Object.keys(ids).find((code) => !code.startsWith('WAK')) as string;
    const [other, none] = [await owner.say(`/rag ${rochdale} green`), await owner.say('/rag XYZ-31 green')];
    expect(other.title).toBe(`There is no ${rochdale} that you can see. Nothing was saved. Type rag to see yours.`);
    expect(none.title).toBe('There is no XYZ-31 that you can see. Nothing was saved. Type rag to see yours.');
  });

  test('a number that there is not offers the near ones, and the rest of the words goes with them', async () => {
    const seen = await owner.say('/rag 13 amber waiting for health');
    expect(seen.title).toBe('There is no WAK-13 that you can see. Nothing was saved. Did you mean one of these?');
    expect(seen.labels).toEqual(['WAK-12']);
    expect((await owner.press(seen, 'WAK-12')).title).toContain('Amber as before (you)');
    expect((await ratings('WAK-12')).at(-1)).toBe('v2 amber, waiting for health');
  });

  test('a number alone that several localities have is asked: which?', async () => {
    const adviser = await bot.as('pilot1.adviser');
    const other = (await bot.database.db.locality.findFirstOrThrow({
      where: { pilot: { localities: { some: { name: 'Wakefield' } } }, NOT: { name: 'Wakefield' } },
    })) as { name: string; prefix: string };
    ids = await setPlan(bot, [SHARE, { ...SHARE, locality: other.name, owner: null, deputy: null, ratings: [] }]);
    const asked = await adviser.say('/rag 12 green');
    expect(asked.title).toContain('Which one do you mean? 2 localities have this number. Nothing was saved.');
    expect(asked.labels.toSorted()).toEqual([`${other.prefix}-12`, 'WAK-12'].toSorted());
    expect((await owner.say('/rag 12 green')).title).toContain('WAK-12');
  });

  test('the evaluators read who rated as a group, and do not rate', async () => {
    const evaluator = await bot.as('evaluator');
    await lead.say('/rag 12 amber health has not answered');
    const seen = await evaluator.say('/rag WAK-12');
    expect(seen.text).toContain('Amber, 19 Nov (somebody in Wakefield): health has not answered.');
    expect(seen.text).not.toMatch(/manager|lead|coordinator/u);
    expect(seen.labels).toEqual(['History', 'Why?', 'Dashboard']);
    expect((await evaluator.press(seen, 'History')).text).not.toMatch(/manager|lead|coordinator/u);
    const refused = await evaluator.say('/rag WAK-12 green');
    expect(refused.title).toContain('is not yours to rate');
    expect(refused.labels).toEqual([]);
  });
});

describe('two people at once', () => {
  test('both ratings are kept, and the second sees the first', async () => {
    const [one, other] = await Promise.all([owner.say('/rag 12 green'), coordinator.say('/rag 12 amber health has not answered')]);
    expect(await ratings('WAK-12')).toHaveLength(3);
    const second = (await ratings('WAK-12')).at(-1)?.startsWith('v3 green') ? one : other;
    expect(second.text).toMatch(/Meanwhile .* said (?:amber|green), 14:00/u);
    expect(second.text).toContain('Both are kept.');
    const first = second === one ? other : one;
    expect(first.text).not.toContain('Meanwhile');
    expect((await lead.say('/rag 12')).text).toContain('Does not agree:');
  });

  test('a form that stays open still works after somebody else rated, and says what was said meanwhile', async () => {
    const form = await owner.say('/rag 12 red no agreement');
    await coordinator.say('/rag 12 amber health has answered');
    const seen = await owner.submit(form, { remedy: 'a letter of the board, by January' });
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Amber → Red (you)');
    expect(seen.text).toContain('Meanwhile Wakefield coordinator said amber, 14:00: health has answered. Both are kept.');
    expect(await ratings('WAK-12')).toHaveLength(3);
  });

  test('the same press twice saves one rating', async () => {
    const card = await owner.say('/rag 7');
    await owner.press(card, 'Green');
    const again = await owner.press(card, 'Green');
    expect(again.text).toContain('It was saved already: nothing changed.');
    expect(await ratings('WAK-7')).toHaveLength(2);
  });

  test('control: the same word typed twice is two ratings, because each is an update', async () => {
    await owner.say('/rag 7 green');
    await owner.say('/rag 7 green');
    expect(await ratings('WAK-7')).toHaveLength(3);
  });
});

describe('what rested', () => {
  test.each(['complete', 'on_hold', 'stopped'] as const)('rating an action that is %s opens it again, and it says so', async (rating) => {
    ids = await setPlan(bot, [{ ...RECRUIT, ratings: [{ rating, at: '2026-11-02', by: OWNER, reason: 'the board said so' }] }]);
    const word = { complete: 'complete', on_hold: 'on hold', stopped: 'stopped' }[rating];
    expect((await owner.say('/rag 7 green')).text).toContain(`It was ${word}: it is open again.`);
  });

  test('there is no same as before for what is closed', async () => {
    ids = await setPlan(bot, [{ ...RECRUIT, ratings: [{ rating: 'complete', at: '2026-11-02', by: OWNER, reason: 'both have started' }] }]);
    expect((await owner.say('/rag 7')).labels).not.toContain('Same as before');
    expect((await owner.say('/rag 7 same')).title).toContain('nothing is expected of it now');
  });
});

describe('complete', () => {
  test('asks what shows it, with the success measure', async () => {
    const form = await owner.say('/rag 12 complete');
    expect(form.form().intro).toContain('All eight hubs see the data');
    expect(await ratings('WAK-12')).toHaveLength(1);
  });
});

test('an adviser who types complete gets their own card, where one press confirms it', async () => {
  ids = await setPlan(bot, [{ ...SHARE, ratings: [{ rating: 'complete', at: '2026-11-12', by: OWNER, reason: 'all eight see it' }] }]);
  const adviser = await bot.as('pilot1.adviser');
  const card = await adviser.say('/rag WAK-12 complete');
  expect((await adviser.press(card, 'Complete')).title).toContain('Complete (you)');
  expect(await ratingsIn(bot, ids['WAK-12'], 'independent')).toEqual(['v1 complete']);
  expect(await ratings('WAK-12')).toHaveLength(1);
});

test('a rating costs at most nine statements, BEGIN and COMMIT included', async () => {
  await owner.say('/rag 7 green');
  bot.database.forget();
  await owner.say('/rag 7 green');
  expect(bot.database.statements.length, bot.database.statements.join('\n')).toBeLessThanOrEqual(9);
  expect(bot.database.statements.length, 'the count sees what is sent').toBeGreaterThanOrEqual(5);
});
