import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SHEETS } from '../../src/imports/fields.ts';
import { KINDS } from '../../src/imports/kinds.ts';
import { dryReport } from '../../src/imports/report.ts';
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

const LEAD = 'Wakefield pilot lead';
const versions = () => bot.database.db.actionVersion.findMany({ orderBy: { title: 'asc' } });

describe('headings of councils', () => {
  test.each([
    ['Lead officer', 'Timescale', 'BRAG'],
    ['Responsible officer', 'Target date', 'RAG rating'],
    ['Accountable', 'Deadline', 'BRAG status'],
    ['Person responsible', 'Timescales', 'Current RAG'],
    ['Lead Officer(s)', 'Target completion date', 'RAG (R/A/G)'],
  ])('%s, %s and %s are read', async (owner, due, rag) => {
    const operator = await importer(bot);
    const found = await operator.read(
      await plan(['Action', owner.replace('(s)', ''), due, rag], ['Alpha plan', LEAD, '1 March 2027', 'G']),
    );
    expect(found.problems).toEqual([]);
    await operator.apply(found);
    expect(await versions()).toMatchObject([
      { due: new Date('2027-03-01'), ownerId: (await bot.database.db.person.findFirstOrThrow({ where: { post: LEAD } })).id },
    ]);
    expect(await bot.database.db.rating.findFirstOrThrow()).toMatchObject({ rating: 'green' });
  });

  test('that are nearly the owner, the date or the rating are asked about, and “Ignore” before one leaves it out', async () => {
    const rows = [['Alpha plan', LEAD, 'x', 'x', 'x']];
    const found = await read(['Action', 'Responsible team', 'Deadlne', 'BRAG colour', 'Budget'], ...rows);
    expect(problemsOf(found)).toEqual([
      'Actions, row 1, column B: “Responsible team” is not known: did you mean Owner? Call it “Owner”, or write “Ignore” before it and it is left out.',
      expect.stringContaining('column C: “Deadlne” is not known: did you mean Due?'),
      expect.stringContaining('column D: “BRAG colour” is not known: did you mean RAG?'),
    ]);
    const ignored = await read(['Action', 'Ignore responsible team', 'Ignore: deadlne', 'ignore BRAG colour', 'Budget'], ...rows);
    expect(ignored.problems).toEqual([]);
    // The control: nothing below it, or another column that says it, and there is nothing to ask.
    expect((await read(['Action', 'Due', 'Responsible team'], ['Alpha plan', null, null])).problems).toEqual([]);
    expect((await read(['Action', 'Owner', 'Responsible team'], ['Alpha plan', LEAD, 'North'])).problems).toEqual([]);
  });

  test('of two that say the same the plainer is taken, and the other is told', async () => {
    const found = await read(
      ['Action', 'Who', 'Person responsible', 'Status', 'RAG rating'],
      ['Alpha plan', 'all of us', LEAD, 'slow', 'Green'],
    );
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual([
      'Sheet “Actions”: “Who” (B) was not read, because “Person responsible” says Owner already.',
      'Sheet “Actions”: “Status” (D) was not read, because “RAG rating” says RAG already.',
    ]);
    // The control: twice the same, and nobody can know which.
    expect(problemsOf(await read(['Action', 'Owner', 'Owner'], ['Alpha plan', LEAD, LEAD]))).toEqual([
      expect.stringContaining('columns B and C both say Owner'),
    ]);
  });
});

describe('days in words', () => {
  test.each([
    ['end of term', '2026-12-18'],
    ['by the end of the spring term', '2027-03-25'],
    ['Spring term 2027', '2027-03-25'],
    ['spring term 2026/27', '2027-03-25'],
    ['Summer 2027', '2027-07-22'],
    ['end of school year', '2027-07-22'],
    ['w/c 1 March 2027', '2027-03-05'],
    ['week commencing 01/03/2027', '2027-03-05'],
    ['end of March 2027', '2027-03-31'],
    ['Feb 2028', '2028-02-29'],
    ['by 1 March 2027', '2027-03-01'],
  ])('“%s” is %s', async (words, day) => {
    const operator = await importer(bot);
    const file = await plan(['Action', 'Due'], ['Alpha plan', words]);
    await operator.bring(file);
    expect((await versions()).map(({ due }) => due?.toISOString().slice(0, 10))).toEqual([day]);
    expect((await operator.bring(file)).written).toBe(0);
  });

  test('that are no day yet leave it open, and each is told by its rows', async () => {
    const found = await read(['Action', 'Due'], ['One', 'TBC'], ['Two', 'Ongoing'], ['Three', 'tbc'], ['Four', 'end of term']);
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual([
      'Sheet “Actions”: “TBC” is no date, so none was taken (Due): row 2.',
      'Sheet “Actions”: “Ongoing” is no date, so none was taken (Due): row 3.',
      'Sheet “Actions”: “tbc” is no date, so none was taken (Due): row 4.',
      'Sheet “Actions”: “end of term” is taken as Friday 18 December 2026 (Due): row 5.',
    ]);
  });

  test('that are none are still a problem of their cell', async () => {
    expect(problemsOf(await read(['Action', 'Due'], ['One', 'soon']))).toEqual([
      expect.stringContaining('column B (Due): “soon” is no date'),
    ]);
    expect(problemsOf(await read(['Action', 'Due'], ['One', 'spring term 2026/28']))).toHaveLength(1);
  });

  test('a day that is past is taken and told, but of what is complete', async () => {
    const found = await read(
      ['Action', 'Due', 'RAG'],
      ['One', '1 March 2020', 'Green'],
      ['Two', '1 March 2020', 'Complete'],
      ['Three', '1 March 2027', null],
    );
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual(['Sheet “Actions”: past their date and not complete, taken as they are: row 2 (1 Mar 2020).']);
  });

  test('a title with a weekday and a date names nobody', async () => {
    expect((await read(['Action', 'Owner'], ['Date Mon 1 March 2027', LEAD])).problems).toEqual([]);
    expect((await read(['Action', 'Owner'], ['Ali Khan 1 March 2012', LEAD])).problems).toHaveLength(1);
  });
});

