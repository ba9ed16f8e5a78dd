import type { Db } from '../../src/db/client.ts';

/**
 * A programme as large as England's councils, for the benchmark: localities with actions, each rated by its owner about once a
 * month and by an adviser about once a term, over three years. The same in every run: nothing in it is thrown.
 */

export const PLAN = { localities: 153, actions: 40, years: 3 } as const;

const id = (kind: string, key: string) => `md5('plan ${kind} ' || ${key})::uuid`;

const count = (most: number) => Array.from({ length: most }, (_, at) => at + 1);

/** Adds them to a database with a programme in it; ids of localities begin at `md5('plan locality ' || n)`. */
export const buildPlans = async (db: Db, { localities, actions, years } = PLAN as { localities: number; actions: number; years: number }): Promise<void> => {
  const each = `generate_series(1, ${localities}) as n`;
  const all = `${each}, generate_series(1, ${actions}) as a`;
  const key = `n || '-' || a`;
  const statements = [
    `insert into pilot (id, programme_id, name, theme, position) select ${id('pilot', 'p')}, id, 'Large ' || p, 'Benchmark', 100 + p from programme, generate_series(1, 9) as p`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position)
     select ${id('locality', 'n')}, ${id('pilot', '(n % 9 + 1)')}, 'Large place ' || n, 'L' || chr(65 + n / 26) || chr(65 + n % 26), 'council', n from ${each}`,
    `insert into person (id, post) select ${id('person', `n || '-' || p`)}, 'Owner ' || p || ' of large place ' || n from ${each}, generate_series(1, 8) as p`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('role', `n || '-' || p`)}, ${id('person', `n || '-' || p`)}, case when p = 1 then 'lead' else 'partner' end, 'locality', ${id('locality', 'n')}, '2020-01-01' from ${each}, generate_series(1, 8) as p`,
    `insert into action (id, locality_id, number, origin) select ${id('action', key)}, ${id('locality', 'n')}, a, 'demonstration' from ${all}`,
    `insert into action_version (action_id, version, change, title, success_measure, due, owner_id, criterion_id, kpi_ids, steps, recorded_at, recorded_by_id)
     select ${id('action', key)}, v, case v when 1 then 'created' else 'due' end, 'Action ' || a || ' of place ' || n, 'It is done', current_date - 60 + ((n * 7 + a * 11 + v * 30) % 300),
       ${id('person', `n || '-' || (a % 8 + 1)`)}, (select id from criterion where position = (n + a) % 4 + 1), '{}', '[{"text": "First step", "due": null, "done": null}]',
       now() - interval '${years} years' + (v - 1) * interval '200 days', ${id('person', `n || '-1'`)}
     from ${all}, generate_series(1, 3) as v`,
    // One statement for each month: a longer one would pass the limit that statements have.
    ...count(Math.floor((years * 365) / 30) - 1).map(
      (v) => `insert into rating (id, action_id, kind, version, rating, reason, remedy, definition_version, origin, recorded_at, recorded_by_id)
     select ${id('rating', `n || '-' || a || '-s${v}'`)}, ${id('action', key)}, 'self', ${v}, r.word, case when r.word in ('amber', 'red') then 'what is in the way' end, case when r.word = 'red' then 'what would put it right' end, 1, 'demonstration',
       now() - interval '${years} years' + ${v} * interval '30 days' + (n * 7 + a * 5) % 29 * interval '1 day', ${id('person', `n || '-' || (a % 8 + 1)`)}
     from ${all}, lateral (select (array['green', 'green', 'amber', 'red', 'green', 'amber', 'complete'])[(n * 3 + a * 5 + ${v}) % 7 + 1] as word) as r`,
    ),
    ...count(Math.floor((years * 365) / 100)).map(
      (v) => `insert into rating (id, action_id, kind, version, rating, reason, definition_version, origin, recorded_at)
     select ${id('rating', `n || '-' || a || '-i${v}'`)}, ${id('action', key)}, 'independent', ${v}, r.word, case when r.word in ('amber', 'red') then 'what is in the way' end, 1, 'demonstration', now() - interval '${years} years' + ${v} * interval '100 days'
     from ${all}, lateral (select (array['green', 'amber', 'red'])[(n + a + ${v}) % 3 + 1] as word) as r`,
    ),
    'analyze',
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};
