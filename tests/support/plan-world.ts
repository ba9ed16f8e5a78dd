import type { Db } from '../../src/db/client.ts';

/**
 * A programme as large as England's councils, for the benchmark: localities with actions, each rated by its owner about once a
 * month and by an adviser about once a term, over three years, and KPIs read every week. The same in every run: nothing in it is thrown.
 */

export type Plan = { localities: number; actions: number; years: number };
export const PLAN: Plan = { localities: 153, actions: 40, years: 3 };
const KPIS = ['Attendance', 'Persistent absence', 'Punctuality', 'Engagement'];
const VERSIONS = 3;
/** Days between an owner's ratings, and between an adviser's. */
const GAPS = { self: 30, independent: 100 };
/** People who may read all of it. */
export const READERS = 10;

const id = (kind: string, key: string) => `md5('plan ${kind} ' || ${key})::uuid`;
const STILL = `'9999-12-31T00:00:00Z'::timestamptz`;
const count = (most: number) => Array.from({ length: most }, (_, at) => at + 1);
const after = (from: string, days: string) => `${from} + (${days}) * interval '1 day'`;

/**
 * Adds them to a database with a programme in it. No statement is long: each has the limit that the product's have.
 * @param at the moment up to which they go; the machine's, unless said
 */
export const buildPlans = async (db: Db, { localities, actions, years }: Plan = PLAN, at?: string): Promise<void> => {
  // One moment for all statements: a version counts exactly until the next one was recorded.
  const [clock] = await db.$queryRawUnsafe<{ now: string; began: string }[]>(
    `select now.at::text as now, (now.at - interval '${years} years')::text as began from (values (${at ? `'${at}'::timestamptz` : 'now()'})) as now(at)`,
  );
  const now = `'${clock?.now}'::timestamptz`;
  const today = `${now}::date`;
  const began = `'${clock?.began}'::timestamptz`;
  const each = `generate_series(1, ${localities}) as n`;
  const all = `${each}, generate_series(1, ${actions}) as a`;
  const kpis = `${each}, unnest(array[${KPIS.map((name) => `'${name}'`).join(', ')}]) with ordinality as k(name, i)`;
  const key = `n || '-' || a`;
  const kpi = id('kpi', `n || '-' || i`);
  const months = Math.floor((years * 365) / GAPS.self) - 1;
  const terms = Math.floor((years * 365) / GAPS.independent);
  const until = (from: (version: string) => string, last: number) => `case when v = ${last} then ${STILL} else ${from('v + 1')} end`;
  const versionAt = (v: string) => after(began, `200 * (${v} - 1)`);
  // The latest lie in the last four weeks, so that some reds are fresh and some are past their cadence.
  const selfAt = (v: string) => after(began, `${years * 365 - 1} - ${GAPS.self} * (${months} - (${v})) - (n * 7 + a * 5) % 29`);
  const independentAt = (v: string) => after(began, `${GAPS.independent} * (${v})`);
  const statements = [
    `insert into pilot (id, programme_id, name, theme, position) select ${id('pilot', 'p')}, id, 'Large ' || p, 'Benchmark', 100 + p from programme, generate_series(1, 9) as p`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position)
     select ${id('locality', 'n')}, ${id('pilot', '(n % 9 + 1)')}, 'Large place ' || n, 'L' || chr(65 + n / 26) || chr(65 + n % 26), 'council', n from ${each}`,
    `insert into person (id, post) select ${id('person', `n || '-' || p`)}, 'Owner ' || p || ' of large place ' || n from ${each}, generate_series(1, 8) as p`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('role', `n || '-' || p`)}, ${id('person', `n || '-' || p`)}, case when p = 1 then 'lead' else 'partner' end, 'locality', ${id('locality', 'n')}, '2020-01-01' from ${each}, generate_series(1, 8) as p`,
    `insert into person (id, post) select ${id('reader', 'n')}, 'Reader ' || n from generate_series(1, ${READERS}) as n`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('reading role', 'n')}, ${id('reader', 'n')}, 'coordinator', 'programme', p.id, '2020-01-01' from programme p, generate_series(1, ${READERS}) as n`,
    `insert into kpi (id, locality_id, position) select ${kpi}, ${id('locality', 'n')}, i from ${kpis}`,
    `insert into kpi_definition (kpi_id, version, name, aliases, unit, kind, improvement, decimals, counts, base, cadence, baseline, baseline_date, definition, source, recorded_at)
     select ${kpi}, 1, k.name, '{}', '%', 'outcome', 'increase', 1, 'other', 'none', 'week', 91.5, ${began}::date, 'As agreed', 'Registers', ${began} from ${kpis}`,
    `insert into kpi_target (kpi_id, version, value, date, recorded_at) select ${kpi}, 1, 94, ${today} + 250, ${began} from ${kpis}`,
    `insert into kpi_owner (kpi_id, version, owner_id, recorded_at) select ${kpi}, 1, ${id('person', `n || '-1'`)}, ${began} from ${kpis}`,
    ...count(years).map(
      (year) => `insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at)
     select ${id('reading', `n || '-' || i || '-' || w`)}, ${kpi}, to_char(monday, 'IYYY"-W"IW'), monday, monday + 6, 1, 'reading', 90 + (n + i + w) % 40 / 10.0, 'demonstration', monday + 5
     from ${kpis}, generate_series(${(year - 1) * 52 + 1}, ${year * 52}) as w, lateral (select date_trunc('week', ${now})::date - (7 * w)::int as monday) as weeks`,
    ),
    `insert into action (id, locality_id, number, origin) select ${id('action', key)}, ${id('locality', 'n')}, a, 'demonstration' from ${all}`,
    `insert into action_version (action_id, version, change, title, success_measure, due, owner_id, criterion_id, kpi_ids, steps, recorded_at, until, recorded_by_id)
     select ${id('action', key)}, v, case v when 1 then 'created' else 'due' end, 'Action ' || a || ' of place ' || n, 'It is done', ${today} - 60 + ((n * 7 + a * 11 + v * 30) % 300),
       ${id('person', `n || '-' || (a % 8 + 1)`)}, c.id, array[${id('kpi', `n || '-' || (a % 4 + 1)`)}],
       json_build_array(json_build_object('text', 'First step', 'due', ${today} - 40 + (n + a) % 90, 'done', null))::jsonb, ${versionAt('v')}, ${until(versionAt, VERSIONS)}, ${id('person', `n || '-1'`)}
     from ${all}, criterion c, generate_series(1, ${VERSIONS}) as v where c.position = (n + a) % 4 + 1`,
    // One statement for each month.
    ...count(months).map(
      (
        v,
      ) => `insert into rating (id, action_id, kind, version, rating, reason, remedy, definition_version, origin, recorded_at, until, recorded_by_id)
     select ${id('rating', `n || '-' || a || '-s' || v`)}, ${id('action', key)}, 'self', v, r.word, case when r.word in ('amber', 'red') then 'what is in the way' end, case when r.word = 'red' then 'what would put it right' end, 1, 'demonstration',
       ${selfAt('v')}, ${until(selfAt, months)}, ${id('person', `n || '-' || (a % 8 + 1)`)}
     from ${all}, (values (${v})) as m(v), lateral (select (array['green', 'green', 'amber', 'red', 'green', 'amber', 'complete'])[(n * 3 + a * 5 + v) % 7 + 1] as word) as r`,
    ),
    ...count(terms).map(
      (v) => `insert into rating (id, action_id, kind, version, rating, reason, definition_version, origin, recorded_at, until)
     select ${id('rating', `n || '-' || a || '-i' || v`)}, ${id('action', key)}, 'independent', v, r.word, case when r.word in ('amber', 'red') then 'what is in the way' end, 1, 'demonstration', ${independentAt('v')}, ${until(independentAt, terms)}
     from ${all}, (values (${v})) as m(v), lateral (select (array['green', 'amber', 'red'])[(n + a + v) % 3 + 1] as word) as r`,
    ),
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};

/** The ids of the people who may read all of it. */
export const readersOf = async (db: Db): Promise<string[]> =>
  (await db.$queryRawUnsafe<{ id: string }[]>(`select ${id('reader', 'n')}::text as id from generate_series(1, ${READERS}) as n`)).map(
    (row) => row.id,
  );
