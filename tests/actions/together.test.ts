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
