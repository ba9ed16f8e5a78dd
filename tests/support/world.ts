import type { Db } from '../../src/db/client.ts';

/**
 * People under load, for the benchmark and the kill tests: a locality each, with a lead, four weekly KPIs, and three months of readings. None has a reading
 * for last week or this one, so that every KPI takes two undated readings, each of which is really written.
 */

export const TEAM = 'T0BENCH';
export const KPIS = ['Attendance', 'Persistent absence', 'Punctuality', 'Engagement'] as const;
/** Readings that a KPI takes: for last week, then for this week. */
const READINGS_EACH = 2;
const WEEKS_BEFORE = 12;

/** Slack's user id of the nth lead, from 1. */
export const userOf = (n: number) => `U${String(n).padStart(8, '0')}`;
/** How many leads are needed for so many requests. */
export const leadsFor = (requests: number) => Math.ceil(requests / (KPIS.length * READINGS_EACH));

/** Which reading the nth request gives, from 0: everybody's first before anybody's second. */
export const readingAt = (index: number, leads: number) => {
  const round = Math.floor(index / leads);
  return {
    user: userOf((index % leads) + 1),
    kpi: KPIS[Math.floor(round / READINGS_EACH) % KPIS.length] as string,
    value: (90 + ((index * 7) % 60) / 10).toFixed(1),
  };
};

const id = (kind: string, key: string) => `md5('bench ${kind} ' || ${key})::uuid`;

/** Adds them to a database with a programme in it, in eight statements. */
export const buildWorld = async (db: Db, leads: number): Promise<void> => {
  const people = `generate_series(1, ${leads}) as n`;
  const kpis = `${people}, unnest(array[${KPIS.map((name) => `'${name}'`).join(', ')}]) with ordinality as k(name, i)`;
  const kpi = id('kpi', `n || '-' || i`);
  const statements = [
    `insert into pilot (id, programme_id, name, theme, position) select ${id('pilot', `''`)}, id, 'Benchmark', 'Benchmark', 99 from programme limit 1`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position)
     select ${id('locality', 'n')}, ${id('pilot', `''`)}, 'Place ' || n, 'P' || n, 'council', n from ${people}`,
    `insert into person (id, post) select ${id('person', 'n')}, 'Lead of place ' || n from ${people}`,
    `insert into identity (id, person_id, platform, tenant, "user", linked_at, how)
     select ${id('identity', 'n')}, ${id('person', 'n')}, 'slack', '${TEAM}', 'U' || lpad(n::text, 8, '0'), now(), 'code' from ${people}`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('role', 'n')}, ${id('person', 'n')}, 'lead', 'locality', ${id('locality', 'n')}, '2020-01-01' from ${people}`,
    `insert into kpi (id, locality_id, position) select ${kpi}, ${id('locality', 'n')}, i from ${kpis}`,
    `insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, definition, source, recorded_at)
     select ${kpi}, 1, k.name, '{}', '%', 'outcome', 'increase', 1, 'children', 'none', 'week', 91.5, date_trunc('week', now())::date - ${7 * WEEKS_BEFORE + 21}, 'As agreed', 'Registers', now() from ${kpis}`,
    `insert into kpi_target (kpi_id, version, value, date, recorded_at) select ${kpi}, 1, 94, date_trunc('week', now())::date + 250, now() from ${kpis}`,
    `insert into kpi_owner (kpi_id, version, owner_id, recorded_at) select ${kpi}, 1, ${id('person', 'n')}, now() from ${kpis}`,
    `insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at, recorded_by_id)
     select ${id('reading', `n || '-' || i || '-' || w`)}, ${kpi}, to_char(monday, 'IYYY"-W"IW'), monday, monday + 6, 1, 'reading', 90 + (n + i + w) % 40 / 10.0, 'person', now(), ${id('person', 'n')}
     from ${kpis}, generate_series(2, ${WEEKS_BEFORE + 1}) as w, lateral (select date_trunc('week', now())::date - (7 * w)::int as monday) as weeks`,
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};

/** How many of the benchmark's readings are in the database. */
export const savedReadings = async (db: Db): Promise<number> => {
  const [row] = await db.$queryRawUnsafe<{ count: number }[]>(
    `select count(*)::int as count from reading where period_start >= date_trunc('week', now())::date - 7 and recorded_by_id in (select person_id from identity where tenant = '${TEAM}')`,
  );
  return row?.count ?? 0;
};
