import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportFile } from '../../src/imports/import.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { clearPlan, setPlan } from '../support/plan.ts';
import { data, parts, workbook, zipped } from './workbooks.ts';
import { csvOf, importer, problemsOf, rowCounts, workbookOf } from './world.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
  await clearPlan(bot);
});
afterAll(() => bot.close());

const HEADINGS = ['Code', 'Action', 'Owner', 'Due date', 'Success measure', 'Steps', 'RAG', 'Reason', 'What would put it right', 'By when'];
const line = (number: number, ...rest: (string | number | null)[]) => [`WAK-${number}`, `Line ${number}`, ...rest];
const actions = (...rows: (string | number | null)[][]) => workbookOf({ Actions: [HEADINGS, ...rows] });

describe('a plan of 300 lines with one bad cell', () => {
  const lines = (due: (at: number) => string) =>
    Array.from({ length: 300 }, (_, at) =>
      line(at + 1, 'Wakefield pilot lead', due(at), 'It is done', 'First; Second', 'Green', null, null, null),
    );

  test('is told its row and column, and nothing at all is written', async () => {
    const operator = await importer(bot);
    const before = { counts: await rowCounts(bot.database.db), all: await everythingIn(bot.database.db) };
    const read = await operator.read(await actions(...lines((at) => (at === 211 ? '31/02/2027' : '1 March 2027'))));
    expect(problemsOf(read)).toEqual([
      'Actions, row 213, column D (Due): “31/02/2027” is no date. Write the date as in 1 March 2027 or 01/03/2027.',
    ]);
    await expect(operator.apply(read)).rejects.toThrow('Nothing was written');
    expect(await rowCounts(bot.database.db)).toEqual(before.counts);
    expect(await everythingIn(bot.database.db)).toBe(before.all);
  });

  test('and once that is put right all 300 come in, with progress, and a second time nothing changes', async () => {
    const operator = await importer(bot);
    const file = await actions(...lines(() => '1 March 2027'));
    const result = await operator.bring(file);
    expect(result.counts.actions).toEqual({ add: 300, change: 0, same: 0 });
    expect(await bot.database.db.action.count()).toBe(300);
    expect(await bot.database.db.rating.count({ where: { origin: 'import', kind: 'self', rating: 'green' } })).toBe(300);
    const all = await everythingIn(bot.database.db);
    const again = await operator.bring(file);
    expect(again).toMatchObject({ written: 0, counts: { actions: { add: 0, change: 0, same: 300 } } });
    expect(await everythingIn(bot.database.db)).toBe(all);
    // The control: one word more is a change, so the comparison above can fail.
    const changed = await operator.bring(await actions(line(7, 'Wakefield pilot lead', '2 March 2027')));
    expect(changed.changes).toMatchObject([
      { what: 'change', name: 'WAK-7 Line 7', fields: [{ name: 'Due', from: '1 Mar 2027', to: '2 Mar 2027' }] },
    ]);
    expect(await everythingIn(bot.database.db)).not.toBe(all);
  }, 30_000);
});

