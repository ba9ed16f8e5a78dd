import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { readDemonstration } from '../../src/programme/format.ts';
import { demoId } from '../../src/programme/ids.ts';
import { allKpiRows } from '../../src/programme/kpi-rows.ts';

const demonstration = readDemonstration();
const startedAt = (moment: string) => allKpiRows(demonstration, Temporal.Instant.from(moment));

describe.each([
  { when: 'on a Monday', at: '2026-11-23T08:00:00Z', attendance: '2026-W47', absence: '2026-W46', visits: '2026-10' },
  {
    when: 'on a Friday, when the week itself is due',
    at: '2026-11-27T17:00:00Z',
    attendance: '2026-W47',
    absence: '2026-W47',
    visits: '2026-10',
  },
  { when: 'on the first day of July', at: '2027-07-01T08:00:00Z', attendance: '2027-W25', absence: '2027-W24', visits: '2027-05' },
  { when: 'in the summer holiday', at: '2027-08-11T08:00:00Z', attendance: '2027-W29', absence: '2027-W28', visits: '2027-07' },
  { when: 'on the first day of a school year', at: '2027-09-01T08:00:00Z', attendance: '2027-W29', absence: '2027-W28', visits: '2027-07' },
  { when: 'in another year', at: '2029-02-08T08:00:00Z', attendance: '2029-W05', absence: '2029-W04', visits: '2029-01' },
])('started $when', ({ at, attendance, absence, visits }) => {
  const rows = startedAt(at);
  const today = new Date(at.slice(0, 10));
  const last = (kpi: string) => rows.readings.filter(({ kpiId }) => kpiId === demoId('kpi', 'wakefield', kpi)).at(-1)?.period;

  it('is up to date but for what waits', () => {
    expect([last('Attendance'), last('Persistent absence'), last('Visits in hubs')]).toEqual([attendance, absence, visits]);
  });

  it('leaves the current period free, so that the first thing somebody logs is a new reading', () => {
    expect(rows.readings.filter(({ periodEnd }) => periodEnd >= today)).toEqual([]);
  });

  it('has every target ahead and every baseline behind', () => {
    expect(rows.targets.length).toBeGreaterThanOrEqual(36);
    expect(rows.targets.filter(({ date }) => date <= today)).toEqual([]);
    expect(rows.definitions.filter(({ baselineDate }) => baselineDate && baselineDate > today)).toEqual([]);
  });

  it('has at least two readings of every KPI, and one for a period at most', () => {
    for (const { id } of rows.kpis) {
      const periods = rows.readings.filter(({ kpiId }) => kpiId === id).map(({ period }) => period);
      expect(periods.length).toBeGreaterThanOrEqual(2);
      expect(new Set(periods).size).toBe(periods.length);
    }
  });
});

it('the past is the same a week later, but for the line towards today', () => {
  const readings = (moment: string) => startedAt(moment).readings.map(({ kpiId, period, origin }) => `${kpiId} ${period} ${origin}`);
  const later = new Set(readings('2026-11-26T10:00:00Z'));
  expect(readings('2026-11-19T10:00:00Z').filter((reading) => !later.has(reading))).toEqual([]);
});
