import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';

// Several people say something of one action: nobody says what another one meant, and nobody's words are thrown away.

type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let owner: Person;
let coordinator: Person;
let ids: Record<string, string>;

const OWNER = 'wakefield.earlyhelp';
const SHARE: Planned = {
  number: 12,
  title: 'Share early-help data with hubs',
  owner: OWNER,
  deputy: 'wakefield.coordinator',
  due: '2027-03-26',
  ratings: [{ rating: 'amber', at: '2026-11-12', by: OWNER, reason: 'waiting for health' }],
};

beforeAll(async () => {
  bot = await testBot();
  owner = await bot.as(OWNER);
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  ids = await setPlan(bot, [SHARE]);
});

const ratings = () => ratingsIn(bot, ids['WAK-12']);
const toRed = async (person: Person) =>
  person.submit(await person.say('/rag 12 red money gone'), { remedy: 'a decision of the board, by January' });

describe('same as before', () => {
  test('is the colour that its card showed, whatever somebody else said since; that is told', async () => {
    const card = await owner.say('/rag 12');
    await toRed(coordinator);
    const seen = await owner.press(card, 'Same as before');
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Red → Amber (you)');
    expect(seen.text).toContain('Meanwhile Wakefield coordinator said red, 14:00: money gone.');
    expect((await ratings()).at(-1)).toBe('v3 amber, waiting for health');
    // The same press once more is the same rating.
    expect((await owner.press(card, 'Same as before')).text).toContain('It was saved already: nothing changed.');
    expect(await ratings()).toHaveLength(3);
  });

  test('so it is one after the other', async () => {
    await setPlan(bot, [{ ...SHARE, ratings: [{ rating: 'amber', at: '2026-10-12', by: OWNER, reason: 'waiting for health' }] }]);
    const card = await owner.say('/rag next');
    ids['WAK-12'] = (await bot.database.db.action.findFirstOrThrow()).id;
    await toRed(coordinator);
    expect((await owner.press(card, 'Same as before')).title).toContain('Red → Amber (you)');
  });

  test('control: from a card that is drawn afterwards it is the red', async () => {
    await toRed(coordinator);
    await owner.press(await owner.say('/rag 12'), 'Same as before');
    expect((await ratings()).at(-1)).toMatch(/^v3 red, money gone/u);
  });

  test("another adviser's rating is not said again in somebody's name, typed or pressed", async () => {
    const adviser = await bot.as('pilot1.adviser');
    ids = await setPlan(bot, [
      { ...SHARE, ratings: [{ rating: 'amber', at: '2026-11-12', by: 'pilot2.adviser', kind: 'independent', reason: 'late start' }] },
    ]);
    const asked = await adviser.say('/rag WAK-12 same');
    expect(asked.title).toBe("Not saved. WAK-12 Share early-help data with hubs: the one before is another adviser's; what do you say?");
    expect(asked.labels).toEqual(['Green', 'Amber', 'Red']);
    expect((await adviser.say('/rag WAK-12')).labels).not.toContain('Same as before');
    expect(await ratingsIn(bot, ids['WAK-12'], 'independent')).toHaveLength(1);
    // Control: their own, they may.
    await adviser.say('/rag WAK-12 amber late start');
    expect((await adviser.say('/rag WAK-12 same')).title).toContain('Amber as before (you)');
  });
});