describe('what bad input gets', () => {
  const owner = 'Wakefield pilot lead';
  test.each<[string, (string | number | null)[], string]>([
    [
      'an owner whom nobody knows',
      line(1, 'Wakefield pilot leed'),
      'Actions, row 2, column C (Owner): nobody in Wakefield is called “Wakefield pilot leed”. Did you mean “Wakefield pilot lead”',
    ],
    ['an owner of another locality', line(1, 'Plymouth pilot lead'), 'Actions, row 2, column C (Owner): nobody in Wakefield is called'],
    ['a date without its year', line(1, owner, '1 March'), 'column D (Due): “1 March”: of which year?'],
    [
      'a step with no day',
      line(1, owner, null, null, 'Agree it by 31 February 2027'),
      'column F (Steps): step 1: “31 February 2027” is no date',
    ],
    ['a colour that is none', line(1, owner, null, null, null, 'Purple'), 'column G (RAG): “Purple” is none of: not started, green, amber'],
    ['an amber without a reason', line(1, owner, null, null, null, 'Amber'), 'column H (Reason): Amber needs its reason'],
    [
      'a red without what would put it right',
      line(1, owner, null, null, null, 'Red', 'No agreement'),
      'column I (What would put it right): red needs what would put it right',
    ],
    [
      'a line that rests, decided by nobody',
      line(1, owner, null, null, null, 'On hold', 'Waits for the spring'),
      'Actions, row 2, column G (RAG): On hold needs who decided it. The sheet has no column “Decided by”.',
    ],
    ['a code that goes on', ['WAK-1.2', 'Line'], 'column A (Code): “WAK-1.2” is no code of an action here. Write it as in WAK-12'],
    ['a code of another locality', ['SHE-3', 'Line'], 'column A (Code): “SHE-3”: SHE is no locality that can be imported into'],
    ['no title', ['WAK-4', null, owner], 'Actions, row 2, column B (Title): this is needed.'],
    ['a title that goes on and on', ['WAK-4', 'x'.repeat(151), owner], 'column B (Title): at most 150 characters fit; this has 151.'],
    [
      "a pupil's number",
      line(4, owner, null, 'Seen: A123456789012, UPN H801200001001'),
      'column E (Success measure): this looks as if it has a pupil',
    ],
  ])('%s', async (_what, row, problem) => {
    const read = await (await importer(bot)).read(await actions(row));
    expect(problemsOf(read)[0]).toContain(problem);
  });

  test('a code that begins as none does, beside codes of the programme', async () => {
    const read = await (await importer(bot)).read(await actions(line(300), ['WKA-301', 'Line 301']));
    expect(problemsOf(read)).toEqual([expect.stringContaining('Actions, row 3, column A (Code): “WKA-301” is no code of an action here.')]);
  });

  test('two rows about one action, by code or by title', async () => {
    const read = await (await importer(bot)).read(await actions(line(400), line(400), [null, 'Twice'], [null, 'twice ']));
    expect(problemsOf(read)).toEqual([
      'Actions, row 3, column A (Code): row 2 says this already. Keep one of the two.',
      'Actions, row 5, column B (Title): row 4 says this already. Keep one of the two.',
    ]);
  });

  test('everything at once, 50 of them said and the rest counted', async () => {
    const rows = Array.from({ length: 70 }, (_, at) => line(at + 500, 'Somebody else'));
    const read = await (await importer(bot)).read(await actions(...rows));
    expect(read.problems).toHaveLength(50);
    expect(read.problemCount).toBe(70);
  });

  test('a sheet that is none of ours is named and left out', async () => {
    const file = await workbookOf({
      Actions: [
        ['Title', 'Due'],
        ['A line', '1 March 2027'],
      ],
      Budget: [
        ['Cost', 'Year'],
        [12, 2027],
      ],
    });
    const read = await (await importer(bot)).read(file);
    expect(read.notes).toEqual([expect.stringContaining('Sheet “Budget” was left out')]);
    expect(read.counts.actions.add).toBe(1);
  });

  test('a sheet of ours without its headings is told so', async () => {
    const read = await (await importer(bot)).read(await workbookOf({ Actions: [['Ring every family', 'soon']] }));
    expect(problemsOf(read)).toEqual([expect.stringContaining('Actions: no row of headings was found')]);
  });

  test('a totals row, headings in two rows and a column that nobody knows are told', async () => {
    const file = await workbookOf({
      Readings: [
        ['Reading', null, null, null],
        ['KPI', 'Date', 'Value', 'Colour'],
        ['Attendance', '16 November 2026', 93.2, 'blue'],
        ['Total', null, 93.2, null],
      ],
    });
    const read = await (await importer(bot)).read(file);
    expect(read.problems).toEqual([]);
    expect(read.notes.join('\n')).toContain('left out as a row of totals: row 4');
    expect(read.notes.join('\n')).toContain('“Colour” (D)');
  });
});