describe('what a file would add', () => {
  test('is said whole, line by line, before it is written', async () => {
    const file = await workbookOf({
      Actions: [
        ['Action', 'Owner', 'Due', 'RAG', 'Reason', 'What would put it right'],
        ['Mac action', LEAD, '1 March 2027', 'Red', 'No staff', 'A post'],
      ],
      KPIs: [
        ['Name', 'Unit', 'How often', 'Baseline', 'Baseline date', 'Target', 'Target date', 'Owner'],
        ['Phone calls', '%', 'month', 61, '1 September 2026', 90, '31 July 2027', LEAD],
      ],
      Readings: [
        ['KPI', 'Date', 'Value', 'Note'],
        ['Phone calls', '12 October 2026', '84 of 131', 'first count'],
      ],
      People: [
        ['Post', 'E-mail', 'Role'],
        ['Hub nurse', 'hub.nurse@example.org', 'lead'],
      ],
    });
    const report = dryReport(await (await importer(bot)).read(file));
    for (const line of [
      'new  WAK-1 Mac action: Due Monday 1 March 2027; Owner Wakefield pilot lead; RAG Red, “No staff”; What would put it right A post',
      'new  Phone calls, October 2026: Value 84 of 131 (64.1%); Note first count',
      'new  Hub nurse: E-mail hub.nurse@example.org; Role lead; From Thursday 19 November 2026',
      'Baseline 61; Baseline date Tuesday 1 September 2026',
      'Target 90; Target date Saturday 31 July 2027; Tolerance 5; Owner Wakefield pilot lead',
    ])
      expect(report).toContain(line);
  });
});

describe('everything that is wrong', () => {
  test('is said at once, a KPI and its readings alike, in the order of the rows', async () => {
    const file = await workbookOf({
      Actions: [
        ['Action', 'Owner', 'Due', 'RAG'],
        ['One', 'Nobody here', '1 March 2027', null],
        ['Two', LEAD, 'soon', 'Amber'],
      ],
      KPIs: [
        ['Name', 'Unit', 'How often', 'Baseline', 'Baseline date'],
        ['Phone calls', '%', 'month', 0.915, '1 September 2026'],
      ],
      Readings: [
        ['KPI', 'Date', 'Value'],
        ['Phone calls', 'December 2026', 0.93],
      ],
    });
    expect(problemsOf(await (await importer(bot)).read(file)).map((text) => text.slice(0, text.indexOf(':')))).toEqual([
      'Actions, row 2, column B (Owner)',
      'Actions, row 3, column C (Due)',
      'Actions, row 3, column D (RAG)',
      'KPIs, row 2, column D (Baseline)',
      'Readings, row 2, column B (Period or date)',
      'Readings, row 2, column C (Value)',
    ]);
  });

  test('but nothing is concluded from a cell that could not be read', async () => {
    const file = await workbookOf({
      KPIs: [
        ['Name', 'Unit', 'How often'],
        ['Phone calls', '%', 'wekly'],
      ],
      Readings: [
        ['KPI', 'Date', 'Value'],
        ['Phone calls', 'week 40 2026', 93],
      ],
    });
    expect(problemsOf(await (await importer(bot)).read(file))).toEqual([expect.stringContaining('KPIs, row 2, column C (How often)')]);
  });
});

test("the template's own examples come in as they stand", async () => {
  const linesOf = (kind: (typeof KINDS)[number]) => {
    const { columns } = SHEETS[kind];
    const at = (example: string | readonly string[], line: number) => (typeof example === 'string' ? example : example[line]) ?? null;
    const count = Math.max(...columns.map(({ example }) => (typeof example === 'string' ? 1 : example.length)));
    return [
      columns.map(({ heading }) => heading),
      ...Array.from({ length: count }, (_, line) => columns.map(({ example }) => at(example, line))),
    ];
  };
  const operator = await importer(bot);
  const file = await workbookOf(Object.fromEntries(KINDS.map((kind) => [SHEETS[kind].name, linesOf(kind)])));
  const found = await operator.read(file);
  expect(found.problems).toEqual([]);
  const result = await operator.apply(found);
  expect(KINDS.filter((kind) => result.counts[kind].add + result.counts[kind].change === 0)).toEqual([]);
  expect((await operator.bring(file)).written).toBe(0);
});
