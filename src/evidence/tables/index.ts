import { CALENDARS } from './calendars.ts';
import { CONTEXT } from './context.ts';
import { COVERAGE } from './coverage.ts';
import { CRITERIA } from './criteria.ts';
import { FREE_TEXT } from './free-text.ts';
import { KPIS } from './kpis.ts';
import { PEOPLE } from './people.ts';
import { PLACES } from './places.ts';
import { PLAN } from './plan.ts';
import { PROJECTS } from './projects.ts';
import { PULSES } from './pulses.ts';
import { READINGS } from './readings.ts';
import { REGISTER } from './register.ts';
import type { Table } from './table.ts';

/** Every table there is, in the order in which they are listed. */
export const TABLES: readonly Table[] = [
  ...PLACES,
  ...PEOPLE,
  ...PROJECTS,
  ...KPIS,
  ...READINGS,
  ...COVERAGE,
  ...PLAN,
  ...PULSES,
  ...CRITERIA,
  ...REGISTER,
  ...CALENDARS,
  ...CONTEXT,
  ...FREE_TEXT,
];