describe('what spreadsheets do', () => {
  const text = (at: string, words: string) => `<c r="${at}" t="inlineStr"><is><t>${words}</t></is></c>`;
  const DATES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';

  test('days counted from 1904, formulas with their values, and cells merged downwards are read, and formulas are told', async () => {
    const file = workbook({
      properties: 'date1904="1"',
      styles: DATES,
      sheets: [
        `${data(
          text('A1', 'Title') + text('B1', 'Due') + text('C1', 'Owner'),
          `${text('A2', 'Line one')}<c r="B2" s="1"><v>44985</v></c>${text('C2', 'Wakefield pilot lead')}`,
          `${text('A3', 'Line two')}<c r="B3" s="1"><f>B2+1</f><v>44986</v></c>`,
        )}<mergeCells><mergeCell ref="C2:C3"/></mergeCells>`,
      ],
    });
    const operator = await importer(bot);
    const read = await operator.read({ name: 'plan.xlsx', bytes: file });
    expect(read.problems).toEqual([]);
    expect(read.notes).toEqual([
      'Sheet “Sheet 1”: cells merged downwards, of which the value was taken for each row: C2:C3.',
      expect.stringContaining('formulas, of which the value when the file was last saved was taken: row 3, column B'),
    ]);
    await operator.apply(read);
    const versions = await bot.database.db.actionVersion.findMany({
      where: { title: { in: ['Line one', 'Line two'] } },
      orderBy: { title: 'asc' },
    });
    expect(versions.map(({ due }) => due?.toISOString().slice(0, 10))).toEqual(['2027-03-01', '2027-03-02']);
    expect(versions.every(({ ownerId }) => ownerId !== null)).toBe(true);
  });

  test('a formula that was saved with an empty value is a problem of its cell, in every kind of cell', async () => {
    const file = workbook({
      styles: DATES,
      sheets: [
        data(
          text('A1', 'Title') + text('B1', 'Due'),
          `${text('A2', 'Line one')}<c r="B2" s="1"><f>DATE(2027,3,1)</f><v/></c>`,
          `${text('A3', 'Line two')}<c r="B3" t="d"><f>B2</f><v></v></c>`,
          `${text('A4', 'Line three')}<c r="B4" t="str"><f>IF(A4="","x","")</f><v></v></c>`,
          `${text('A5', 'Line four')}<c r="B5" t="s"><v/></c>`,
        ),
      ],
    });
    expect(problemsOf(await (await importer(bot)).read({ name: 'plan.xlsx', bytes: file }))).toEqual(
      [2, 3].map((row) =>
        expect.stringContaining(`Sheet 1, row ${row}, column B (Due): This cell holds a formula that was never worked out`),
      ),
    );
  });

  test('a cell merged across columns, and a formula that was never worked out, are problems of their cells', async () => {
    const file = workbook({
      sheets: [
        `${data(text('A1', 'Title') + text('B1', 'Due'), text('A2', 'Line one'), `${text('A3', 'Line two')}<c r="B3"><f>A1</f></c>`)}<mergeCells><mergeCell ref="A2:B2"/></mergeCells>`,
      ],
    });
    expect(problemsOf(await (await importer(bot)).read({ name: 'plan.xlsx', bytes: file }))).toEqual([
      expect.stringContaining('Sheet 1, row 2, column A: the cells A2:B2 are merged across columns'),
      expect.stringContaining('Sheet 1, row 3, column B (Due): This cell holds a formula that was never worked out'),
    ]);
  });

  test.each<[string, () => ImportFile, string]>([
    [
      'macros',
      () => ({ name: 'plan.xlsm', bytes: zipped({ ...parts({ sheets: [''] }), 'xl/vbaProject.bin': '' }) }),
      'plan.xlsm: This is a workbook for macros (.xlsm)',
    ],
    ['more than 10 MB', () => csvOf('x'.repeat(10_000_001)), 'plan.csv: This file is larger than 10 MB'],
    [
      'a zip bomb',
      () => ({ name: 'plan.xlsx', bytes: zipped({ ...parts({ sheets: [''] }), 'xl/worksheets/sheet1.xml': ' '.repeat(101_000_000) }) }),
      'plan.xlsx: This workbook unpacks to more than',
    ],
  ])('%s is refused with the file and the limit', async (_what, file, problem) => {
    await expect((await importer(bot)).read(await csvOf('Title,Due\nA line,'), file())).rejects.toThrow(problem);
  });
});

