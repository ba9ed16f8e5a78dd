import { sql } from '../db/client.ts';

/** Parts of the summaries' statements: who answers in a locality, and whose calendar an action keeps. */

/** `here`: who holds a role in which of the localities of `place`; `at_school`: who works at a school. @param day YYYY-MM-DD */
export const people = (day: string) => sql`
    holds as materialized (
      select r.person_id, r.scope_id from role r join person p on p.id = r.person_id
      where r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date) and (p.left_on is null or p.left_on > ${day}::date)
    ), here as materialized (
      select h.person_id, l.id as locality_id from holds h join place l on l.id = h.scope_id
      union select h.person_id, l.id from holds h join place l on l.pilot_id = h.scope_id
      union select h.person_id, l.id from holds h join place l on l.programme_id = h.scope_id
    ), at_school as materialized (
      select p.id from person p join organisation o on o.id = p.organisation_id where o.kind = 'school'
    )`;

/** Of a row with `owner_id`, `deputy_id` and `locality_id`: the owner is at a school, or the deputy who stands in is. */
export const keepsSchool = sql`case
          when deputy_id is not null and (owner_id is null or (owner_id, locality_id) not in (select person_id, locality_id from here))
            and (deputy_id, locality_id) in (select person_id, locality_id from here) then deputy_id in (select id from at_school)
          else owner_id is not null and owner_id in (select id from at_school)
        end`;

/** `place`: the localities that are asked about, each with its place among them from 0. */
export const places = (localityIds: readonly string[]) => sql`
    place as materialized (
      select l.id, l.pilot_id, p.programme_id, wanted.nth::int - 1 as nth
      from unnest(${[...localityIds]}::uuid[]) with ordinality as wanted(id, nth) join locality l on l.id = wanted.id join pilot p on p.id = l.pilot_id
    )`;