describe('complete, on hold and stopped', () => {
  test('two people who complete it at once: the words of both are kept, and the second reads the first', async () => {
    const [one, other] = [await owner.say('/rag 12 done'), await coordinator.say('/rag 12 done')];
    await owner.submit(one, { shows: 'all eight hubs log in' });
    const seen = await coordinator.submit(other, { shows: 'the audit found it in use', evidence: 'https://example.org/audit' });
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Complete as before (you)');
    expect(seen.text).toContain('Meanwhile Early help manager, Wakefield said complete, 14:00: all eight hubs log in. Both are kept.');
    expect((await ratings()).slice(1)).toEqual(['v2 complete, all eight hubs log in', 'v3 complete, the audit found it in use']);
    // Control: the same form once more is the same rating.
    expect(
      (await coordinator.submit(other, { shows: 'the audit found it in use', evidence: 'https://example.org/audit' })).title,
    ).toContain('complete already');
    expect(await ratings()).toHaveLength(3);
  });

  test('a form that is sent again with other words is kept too', async () => {
    const form = await owner.say('/rag 12 done');
    await owner.submit(form, { shows: 'all eight hubs log in' });
    await owner.submit(form, { shows: 'all eight hubs log in each week' });
    expect((await ratings()).at(-1)).toBe('v3 complete, all eight hubs log in each week');
  });

  test.each([
    ['hold', 'On hold'],
    ['stop', 'Stopped'],
  ])('so it is with “%s”', async (verb, word) => {
    const lead = await bot.as('wakefield.lead');
    const [one, other] = [await lead.say(`/rag 12 ${verb}`), await coordinator.say(`/rag 12 ${verb}`)];
    await lead.submit(one, { decidedBy: 'the board', learned: 'hubs need people first' });
    const seen = await coordinator.submit(other, { decidedBy: 'the cabinet', learned: 'no money before April' });
    expect(seen.title).toContain(`${word} as before (you)`);
    expect(seen.text).toContain(`Meanwhile Wakefield pilot lead said ${word.toLowerCase()}, 14:00: hubs need people first. Both are kept.`);
    expect((await ratings()).map((said) => said.split(', ')[1])).toEqual([
      'waiting for health',
      'hubs need people first',
      'no money before April',
    ]);
    await coordinator.submit(other, { decidedBy: 'the cabinet', learned: 'no money before April' });
    expect(await ratings()).toHaveLength(3);
  });

  test('one after the other, what was said meanwhile is read before the next', async () => {
    ids = await setPlan(bot, [
      { ...SHARE, ratings: [{ rating: 'amber', at: '2026-10-12', by: OWNER, reason: 'waiting for health' }] },
      { ...SHARE, number: 13, title: 'Train the hubs', ratings: [] },
    ]);
    const form = await owner.press(await owner.say('/rag next'), 'Complete');
    await coordinator.say('/rag 12 amber health has answered');
    const seen = await owner.submit(form, { shows: 'all eight hubs log in' });
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Amber → Complete (you)');
    expect(seen.text).toContain('Meanwhile Wakefield coordinator said amber, 14:00: health has answered. Both are kept.');
    expect((await owner.press(seen, 'Go on')).title).toContain('WAK-13');
  });

  test('control: where nobody said anything, the next one follows at once', async () => {
    await setPlan(bot, [
      { ...SHARE, ratings: [{ rating: 'amber', at: '2026-10-12', by: OWNER, reason: 'waiting for health' }] },
      { ...SHARE, number: 13, title: 'Train the hubs', ratings: [] },
    ]);
    const seen = await owner.submit(await owner.press(await owner.say('/rag next'), 'Complete'), { shows: 'all eight hubs log in' });
    expect(seen.title).toContain('WAK-13');
    expect(seen.text).toContain('Saved: WAK-12 Amber → Complete (you).');
  });

  test('what an adviser types behind done is given back and goes with their press', async () => {
    const adviser = await bot.as('pilot1.adviser');
    const early = await adviser.say('/rag WAK-12 done seen in two hubs');
    expect(early.title).toBe(
      'Not saved. WAK-12 Share early-help data with hubs: its owner has not said that it is complete. How do you see it?',
    );
    expect(early.text).toContain('Your words: seen in two hubs');
    expect(early.labels).toEqual(['Green', 'Amber', 'Red']);
    await owner.submit(await owner.say('/rag 12 done'), { shows: 'all eight hubs log in' });
    const asked = await adviser.say('/rag WAK-12 done seen in all hubs');
    expect(asked.title).toContain('its owner says complete. What do you say?');
    await adviser.press(asked, 'Complete');
    expect(await ratingsIn(bot, ids['WAK-12'], 'independent')).toEqual(['v1 complete, seen in all hubs']);
  });
});