describe('somebody who imports', () => {
  const file = () => actions(line(600));

  test('is a coordinator of the locality, whose name stands beside what was written', async () => {
    const coordinator = await importer(bot, 'wakefield.coordinator');
    const result = await coordinator.bring(await file());
    expect(result.counts.actions.add).toBe(1);
    const [event] = await bot.database.db.auditEvent.findMany({ where: { what: 'plan.imported' }, orderBy: { seq: 'desc' }, take: 1 });
    expect(event).toMatchObject({
      personId: coordinator.context.by?.personId,
      subjectKind: 'locality',
      detail: { actions: 1, versions: 1 },
    });
  });

  test.each(['wakefield.lead', 'wakefield.head.1', 'evaluator', 'admin'])('%s may not', async (who) => {
    await expect((await importer(bot, who)).read(await file())).rejects.toThrow('Only a coordinator imports a plan');
  });

  test('a coordinator may not import elsewhere, by a column either', async () => {
    await expect((await importer(bot, 'wakefield.coordinator', 'Plymouth')).read(await file())).rejects.toThrow(
      'There is no locality “Plymouth”',
    );
    const read = await (await importer(bot, 'wakefield.coordinator')).read(
      await workbookOf({
        Actions: [
          ['Title', 'Locality'],
          ['A line', 'Plymouth'],
        ],
      }),
    );
    expect(problemsOf(read)).toEqual([expect.stringContaining('Actions, row 2, column B (Locality): “Plymouth” is no locality')]);
  });

  const people = (...rows: (string | null)[][]) => workbookOf({ People: [['Post', 'Organisation', 'Role', 'E-mail'], ...rows] });

  test('gives the roles that they may grant, and no others', async () => {
    const coordinator = await importer(bot, 'wakefield.coordinator');
    const read = await coordinator.read(
      await people(['New lead', null, 'lead', 'new.lead@example.org'], ['New coordinator', null, 'coordinator', null]),
    );
    expect(problemsOf(read)).toEqual([
      'People, row 3, column C (Role): you cannot give the role coordinator in Wakefield. You can give: partner, lead.',
    ]);
    const operator = await (await importer(bot)).read(
      await people(['New adviser', null, 'adviser', null], ['King', null, 'administrator', null]),
    );
    expect(problemsOf(operator)).toEqual([
      expect.stringContaining('People, row 3, column C (Role): “administrator” is none of: partner, lead, coordinator, adviser'),
    ]);
  });

  test('cannot change somebody whose roles they could not have given: an address lets its owner in', async () => {
    const coordinator = await importer(bot, 'wakefield.coordinator');
    const read = await coordinator.read(await people(['King', null, 'partner', 'admin@example.org']));
    expect(problemsOf(read)).toEqual([expect.stringContaining('has other roles in the programme')]);
    // The control: the operator may.
    expect((await (await importer(bot)).read(await people(['King', null, 'partner', 'admin@example.org']))).problems).toEqual([]);
  });
});

