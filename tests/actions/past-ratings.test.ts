import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';

// What was said of an action is there to be read: all of it, and in the words of its day.

type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
let lead: Person;

const ACTION: Planned = { number: 12, title: 'Share early-help data', owner: 'wakefield.earlyhelp', due: '2027-03-26' };

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(async () => {
  await setPlan(bot, [ACTION]);
});

const history = (person: Person) => person.say('/rag WAK-12 history');

describe('the history of an action', () => {
  test('keeps who decided that it rests, when, and the evidence of what was complete, after it was opened again', async () => {
    await lead.submit(await lead.say('/rag 12 stop'), {
      decidedBy: 'the board',
      decidedOn: '2026-11-17',
      learned: 'hubs need people first',
    });
    await lead.say('/rag 12 green');
    await lead.submit(await lead.say('/rag 12 done'), { shows: 'all hubs log in', evidence: 'https://example.org/log' });
    await lead.say('/rag 12 amber two hubs left');
    const seen = (await history(lead)).text;
    expect(seen).toContain('hubs need people first. · Decided by: the board, 17 Nov · Wakefield pilot lead');
    expect(seen).toContain('all hubs log in. · Evidence: https://example.org/log · Wakefield pilot lead');
  });

  test('goes on to the earlier ones', async () => {
    for (const at of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) await lead.say(`/rag 12 amber reason ${at}`);
    const first = await history(lead);
    expect(first.title).toContain('its last 5 ratings');
    expect(first.text).toContain('reason three');
    expect(first.text).not.toContain('reason two');
    const earlier = await lead.press(first, 'Earlier');
    expect(earlier.title).toContain('earlier ratings');
    expect(earlier.text).toMatch(/reason two[\s\S]*reason one/u);
    expect(earlier.labels).toEqual(['Show the action']);
  });

  test('says what a colour meant then, where it means something else now', async () => {
    const admin = await bot.as('admin');
    await lead.say('/rag 12 amber waiting for health');
    await lead.say('/rag 12 green');
    expect((await history(lead)).text).not.toContain('meant then');
    await admin.submit(await admin.press(await admin.say('/rag definitions'), 'Change'), { amber: 'at risk: say so early' });
    await lead.say('/rag 12 amber still waiting');
    const seen = (await history(lead)).text;
    expect(seen).toContain(
      'waiting for health. · Amber meant then: at risk: may be late or fall short; we know what to do and can do it ourselves',
    );
    // Control: green means what it meant, and the newest amber was given by the words in use.
    expect(seen.match(/meant then/gu)).toHaveLength(1);
  });

  test('names to the evaluators the side that spoke, as the card does', async () => {
    const adviser = await bot.as('pilot1.adviser');
    await lead.submit(await lead.say('/rag 12 hold'), { decidedBy: 'the board', learned: 'no money' });
    await adviser.say('/rag WAK-12 amber late start');
    const seen = (await history(await bot.as('evaluator'))).text;
    expect(seen).toContain('late start. · the adviser');
    expect(seen).toMatch(/no money\. · Decided by: somebody in Wakefield, 19 Nov · somebody in Wakefield/u);
    expect(seen).not.toMatch(/board|pilot lead/u);
  });
});
