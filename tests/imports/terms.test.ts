import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doneReport } from '../../src/imports/report.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { importer, problemsOf, workbookOf } from './world.ts';

// Term dates and closed days come in with a plan: of a council area or of one school, and again without changing anything.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const TERMS = ['Whose', 'Holiday', 'First day without school', 'Last day without school'];
const CLOSED = ['Whose', 'Closed day', 'Why closed'];
const PLAN = () =>
  workbookOf({
    Organisations: [
      ['Name', 'Kind'],
      ['Northfield Primary', 'school'],
    ],
    Terms: [
      TERMS,
      [null, 'Christmas', '18 December 2026', '1 January 2027'],
      ['Wakefield', 'Last day', '21 July 2027', null],
      ['Northfield Primary', 'Autumn half-term', '19 October 2026', '30 October 2026'],
    ],
    'Closed days': [CLOSED, [null, '27 November 2026', null], ['Northfield Primary', '30 November 2026', 'closed']],
  });

describe('term dates in a workbook', () => {
  test('are of the only council area where nobody is named, or of one school, and are there already the second time', async () => {
    const coordinator = await importer(bot, 'wakefield.coordinator');
    const read = await coordinator.read(await PLAN());
    const result = await coordinator.apply(read);
    const { counts } = result;
    // Three lines are three things, though two of them are kept together.
    expect(doneReport(read, result)).toMatch(/^Imported into Wakefield: 6 new\.\n[\s\S]*Terms: 3 added, /u);
    expect([counts.terms, counts.closed_days]).toEqual([
      { add: 3, change: 0, same: 0 },
      { add: 2, change: 0, same: 0 },
    ]);
    const see = await bot.as('wakefield.coordinator');
    const area = (await see.say('/partners terms')).text;
    expect(area).toMatch(/^Christmas holiday +18 December 2026 to 1 January 2027 +entered by Wakefield coordinator, 19 Nov$/mu);
    expect(area).toMatch(/^Last day of the school year +21 July 2027 +entered by/mu);
    expect(area).toMatch(/^Autumn half-term +26 October to 30 October 2026 +assumed/mu);
    expect(area).toContain('27 November 2026  INSET day');
    const school = (await see.say('/partners terms northfield primary')).text;
    expect(school).toMatch(/^Autumn half-term +19 October to 30 October 2026 +entered by/mu);
    expect(school).toMatch(/^Christmas holiday +18 December 2026 to 1 January 2027 +Wakefield: entered by/mu);
    expect(school).toContain('30 November 2026  closed');
    expect((await coordinator.bring(await PLAN())).written).toBe(0);
  });

  test('a longer file changes what it says and leaves the rest, and what it was before is kept', async () => {
    const operator = await importer(bot);
    const { counts } = await operator.bring(
      await workbookOf({ Terms: [TERMS, ['Wakefield', 'Christmas', '21 December 2026', '1 January 2027']] }),
    );
    expect(counts.terms).toEqual({ add: 0, change: 1, same: 0 });
    const rows = await bot.database.db.termDates.findMany({ where: { councilAreaId: { not: null } }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ dates }) => dates)).toEqual([
      { christmas: ['2026-12-18', '2027-01-01'], end: '2027-07-21' },
      { christmas: ['2026-12-21', '2027-01-01'], end: '2027-07-21' },
    ]);
    expect(rows.map(({ until }) => until.getUTCFullYear())).toEqual([2026, 9999]);
  });

  test('a closed day is held against the holidays of the same file, of schools alone', async () => {
    const read = await (await importer(bot)).read(
      await workbookOf({
        Organisations: [
          ['Name', 'Kind'],
          ['Southfield Service', 'service'],
        ],
        Terms: [TERMS, ['Wakefield', 'Spring half-term', '8 February 2027', '12 February 2027']],
        'Closed days': [
          CLOSED,
          ['Wakefield', '10 February 2027', null],
          ['Northfield Primary', '11 February 2027', null],
          ['Southfield Service', '10 February 2027', 'closed'],
          ['Wakefield', '17 February 2027', null],
        ],
      }),
    );
    expect(problemsOf(read)).toEqual([
      expect.stringContaining('10 February 2027 is in the school holidays, so nobody is expected anyway.'),
      expect.stringContaining('11 February 2027 is in the school holidays, so nobody is expected anyway.'),
    ]);
  });

  test('whatever is wrong is said by its cell, and nothing is written', async () => {
    const read = await (await importer(bot)).read(
      await workbookOf({
        Terms: [
          TERMS,
          ['Wakefeild', 'Easter', '29 March 2027', '9 April 2027'],
          ['Wakefield', 'Easter', '9 April 2027', '26 March 2027'],
          ['Wakefield', 'Whitsun', '31 May 2027', null],
          ['Wakefield', 'Spring half-term', '13 February 2027', '19 February 2027'],
          ['Wakefield', 'Last day', '22 July 2027', '23 July 2027'],
          ['Wakefield', 'Summer half-term', '31 May 2027', null],
        ],
        'Closed days': [CLOSED, ['Wakefield', '28 November 2026', null], ['Wakefield', '25 December 2026', 'closed']],
      }),
    );
    const said = problemsOf(read).join('\n');
    expect(said).toContain('Wakefield has no council area or organisation “Wakefeild”. Did you mean “Wakefield”?');
    expect(said).toContain('“Whitsun” is none of: first day,');
    expect(said).toContain('It ends (26 March 2027) before it begins (9 April 2027).');
    expect(said).toContain('13 February 2027 is a Saturday. Give the first and the last weekday without school.');
    expect(said).toContain('the last day of the school year is one day.');
    expect(said).toContain('Terms, row 7, column D (Last day without school): this is needed.');
    expect(said).toContain('28 November 2026 is at a weekend');
    expect(said).toContain('25 December 2026 is a bank holiday, so nobody is expected anyway.');
    expect(read.problemCount).toBe(8);
  });
});