describe('what chat has changed since', () => {
  test('is shown as a change like any other, old and new', async () => {
    await setPlan(bot, [
      {
        number: 12,
        title: 'Share data',
        owner: 'wakefield.lead',
        due: '2027-03-26',
        ratings: [{ rating: 'green', at: '2026-11-18', by: 'wakefield.lead' }],
      },
    ]);
    const operator = await importer(bot);
    const read = await operator.read(
      await actions(['12', 'Share data', 'Wakefield coordinator', '26 March 2027', null, null, 'Amber', 'No agreement', null, null]),
    );
    expect(read.changes).toMatchObject([
      {
        what: 'change',
        name: 'WAK-12 Share data',
        fields: [
          { name: 'Owner', from: 'Wakefield pilot lead', to: 'Wakefield coordinator' },
          { name: 'RAG', from: 'Green', to: 'Amber, “No agreement”' },
        ],
      },
    ]);
    await operator.apply(read);
    const ratings = await bot.database.db.rating.findMany({ orderBy: { version: 'asc' } });
    expect(ratings.map(({ rating, origin }) => [rating, origin])).toEqual([
      ['green', 'person'],
      ['amber', 'import'],
    ]);
    expect(ratings[0]?.until).toEqual(ratings[1]?.recordedAt);
  });

  test('a column that is not there, and an empty cell, leave what is there; “none” takes it out', async () => {
    await setPlan(bot, [{ number: 12, title: 'Share data', owner: 'wakefield.lead', due: '2027-03-26' }]);
    const operator = await importer(bot);
    expect((await operator.read(await actions(['12', 'Share data', null, null]))).changes).toMatchObject([{ what: 'same' }]);
    expect((await operator.read(await actions(['12', 'Share data', 'none', null]))).changes).toMatchObject([
      { fields: [{ name: 'Owner', from: 'Wakefield pilot lead', to: '' }] },
    ]);
  });

  test('a step that was ticked in chat stays done', async () => {
    const steps = [{ text: 'Agree the form', due: '2027-02-01', done: '2026-11-02' }];
    await setPlan(bot, [{ number: 12, title: 'Share data', steps }]);
    const read = await (await importer(bot)).read(
      await actions(['12', 'Share data', null, null, null, 'Agree the form by 1 February 2027; Send it']),
    );
    expect(read.changes).toMatchObject([{ fields: [{ to: '✓ Agree the form by 1 Feb 2027; Send it' }] }]);
  });
});

describe('KPIs with past readings', () => {
  const KPIS = ['Name', 'Unit', 'How often', 'Baseline', 'Baseline date', 'Target', 'Target date', 'Owner'];
  const kpi = (...values: (string | number)[]) => ['Phone calls', '%', 'month', ...values];
  const plan = (rows: (string | number | null | { value: number; format: string })[][], baseline: string | number = 60) =>
    workbookOf({
      KPIs: [KPIS, kpi(baseline, '1 September 2026', 90, '31 July 2027', 'Wakefield pilot lead')],
      Readings: [['KPI', 'Period', 'Value', 'Out of', 'Note', 'Recorded on'], ...rows],
    });

  test('come in as they were, a percentage as 93, as 93% and as n of m alike, and a correction is a new version', async () => {
    const operator = await importer(bot);
    const file = await plan([
      ['Phone calls', 'September 2026', 61, null, null, '5 October 2026'],
      ['phone calls', '12/10/2026', { value: 0.645, format: '0.0%' }, null, null, null],
      ['Phone calls', 'November 2026', '84 of 131', null, 'first count', null],
    ]);
    const result = await operator.bring(file);
    expect(result.counts).toMatchObject({ kpis: { add: 1 }, readings: { add: 3 } });
    const rows = () =>
      bot.database.db.reading.findMany({ where: { origin: 'import' }, orderBy: [{ periodStart: 'asc' }, { version: 'asc' }] });
    expect((await rows()).map(({ period, value, recordedAt }) => [period, Number(value), recordedAt.toISOString().slice(0, 10)])).toEqual([
      ['2026-09', 61, '2026-10-05'],
      ['2026-10', 64.5, '2026-11-19'],
      ['2026-11', 64.122137, '2026-11-19'],
    ]);
    const all = await everythingIn(bot.database.db);
    expect((await operator.bring(file)).written).toBe(0);
    expect(await everythingIn(bot.database.db)).toBe(all);
    const corrected = await operator.bring(await plan([['Phone calls', 'September 2026', 62, null, null, '5 October 2026']]));
    expect(corrected.changes.find(({ kind }) => kind === 'readings')).toMatchObject({
      what: 'change',
      fields: [{ name: 'Value', from: '61%', to: '62%' }],
    });
    expect((await rows())[1]).toMatchObject({ period: '2026-09', version: 2, kind: 'correction', origin: 'import' });
  });

  test.each<[string, (string | number | null)[][], string]>([
    [
      '0.93 beside 93',
      [
        ['Phone calls', 'September 2026', 93, null],
        ['Phone calls', 'October 2026', 0.93, null],
      ],
      'Readings, row 3, column C (Value): 0.93: is that 0.93 % or 93 %?',
    ],
    [
      '932 per cent',
      [['Phone calls', 'September 2026', 932, null]],
      'column C (Value): Phone calls is a percentage, so 0 to 100. Did you mean 93.2?',
    ],
    ['more than all of them', [['Phone calls', 'September 2026', 132, 131]], 'column C (Value): 132 of 131 is more than all of them'],
    [
      'a period that has not begun',
      [['Phone calls', 'December 2026', 61, null]],
      'column B (Period or date): December 2026 has not begun.',
    ],
    [
      'a week where months are read',
      [['Phone calls', 'week 40 2026', 61, null]],
      'column B (Period or date): “week 40 2026” is a week, and this KPI is read every month.',
    ],
    [
      'a period twice',
      [
        ['Phone calls', '1 October 2026', 61, null],
        ['Phone calls', 'October 2026', 62, null],
      ],
      'Readings, row 3, column B (Period or date): row 2 has a reading of Phone calls for October 2026 already.',
    ],
    [
      'a KPI that there is none of',
      [['Fone calls', 'October 2026', 61, null]],
      'column A (KPI): Wakefield has no KPI “Fone calls”. Did you mean “Phone calls”',
    ],
    [
      'a future day on which it was known',
      [['Phone calls', 'October 2026', 61, null, null, '1 January 2027']],
      'column F (Recorded on): 1 Jan 2027 is still to come.',
    ],
  ])('%s', async (_what, rows, problem) => {
    expect(problemsOf(await (await importer(bot)).read(await plan(rows)))[0]).toContain(problem);
  });
});

