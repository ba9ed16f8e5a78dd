import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { setPlan } from '../support/plan.ts';

// One button, with one label, on every card about a plan: whoever works there can say what worries them from where they stand.

const LABEL = 'Raise a worry';
type Person = Awaited<ReturnType<TestBot['as']>>;
let bot: TestBot;
const people: Record<string, Person> = {};

beforeAll(async () => {
  bot = await testBot();
  for (const name of ['wakefield.earlyhelp', 'wakefield.head.1', 'wakefield.lead', 'wakefield.coordinator', 'pilot1.adviser', 'evaluator'])
    people[name] = await bot.as(name);
  bot.clock.set('2026-11-19T14:00:00Z');
  await setPlan(bot, [
    {
      number: 7,
      title: 'Recruit two officers',
      owner: 'wakefield.earlyhelp',
      due: '2026-11-27',
      steps: [{ text: 'Advertise', due: null, done: null }],
      ratings: [{ rating: 'amber', at: '2026-10-02', by: 'wakefield.earlyhelp', reason: 'slow' }],
    },
  ]);
});
afterAll(() => bot.close());

const at = (name: string): Person => people[name] as Person;

describe('a worry can be raised', () => {
  test.each([
    ['by its owner from its card', 'wakefield.earlyhelp', '/rag 7'],
    ['by the pilot lead from its card', 'wakefield.lead', '/rag 7'],
    ['by the coordinator from its card', 'wakefield.coordinator', '/rag 7'],
    ['by the adviser from theirs', 'pilot1.adviser', '/rag WAK-7'],
    ['by its owner where they go from one to the next', 'wakefield.earlyhelp', '/rag next'],
  ])('%s: about the action', async (_, name, words) => {
    const form = await at(name).press(await at(name).say(words), LABEL);
    expect(form.form().intro).toContain('About WAK-7 Recruit two officers.');
  });

  test.each([
    ['the list of actions', '/rag'],
    ['the plan of a locality', '/rag wakefield'],
    ['the projects', '/rag projects'],
    ['the summary', '/summary wakefield'],
    ['the home card', '/commoncause'],
  ])('from %s: about the locality', async (_, words) => {
    const head = at('wakefield.head.1');
    const form = await head.press(await head.say(words), LABEL);
    expect(form.form().intro).toContain('It goes to the coordinator of Wakefield');
    expect(form.form().fields.map(({ name }) => name)).toEqual(['text']);
  });

  test('from the home card of someone with several localities: which one is asked', async () => {
    const adviser = at('pilot1.adviser');
    const form = await adviser.press(await adviser.say('/commoncause'), LABEL);
    expect(form.form().fields.map(({ name }) => name)).toEqual(['locality', 'text']);
  });

  test.each(['/rag', '/rag WAK-7', '/summary', '/summary wakefield', '/commoncause'])('by no one who only looks on: %s', async (words) => {
    expect((await at('evaluator').say(words)).labels).not.toContain(LABEL);
  });

  test('not under a plan as it was on a day that has passed', async () => {
    expect((await at('wakefield.coordinator').say('/summary wakefield as at 18 November')).labels).not.toContain(LABEL);
  });
});

describe('what else can be done with an action', () => {
  const verbs = async (name: string) => (await at(name).press(await at(name).say('/rag 7'), 'More')).labels;

  test('is one press away: each verb with its button, for those who may', async () => {
    expect(await verbs('wakefield.lead')).toEqual([
      'Steps',
      'Comment',
      'Due',
      'Owner',
      'Deputy',
      'On hold',
      'Stop',
      'Edit',
      'History',
      'Why?',
      'Show the action',
      LABEL,
    ]);
    expect(await verbs('wakefield.earlyhelp')).toEqual(['Steps', 'Comment', 'History', 'Why?', 'Show the action', LABEL]);
  });

  test('every button of it leads to a card or form of that action, and nothing is saved yet', async () => {
    const lead = at('wakefield.lead');
    const more = await lead.say('/rag 7 manage');
    for (const label of more.labels) {
      const opened = await lead.press(more, label);
      const said = JSON.stringify(opened.labels.length > 0 ? opened.text : opened.form());
      expect(said, label).toMatch(/WAK-7/u);
    }
    expect(await bot.database.db.actionVersion.count()).toBe(1);
    expect(await bot.database.db.rating.count()).toBe(1);
  });

  test('says the words that do the same', async () => {
    const more = await at('wakefield.lead').say('/rag manage 7');
    expect(more.text).toMatch(/Change its date +or type: rag WAK-7 due 1 March +\[Due\]/u);
    expect(more.text).toMatch(/Let it rest, by decision +or type: rag WAK-7 hold +\[On hold\]/u);
  });

  test('what is stopped can be opened again; it has no date to change', async () => {
    const lead = at('wakefield.lead');
    const form = await lead.say('/rag 7 stop');
    await lead.submit(form, { decidedBy: 'the board', decidedOn: '2026-11-18', learned: 'No money' });
    const labels = await verbs('wakefield.lead');
    expect(labels).toContain('Open it again');
    for (const gone of ['Due', 'Stop']) expect(labels).not.toContain(gone);
  });
});
