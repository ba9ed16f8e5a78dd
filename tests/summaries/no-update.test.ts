import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Period, periodFromKey } from '../../src/calendar/periods.ts';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import { noUpdates, type Said, type Waited, withoutSince } from '../../src/summaries/no-update.ts';

// What a coordinator is told is without an update: once, by name, with the reason if one was given, and never about a pulse.

const attendance: Waited = { key: 'reading:k1:2026-W46', what: 'Attendance, week of 9 Nov' };
const absence: Waited = { key: 'reading:k2:2026-10', what: 'Persistent absence, October 2026' };
const visits: Waited = { key: 'half_term:a31:2026/27-autumn-2', what: 'WAK-31 Transition visits' };
const advert: Waited = { key: 'red:a7:r1', what: 'WAK-7 Two welfare officers' };
const pulse: Waited = { key: 'pulse:w1', what: 'Trust and working together' };
const said = (waited: Waited, reason: string): Said => ({ ...waited, reason });

const table: [name: string, given: { waited?: Waited[]; said?: Said[]; told?: string[] }, expected: string[]][] = [
  ['nothing', {}, []],
  ['a reading past its grace, of which nobody said why', { waited: [attendance] }, ['Attendance, week of 9 Nov: no reason']],
  ['with its reason', { waited: [attendance], said: [said(attendance, 'flu')] }, ['Attendance, week of 9 Nov: flu']],
  ['a reason before its grace is over', { said: [said(attendance, 'flu')] }, ['Attendance, week of 9 Nov: flu']],
  [
    'a reason for a later period of it says why there is none',
    {
      waited: [attendance],
      said: [said({ key: 'reading:k1:2026-W48', what: 'Attendance, week of 23 Nov' }, 'flu')],
      told: [attendance.key],
    },
    ['Attendance, week of 23 Nov: flu'],
  ],
  ['a rating that is put off, with why', { said: [said(visits, 'in January')] }, ['WAK-31 Transition visits: in January']],
  ['told before', { waited: [attendance], told: [attendance.key] }, []],
  ['told before, and a reason came since', { said: [said(attendance, 'flu')], told: [attendance.key] }, []],
  [
    'another period of it is another one',
    { waited: [absence], told: ['reading:k2:2026-09'] },
    ['Persistent absence, October 2026: no reason'],
  ],
  ['a pulse, whatever was said', { waited: [pulse], said: [said(pulse, 'busy')] }, []],
  [
    'by name, never by how long it has waited',
    { waited: [absence, attendance], said: [said(visits, 'in January'), said(advert, 'on leave')] },
    [
      'Attendance, week of 9 Nov: no reason',
      'Persistent absence, October 2026: no reason',
      'WAK-7 Two welfare officers: on leave',
      'WAK-31 Transition visits: in January',
    ],
  ],
];

describe('what is without an update', () => {
  test.each(table)('%s', (_, { waited = [], said: reasons = [], told = [] }, expected) => {
    const found = noUpdates(waited, reasons, new Set(told));
    expect(found.map(({ what, reason }) => `${what}: ${reason ?? 'no reason'}`)).toEqual(expected);
  });
});

describe('since when there is no reading', () => {
  const schools: Terms = { ...nationalTerms, closedInHolidays: true };
  const week = (number: number): Period => periodFromKey(`2026-W${number}`, nationalTerms);
  const kpi = (...weeks: number[]) => ({ readings: weeks.map((number) => ({ period: week(number).key, value: 93 })) }) as never;
  const rows: [name: string, readings: number[], waits: number, today: string, theirs: Terms, since: string | undefined][] = [
    ['due since Friday: in its grace', [45], 46, '2026-11-19', nationalTerms, undefined],
    ['on the last day of its grace', [45], 46, '2026-11-20', nationalTerms, undefined],
    ['the day after', [45], 46, '2026-11-21', nationalTerms, '2026-W46'],
    ['asked for anew every week, without one for three: from the first on', [44], 47, '2026-11-26', nationalTerms, '2026-W45'],
    ['there never was one: the one that is asked for', [], 46, '2026-11-26', nationalTerms, '2026-W46'],
    ['a later one is there: the one that is asked for', [47], 46, '2026-11-26', nationalTerms, '2026-W46'],
    ['in a school’s half-term its grace stands still', [42], 43, '2026-11-03', schools, undefined],
    ['a service works on', [42], 43, '2026-11-03', nationalTerms, '2026-W43'],
  ];
  test.each(rows)('%s', (_, readings, waits, today, theirs, since) => {
    expect(withoutSince(kpi(...readings), week(waits), Temporal.PlainDate.from(today), theirs)?.key).toBe(since);
  });
});