describe('earlier years', () => {
  test('come with a KPI, from before its baseline, and a week is told with its year', async () => {
    const file = await workbookOf({
      KPIs: [
        ['Name', 'Unit', 'How often', 'Baseline', 'Baseline date'],
        ['Morning calls', 'calls', 'week', 12, '1 September 2026'],
      ],
      Readings: [
        ['KPI', 'Date', 'Value'],
        ['Morning calls', '6 January 2025', 9],
        ['Morning calls', '5 January 2026', 10],
      ],
    });
    const read = await (await importer(bot)).read(file);
    expect(read.problems).toEqual([]);
    expect(read.changes.filter(({ kind }) => kind === 'readings').map(({ name }) => name)).toEqual([
      'Morning calls, week of 6 Jan 2025',
      'Morning calls, week of 5 Jan 2026',
    ]);
  });
});

describe('people, organisations, groups and who takes part', () => {
  const file = () =>
    workbookOf({
      Actions: [
        ['Title', 'Owner', 'Project'],
        ['Ring round', 'Hub lead', 'Doors open'],
      ],
      Organisations: [
        ['Name', 'Phase', 'URN'],
        ['Northfield Primary', 'primary', '999001'],
        ['Southfield Primary', 'primary', '999002'],
      ],
      People: [
        ['Post', 'Organisation', 'Role', 'E-mail', 'From'],
        ['Hub lead', 'Northfield Primary', 'partner', 'Hub.Lead@Example.org', '1 September 2026'],
      ],
      Groups: [
        ['Group', 'Kind', 'Member'],
        ['East hub', 'hub', 'Northfield Primary'],
        ['East hub', null, 'Hub lead'],
      ],
      Projects: [
        ['Name', 'Theme'],
        ['Doors open', 'transition'],
      ],
      'Taking part': [
        ['Organisation', 'Project', 'How', 'From'],
        ['Northfield Primary', 'Doors open', 'signed up', '1 September 2026'],
      ],
      KPIs: [
        ['Name', 'Unit', 'Project', 'Readings come from'],
        ['Schools with open doors', 'schools', 'Doors open', 'signed up'],
      ],
    });

  test('all come in from one file, each naming the others, and coverage is worked out at once', async () => {
    const operator = await importer(bot);
    const result = await operator.bring(await file());
    expect(Object.values(result.counts).reduce((sum, { add }) => sum + add, 0)).toBe(9 - 1);
    expect(result.changes.filter(({ kind }) => kind === 'groups').map(({ what }) => what)).toEqual(['add', 'change']);
    // What is counted is said by the unit, so that a council's services are not among the schools.
    expect(await bot.database.db.kpiDefinition.findFirstOrThrow({ where: { name: 'Schools with open doors' } })).toMatchObject({
      counts: 'schools',
    });
    const lead = await bot.as('hub.lead');
    expect((await lead.say('/rag')).text).toContain('Ring round');
    expect((await (await bot.as('wakefield.lead')).say('/kpi schools with open doors')).text).toContain('1');
    const all = await everythingIn(bot.database.db);
    expect((await operator.bring(await file())).written).toBe(0);
    expect(await bot.database.db.role.count({ where: { person: { email: 'hub.lead@example.org' } } })).toBe(1);
    const without = (text: string) =>
      text
        .split('\n')
        .filter((row) => !/delivery-|inbound/u.test(row))
        .join('\n');
    expect(without(await everythingIn(bot.database.db))).toBe(without(all));
  });

  test('readings of what is worked out are refused, and an organisation that there is none of is told', async () => {
    const read = await (await importer(bot)).read(
      await workbookOf({
        Readings: [
          ['KPI', 'Date', 'Value'],
          ['Schools with open doors', '1 October 2026', 4],
        ],
        People: [
          ['Post', 'Organisation'],
          ['Nurse', 'Northfeld Primary'],
        ],
      }),
    );
    expect(problemsOf(read)).toEqual([
      expect.stringContaining(
        'Readings, row 2, column A (KPI): the readings of Schools with open doors are worked out from who takes part',
      ),
      expect.stringContaining(
        'People, row 2, column B (Organisation): Wakefield has no organisation “Northfeld Primary”. Did you mean “Northfield Primary”',
      ),
    ]);
  });

  test('a person who has left is not brought back by an old file', async () => {
    const operator = await importer(bot);
    await bot.database.db.role.updateMany({ where: { person: { email: 'hub.lead@example.org' } }, data: { to: new Date('2026-10-31') } });
    await bot.database.db.person.update({ where: { email: 'hub.lead@example.org' }, data: { leftOn: new Date('2026-11-01') } });
    const read = await operator.read(await file());
    expect(read.changes.filter(({ kind }) => kind === 'people')).toMatchObject([{ what: 'same' }]);
    const other = await operator.read(
      await workbookOf({
        Actions: [
          ['Title', 'Owner'],
          ['Another line', 'Hub lead'],
        ],
      }),
    );
    expect(problemsOf(other)).toEqual([expect.stringContaining('Hub lead has left Wakefield')]);
  });
});

test('a .csv is one of these sheets, told by its headings', async () => {
  await clearPlan(bot);
  const result = await (await importer(bot)).bring(
    csvOf('Action;Deadline;Lead person\nRing every family;01/03/2027;Wakefield pilot lead\n', 'export-7.csv'),
  );
  expect(result.counts.actions.add).toBe(1);
  expect(await bot.database.db.actionVersion.findFirstOrThrow()).toMatchObject({ title: 'Ring every family', due: new Date('2027-03-01') });
});

test('2,000 lines are written a few hundred to a statement', async () => {
  await clearPlan(bot);
  const rows = Array.from({ length: 2_000 }, (_, at) =>
    line(at + 1, 'Wakefield pilot lead', '1 March 2027', 'Done', 'One; Two', 'Amber', 'In the way', null, null),
  );
  const operator = await importer(bot);
  const read = await operator.read(await actions(...rows));
  bot.database.forget();
  await operator.apply(read);
  expect(bot.database.statements.filter((sql) => /insert into/iu.test(sql)).length).toBeLessThan(20);
  expect(await bot.database.db.action.count()).toBe(2_000);
}, 60_000);