describe('two people at once', () => {
  const line = async () => (await coordinator.say('/rag 12')).text.split('\n').find((one) => one.startsWith('Does not agree'));
  const APART = 'Does not agree: Wakefield coordinator said green on the same day (19 November 2026).';

  test('what they said otherwise stands, with its day, until somebody rates on a later day', async () => {
    await coordinator.say('/rag 12 green');
    await owner.say('/rag 12 amber no agreement yet');
    expect(await line()).toBe(APART);
    await owner.say('/rag 12 same');
    expect(await line()).toBe(APART);
    bot.clock.set('2027-01-11T14:00:00Z');
    expect(await line()).toBe(APART);
    await owner.say('/rag 12 same');
    expect(await line()).toBeUndefined();
  });

  test('control: it ends when the other says the same, on that day too', async () => {
    await coordinator.say('/rag 12 green');
    await owner.say('/rag 12 amber no agreement yet');
    await coordinator.say('/rag 12 amber no agreement yet');
    expect(await line()).toBeUndefined();
  });

  test('so it is with two advisers; who they are is not for the evaluators', async () => {
    await setPlan(bot, [
      {
        ...SHARE,
        ratings: [
          { rating: 'amber', at: '2026-11-12', by: OWNER, reason: 'waiting for health' },
          { rating: 'green', at: '2026-11-19', by: 'pilot1.adviser', kind: 'independent' },
          { rating: 'amber', at: '2026-11-19', by: 'pilot2.adviser', kind: 'independent', reason: 'late start' },
        ],
      },
    ]);
    expect(await line()).toBe('Does not agree: Adviser, pilot 1 said green on the same day (19 November 2026).');
    expect((await (await bot.as('evaluator')).say('/rag WAK-12')).text).toContain('another adviser said green on the same day');
  });
});

describe('complete against the figures', () => {
  // Attendance in Wakefield is off track in November.
  const AGAINST: Planned = {
    ...SHARE,
    kpis: ['Attendance'],
    ratings: [{ rating: 'amber', at: '2026-10-12', by: OWNER, reason: 'waiting for health' }],
  };
  const NEXT: Planned = { ...SHARE, number: 13, title: 'Train the hubs', ratings: [] };
  const complete = async (card: Awaited<ReturnType<Person['say']>>) => owner.submit(card, { shows: 'all eight hubs log in' });

  test('is saved, asked about, and shows as a difference afterwards', async () => {
    ids = await setPlan(bot, [AGAINST]);
    const seen = await complete(await owner.say('/rag 12 done'));
    expect(seen.text).toContain('Attendance is off track. What makes it complete?');
    expect(seen.labels).toEqual(['Say why', 'Make it amber', 'Show the action']);
    const said = await owner.submit(await owner.press(seen, 'Say why'), { text: 'the figures follow in spring' });
    expect(said.title).toContain('your comment is saved');
    expect((await coordinator.say('/rag 12')).text).toContain('Does not agree: rated complete, but Attendance is off track.');
    expect((await coordinator.say('/rag differ')).text).toContain('WAK-12');
    expect((await coordinator.say('/summary wakefield')).text).toMatch(/Rating and figures differ +12\n/u);
    await owner.submit(await owner.press(seen, 'Make it amber'), { reason: 'hubs log in, pupils do not come' });
    expect((await ratings()).slice(1)).toEqual(['v2 complete, all eight hubs log in', 'v3 amber, hubs log in, pupils do not come']);
  });

  test('is asked one after the other, too, and each answer goes on', async () => {
    await setPlan(bot, [AGAINST, NEXT]);
    const seen = await complete(await owner.press(await owner.say('/rag next'), 'Complete'));
    expect(seen.labels).toEqual(['Say why', 'Make it amber', 'Go on', 'Show the action']);
    const next = await owner.submit(await owner.press(seen, 'Say why'), { text: 'the figures follow in spring' });
    expect(next.title).toContain('WAK-13');
  });

  test('control: where the figures say nothing against it, nothing is asked', async () => {
    ids = await setPlan(bot, [{ ...AGAINST, kpis: [] }]);
    expect((await complete(await owner.say('/rag 12 done'))).labels).toEqual(['Show the action']);
    expect((await coordinator.say('/rag 12')).text).not.toContain('Does not agree');
  });
});
