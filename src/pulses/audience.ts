import { sql, type Tx } from '../db/client.ts';
import { ROLES, type RoleName } from '../people/permissions.ts';
import type { Audience, Invitee, Plan } from './pulse.ts';

/** Which roles each audience is made of. */
const ROLES_OF: Record<Audience, readonly RoleName[]> = {
  schools: ['partner'],
  partners: ['partner'],
  leads: ['lead'],
  everybody: ROLES.filter((role) => role !== 'administrator'),
};

/**
 * Whom a wave would ask if it opened on a day (YYYY-MM-DD): who holds a role of its audience in one of its places then. In a programme, pilot
 * or locality these are the roles held for it or for what lies under it; in a group whoever is named in it or works at an organisation that
 * is; in a project whoever works at an organisation that takes part. Everybody once, and in the locality of their organisation.
 */
export const inviteesOf = (tx: Tx, { audience, places }: Pick<Plan, 'audience' | 'places'>, day: string): Promise<Invitee[]> => {
  const during = (row: 'r' | 't') =>
    row === 'r'
      ? sql`r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date)`
      : sql`t."from" <= ${day}::date and (t."to" is null or t."to" >= ${day}::date)`;
  return tx.$queryRaw<Invitee[]>`
    with place as (select * from json_to_recordset(${JSON.stringify(places)}::json) as p (kind text, id uuid)),
    scope as (
      select id from place where kind in ('programme', 'pilot', 'locality')
      union select x.id from pilot x join place on place.kind = 'programme' and place.id = x.programme_id
      union select l.id from locality l join pilot x on x.id = l.pilot_id
        join place on place.kind = 'pilot' and place.id = x.id or place.kind = 'programme' and place.id = x.programme_id),
    member as (
      select m.person_id from group_member m join place on place.kind = 'group' and place.id = m.group_id
      union select p.id from group_member m join place on place.kind = 'group' and place.id = m.group_id
        join person p on p.organisation_id = m.organisation_id),
    taking as (
      select distinct p.id as person_id, t.project_id from taking_part t join person p on p.organisation_id = t.organisation_id
      where t.project_id in (select id from place where kind = 'project') and ${during('t')}),
    asked as (
      select distinct r.person_id as id from role r
      where r.role = any(${[...ROLES_OF[audience]]}::text[]) and ${during('r')} and (r.scope_id in (select id from scope)
        or r.person_id in (select person_id from member where person_id is not null)
        or r.person_id in (select person_id from taking))),
    joined as (
      select asked.id as person_id, m.group_id from asked join group_member m on m.person_id = asked.id
      union select asked.id, m.group_id from asked join person p on p.id = asked.id join group_member m on m.organisation_id = p.organisation_id),
    groups as (select person_id, json_agg(group_id order by group_id) as ids from joined group by person_id),
    projects as (select person_id, json_agg(project_id order by project_id) as ids from taking group by person_id)
    select p.id as "personId", o.id as "organisationId", o.locality_id as "localityId", l.pilot_id as "pilotId",
      case when o.kind = 'school' then coalesce(o.phase, 'other') end as phase,
      coalesce(groups.ids, '[]') as "groupIds", coalesce(projects.ids, '[]') as "projectIds"
    from asked join person p on p.id = asked.id
      left join organisation o on o.id = p.organisation_id
      left join locality l on l.id = o.locality_id
      left join groups on groups.person_id = p.id
      left join projects on projects.person_id = p.id
    where (p.left_on is null or p.left_on > ${day}::date) and (${audience !== 'schools'}::boolean or o.kind = 'school')
    order by p.id`;
};
