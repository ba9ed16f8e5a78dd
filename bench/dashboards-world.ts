import type { Db } from '../src/db/client.ts';

/** A programme as large as England with the KPIs of each of its localities, for the page that counts them all. */

/** KPIs of each locality, those of its plan among them, and weeks for which each is read. */
export const DASHBOARDS = { kpis: 20, weeks: 156 };
const OF_PLAN = 4;
/** Weeks in one statement: each has the limit that the product's have. */
const AT_ONCE = 4;

const of = (kind: string, key: string) => `md5('plan ${kind} ' || ${key})::uuid`; // of plan-world.ts

/** From 90 to 94 as thrown, the same in every run: most of what is read every week varies by chance. Those of plan-world.ts rise and fall. */
const thrown = (key: string) => `90 + ('x' || substr(md5('thrown ' || ${key}), 1, 4))::bit(16)::int % 400 / 100.0`;

/** Adds as many KPIs to the localities of plan-world.ts as they lack, each read every week. @param weeks a multiple of 4 */
export const buildKpis = async (db: Db, localities: number, weeks = DASHBOARDS.weeks) => {
  const kpis = `generate_series(1, ${localities}) as n, generate_series(${OF_PLAN + 1}, ${DASHBOARDS.kpis}) as i`;
  const kpi = of('kpi', `n || '-' || i`);
  const began = `now() - interval '3 years'`;
  const statements = [
    `insert into kpi (id, locality_id, position) select ${kpi}, ${of('locality', 'n')}, i from ${kpis}`,
    `insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, definition, source, recorded_at)
     select ${kpi}, 1, 'Measure ' || i, '{}', '%', 'outcome', 'increase', 1, 'other', 'none', 'week', 91.5, (${began})::date, 'As agreed', 'Registers', ${began} from ${kpis}`,
    `insert into kpi_target (kpi_id, version, value, date, recorded_at) select ${kpi}, 1, 94, now()::date + 250, ${began} from ${kpis}`,
    ...Array.from(
      { length: weeks / AT_ONCE },
      (_, at) => `insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at)
     select ${of('reading', `n || '-' || i || '-' || w`)}, ${kpi}, to_char(monday, 'IYYY"-W"IW'), monday, monday + 6, 1, 'reading', ${thrown(`n || '-' || i || '-' || w`)}, 'demonstration', monday + 5
     from ${kpis}, generate_series(${at * AT_ONCE + 1}, ${(at + 1) * AT_ONCE}) as w, lateral (select date_trunc('week', now())::date - (7 * w)::int as monday) as weeks`,
    ),
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};
