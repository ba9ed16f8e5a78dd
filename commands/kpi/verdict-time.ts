import type { Cadence } from '../../src/calendar/periods.ts';

/** How long it takes until a KPI's chart can tell a change from chance. */

/** Six readings, and thirteen, by how often it is read. */
const TIMES: Record<Cadence, readonly [limits: string, verdict: string]> = {
  week: ['about 6 weeks', 'about 3 months'],
  month: ['about 6 months', 'about a year'],
  half_term: ['about a school year', 'about 2 school years'],
  term: ['about 2 school years', 'more than 4 school years'],
  year: ['6 years', '13 years'],
};

export const verdictTime = (cadence: Cadence): string =>
  `Limits need 6 readings (${TIMES[cadence][0]}), a full verdict 13 (${TIMES[cadence][1]}).`;
