import { type Sql, sql } from '../db/client.ts';

/**
 * The role in which somebody speaks for or about a locality, for those who see people as groups; null where they hold none. The nearest
 * scope comes first. Needs the locality as `l` and its pilot as `pi`.
 * @param person the column that holds their id
 */
export const roleGroup = (person: Sql): Sql => sql`(select r.role from role r where r.person_id = ${person}
  and r.role in ('lead', 'coordinator', 'evaluator') and r.scope_id in (l.id, pi.id, pi.programme_id)
  order by array_position(array['locality', 'pilot', 'programme'], r.scope_kind), r.role limit 1)`;
