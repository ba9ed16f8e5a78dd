import type { Db } from '../src/db/client.ts';
import { buildPlans, PLAN } from '../tests/support/plan-world.ts';

/**
 * A programme as large as England: the plans of 153 localities, their schools and services, and everybody who works there. Each action
 * and KPI has an owner of its own, most people own nothing, and each has an account where they can be written to. Nothing in it is thrown.
 */

export type Crowd = { localities: number; organisations: number; people: number };
export const CROWD: Crowd = { localities: PLAN.localities, organisations: 24_000, people: 60_000 };
export const FEW: Crowd = { localities: 1, organisations: 24, people: 60 };

/** A year of ratings: what waits is decided by the latest. */
const YEARS = 1;
/** KPIs of a locality beside those of its plan, without a reading yet. */
const MORE_KPIS = ['Visits', 'Waiting time'];
/** Workspaces and tenants that people write in. */
const TENANTS = 40;

const id = (kind: string, key: string) => `md5('crowd ${kind} ' || ${key})::uuid`;
const of = (kind: string, key: string) => `md5('plan ${kind} ' || ${key})::uuid`; // of plan-world.ts

/** Adds them to a database with a programme in it. @param at the moment up to which they go */
export const buildCrowd = async (db: Db, { localities, organisations, people }: Crowd, at: string): Promise<void> => {
  const now = `'${at}'::timestamptz`;
  await buildPlans(db, { localities, actions: PLAN.actions, years: YEARS }, at);
  const each = `generate_series(1, ${localities}) as n`;
  const place = (key: string) => `(${key} - 1) % ${localities} + 1`;
  /** The ith person of the nth locality. */
  const person = (n: string, i: string) => id('person', `((${i}) * ${localities} + ${n})`);
  const kpis = `${each}, unnest(array[${MORE_KPIS.map((name) => `'${name}'`).join(', ')}]) with ordinality as k(name, i)`;
  const kpi = id('kpi', `n || '-' || i`);
  const statements = [
    `insert into council_area (id, name, code) select ${id('area', 'n')}, 'Large area ' || n, 'E99' || lpad(n::text, 6, '0') from ${each}`,
    `insert into locality_area (locality_id, council_area_id) select ${of('locality', 'n')}, ${id('area', 'n')} from ${each}`,
    // Every third area has said its dates, every ninth school a day of its own.
    `insert into term_dates (id, council_area_id, year, dates, recorded_at)
     select ${id('terms', 'n')}, ${id('area', 'n')}, 2026, '{"start": "2026-09-03", "autumnHalfTerm": ["2026-10-26", "2026-10-30"]}', ${now} - interval '90 days' from ${each} where n % 3 = 0`,
    `insert into organisation (id, locality_id, council_area_id, name, kind, phase)
     select ${id('organisation', 'n')}, ${of('locality', place('n'))}, ${id('area', place('n'))}, 'Organisation ' || n, case when n % 12 = 0 then 'service' else 'school' end, case when n % 12 = 0 then null else 'primary' end
     from generate_series(1, ${organisations}) as n`,
    `insert into closed_day (id, organisation_id, day, what, recorded_at)
     select ${id('closed', 'n')}, ${id('organisation', 'n')}, date '2026-11-20' + n % 8, 'inset', ${now} - interval '90 days' from generate_series(9, ${organisations}, 9) as n`,
    `insert into person (id, post, email, organisation_id) select ${id('person', 'n')}, 'Somebody ' || n, 'somebody.' || n || '@example.org', ${id('organisation', `((n - 1) % ${organisations} + 1)`)} from generate_series(1, ${people}) as n`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('role', 'n')}, ${id('person', 'n')}, case when n <= ${localities} then 'coordinator' when n <= 3 * ${localities} then 'lead' else 'partner' end, 'locality', ${of('locality', place('n'))}, '2020-01-01' from generate_series(1, ${people}) as n`,
    `insert into identity (id, person_id, platform, tenant, "user", linked_at, how)
     select ${id('identity', 'n')}, ${id('person', 'n')}, case when n % 40 = 0 then 'slack' else 'teams' end, 'tenant-' || n % ${TENANTS}, 'user-' || n, ${now}, 'code' from generate_series(1, ${people}) as n`,
    `insert into conversation_reference (id, platform, tenant, conversation, kind, person_id, reference, seen_at)
     select ${id('conversation', 'n')}, 'teams', 'tenant-' || n % ${TENANTS}, 'a:' || n, 'personal', ${id('person', 'n')},
       jsonb_build_object('serviceUrl', 'https://connector.example.org/', 'tenant', 'tenant-' || n % ${TENANTS}, 'conversation', 'a:' || n, 'kind', 'personal', 'bot', '28:bench', 'member', 'user-' || n), ${now}
     from generate_series(1, ${people}) as n where n % 40 > 0`,
    `insert into nudge_setting (person_id, weekday, time, changed_at) select ${id('person', 'n')}, n % 5 + 1, '09:15', ${now} from generate_series(10, ${people}, 10) as n`,
    `insert into kpi (id, locality_id, position) select ${kpi}, ${of('locality', 'n')}, 100 + i from ${kpis}`,
    `insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, definition, source, recorded_at)
     select ${kpi}, 1, k.name, '{}', 'visits', 'process', 'increase', 0, 'other', 'none', 'month', 10, ${now}::date - 200, 'As agreed', 'Registers', ${now} - interval '200 days' from ${kpis}`,
    `insert into kpi_owner (kpi_id, version, owner_id, recorded_at) select ${kpi}, 1, ${person('n', `${PLAN.actions} + 4 + i`)}, ${now} - interval '200 days' from ${kpis}`,
    // What a plan's eight people own, one person each.
    `update action_version v set owner_id = ${person('l.n', 'a.number')}
     from action a, (select n, ${of('locality', 'n')} as locality_id from ${each}) as l where a.id = v.action_id and l.locality_id = a.locality_id and a.number < ${Math.floor(people / localities)}`,
    `insert into kpi_owner (kpi_id, version, owner_id, recorded_at)
     select k.id, 2, ${person('l.n', `${PLAN.actions} + k.position`)}, ${now} - interval '100 days' from kpi k join (select n, ${of('locality', 'n')} as locality_id from ${each}) as l on l.locality_id = k.locality_id where k.position < 100`,
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};
