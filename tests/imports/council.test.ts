import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { clearPlan, setPlan } from '../support/plan.ts';
import { importer, problemsOf, type Value, workbookOf } from './world.ts';

/** Plans as councils keep them: their own numbers, their own headings, their own words for a day. */

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());
beforeEach(() => clearPlan(bot));

const plan = (headings: readonly Value[], ...rows: (readonly Value[])[]) => workbookOf({ Actions: [headings, ...rows] });
const read = async (headings: readonly Value[], ...rows: (readonly Value[])[]) => (await importer(bot)).read(await plan(headings, ...rows));
const titles = async () =>
  (await bot.database.db.actionVersion.findMany({ orderBy: [{ actionId: 'asc' }, { version: 'asc' }] })).map(({ title }) => title).sort();

describe("a council's own numbers", () => {
  const OURS = [
    { number: 1, title: 'Ring every family' },
    { number: 2, title: 'Share data' },
  ];

  test('are not our codes: the actions of those numbers stay as they are, and a note says so once', async () => {
    await setPlan(bot, OURS);
    const operator = await importer(bot);
    const file = await plan(['No.', 'Action'], [1, 'Alpha plan'], [2, 'Beta plan'], ['3', 'Share data']);
    const found = await operator.read(file);
    expect(found.problems).toEqual([]);
    expect(found.changes.map(({ what, name }) => [what, name])).toEqual([
      ['add', 'WAK-3 Alpha plan'],
      ['add', 'WAK-4 Beta plan'],
      ['same', 'WAK-2 Share data'],
    ]);
    expect(found.notes).toEqual([expect.stringContaining('“1”, “2”, “3” is taken as your own numbering')]);
    await operator.apply(found);
    expect(await titles()).toEqual(['Alpha plan', 'Beta plan', 'Ring every family', 'Share data']);
    expect((await operator.bring(file)).written).toBe(0);
  });

  test.each(['1.1', '1a', 'AP-1', 'Obj 2', '2.3.1'])('“%s” stops nothing', async (number) => {
    const found = await read(['Ref no', 'No', 'Action'], ['x', number, 'Alpha plan']);
    expect(found.problems).toEqual([]);
    expect(found.changes).toMatchObject([{ what: 'add', name: 'WAK-1 Alpha plan' }]);
  });

  test('are our codes where the title agrees, but for a slip of a letter', async () => {
    await setPlan(bot, OURS);
    const found = await read(['No.', 'Action', 'Due'], [1, 'ring every family', '1 March 2027'], [2, 'Share dato', null]);
    expect(found.changes).toMatchObject([
      { what: 'change', name: 'WAK-1 Ring every family' },
      { what: 'change', fields: [{ name: 'Title', from: 'Share data', to: 'Share dato' }] },
    ]);
    expect(found.notes).toEqual([]);
  });

  test('a title of another year is another action', async () => {
    await setPlan(bot, [{ number: 1, title: 'Visit Year 7' }]);
    expect((await read(['No.', 'Action'], [1, 'Visit Year 8'])).changes).toMatchObject([{ what: 'add', name: 'WAK-2 Visit Year 8' }]);
  });

  test('with the prefix they are ours whatever the title says, which is shown old and new', async () => {
    await setPlan(bot, OURS);
    expect((await read(['Code', 'Action'], ['WAK-1', 'Alpha plan'])).changes).toMatchObject([
      { what: 'change', fields: [{ name: 'Title', from: 'Ring every family', to: 'Alpha plan' }] },
    ]);
  });
});

describe('the locality that was chosen', () => {
  test.each<[string, Value[][], string]>([
    [
      'by the prefix of a code',
      [
        ['Code', 'Title'],
        ['SHE-1', 'Crossed over'],
      ],
      'column A (Code): “SHE-1”: SHE is no locality that can be imported into. This import is into Wakefield.',
    ],
    [
      'by a column',
      [
        ['Title', 'Locality'],
        ['Crossed over', 'Sheffield'],
      ],
      'column B (Locality): “Sheffield” is no locality that can be imported into. This import is into Wakefield.',
    ],
  ])('binds: a row of another one is a problem, %s', async (_how, rows, problem) => {
    const found = await (await importer(bot)).read(await workbookOf({ Actions: rows }));
    expect(problemsOf(found)).toEqual([expect.stringContaining(problem)]);
    // The control: where none was chosen, each row says its own.
    const { context } = await importer(bot);
    const { readImport } = await import('../../src/imports/import.ts');
    const { locality: _, ...anywhere } = context;
    expect(problemsOf(await readImport([await workbookOf({ Actions: rows })], anywhere))).toEqual([]);
  });
});
