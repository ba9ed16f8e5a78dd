import { Temporal } from 'temporal-polyfill';
import type { Db } from '../../src/db/client.ts';
import { TEAM } from '../support/world.ts';

/**
 * People for whom something waits, in groups: the moment of each group comes some minutes after that of the one before, over the working
 * hours of a week in term.
 */

/** Of a group; the last of them has no account and is written to by e-mail. */
export const PEOPLE = 4;
/** Minutes between two groups: longer than a process lives here, and than a dead one is waited for. */
const APART = 3;
const MONDAY = Temporal.PlainDate.from('2026-11-23');
const FIRST = Temporal.PlainTime.from('08:30');
/** Groups of one day: the last is at 16:57. */
const A_DAY = 170;

export type Somebody = {
  id: string;
  group: number;
  /** What stands in every message to them: their Slack account or their address. */
  account: string;
  by: 'slack' | 'email';
};

/** When the nudges of a group are due, from 1 on: Tuesday, then the days after it. */
export const momentOf = (group: number): Temporal.Instant => {
  const [days, nth] = [Math.floor((group - 1) / A_DAY), (group - 1) % A_DAY];
  return MONDAY.add({ days: 1 + days })
    .toZonedDateTime({ timeZone: 'Europe/London', plainTime: FIRST.add({ minutes: APART * nth }) })
    .toInstant();
};
/** Up to when everything was planned before any of it. */
const BEFORE = momentOf(1).subtract({ minutes: APART });

const id = (kind: string, key: string) => `md5('kills ${kind} ' || ${key})::uuid`;

/** Fills an empty database with them. */
export const buildNudgeWorld = async (db: Db, groups: number): Promise<Somebody[]> => {
  const each = `generate_series(1, ${groups}) as g, generate_series(1, ${PEOPLE}) as i`;
  const key = `g || '-' || i`;
  const account = `case when i < ${PEOPLE} then 'UK' || lpad(g::text, 4, '0') || lpad(i::text, 2, '0') else 'kills.' || g || '.' || i || '@example.org' end`;
  const began = `timestamptz '2026-09-01T00:00:00Z'`;
  const statements = [
    `insert into programme (id, name) values (${id('programme', `''`)}, 'Kills')`,
    `insert into pilot (id, programme_id, name, theme, position) values (${id('pilot', `''`)}, ${id('programme', `''`)}, 'Kills', 'Kills', 1)`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position)
     select ${id('locality', 'g')}, ${id('pilot', `''`)}, 'Group ' || g, 'G' || g, 'council', g from generate_series(1, ${groups}) as g`,
    `insert into person (id, post, email) select ${id('person', key)}, 'Owner ' || g || '-' || i, case when i < ${PEOPLE} then null else ${account} end from ${each}`,
    `insert into identity (id, person_id, platform, tenant, "user", linked_at, how)
     select ${id('identity', key)}, ${id('person', key)}, 'slack', '${TEAM}', ${account}, ${began}, 'code' from ${each} where i < ${PEOPLE}`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from") select ${id('role', key)}, ${id('person', key)}, 'partner', 'locality', ${id('locality', 'g')}, '2026-09-01' from ${each}`,
    `insert into nudge_setting (person_id, weekday, time, changed_at)
     select ${id('person', key)}, 2 + (g - 1) / ${A_DAY}, to_char(time '${FIRST}' + ((g - 1) % ${A_DAY}) * interval '${APART} minutes', 'HH24:MI'), ${began} from ${each}`,
    // Each owns a weekly KPI, and nobody has read it: last week's reading waits for them.
    `insert into kpi (id, locality_id, position) select ${id('kpi', key)}, ${id('locality', 'g')}, i from ${each}`,
    `insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, definition, source, recorded_at)
     select ${id('kpi', key)}, 1, 'Attendance ' || i, '{}', '%', 'outcome', 'increase', 1, 'children', 'none', 'week', 91.5, '2026-09-07', 'As agreed', 'Registers', ${began} from ${each}`,
    `insert into kpi_owner (kpi_id, version, owner_id, recorded_at) select ${id('kpi', key)}, 1, ${id('person', key)}, ${began} from ${each}`,
    `insert into planner (id, planned_to) values (1, '${BEFORE}')`,
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
  return db.$queryRawUnsafe<Somebody[]>(
    `select ${id('person', key)}::text as id, g::int as "group", ${account} as account, case when i < ${PEOPLE} then 'slack' else 'email' end as by from ${each} order by g, i`,
  );
};
