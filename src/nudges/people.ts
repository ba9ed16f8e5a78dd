import { Temporal } from 'temporal-polyfill';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, sql, type Tx } from '../db/client.ts';
import { type Calendars, calendarsFor } from '../people/calendars.ts';
import type { RoleName } from '../people/permissions.ts';
import type { Person } from './person.ts';

/** Who may be written to unasked on a day. */

/** Unless they chose otherwise: Tuesday, 08:30. */
export const DEFAULT_WEEKDAY = 2;
export const DEFAULT_TIME = '08:30';

/** An hour at which somebody's nudges go: "08:30" in their zone. */
export type Hour = { zone: string; time: string };

type Asked = {
  /** YYYY-MM-DD in the programme's zone. */
  day: string;
  /** Ids of people: these, whether or not anything can wait for them. */
  only?: readonly string[];
  /** Those for whom something can wait and whose nudges go at one of these hours of theirs. */
  hours?: readonly Hour[];
};
type Row = Omit<Person, 'terms' | 'time'> & { time: string };

/** Whoever takes days back before this hour is there on that day; later it has begun without them, and what was to come on it has moved. */
const MORNING = '08:00';

/** Roles for which something of a whole place can wait, and not only what is their own. */
export const WHOLE_PLACES: readonly RoleName[] = ['lead', 'coordinator', 'adviser'];

const ZONE = sql`coalesce(p.zone, ${PROGRAMME_ZONE})`;
/** The hour of somebody's nudges; on Fridays none is later than 15:00. A nudge moves to another day at the same hour. */
const HOUR = sql`least(coalesce(s.time, ${DEFAULT_TIME}), case when s.weekday = 5 then '15:00' end)`;

/** Every hour at which anybody's nudges go. */
export const hoursOf = (tx: Tx): Promise<Hour[]> => tx.$queryRaw<Hour[]>`
  select distinct ${ZONE} as zone, ${HOUR} as time from person p left join nudge_setting s on s.person_id = p.id`;

/** Who owns something or stands in, has news, or is invited to a pulse that is open, whether or not they have answered. */
const OWNING = sql`
  select owner_id from action_version where until > ${STANDS}::timestamptz and owner_id is not null
  union select deputy_id from action_version where until > ${STANDS}::timestamptz and deputy_id is not null
  union select owner_id from kpi_owner where owner_id is not null
  union select deputy_id from kpi_owner where deputy_id is not null
  union select person_id from news where seen_at is null
  union select i.person_id from pulse_wave w join pulse_invited i on i.wave_id = w.id where w.state = 'open'`;

/**
 * The people who hold a role on that day and have not left, in a fixed number of statements. Without `only` those alone for whom
 * something can wait: who owns something or stands in, leads, coordinates or advises, has news that they have not read, or is
 * invited to a pulse.
 */
export const peopleFor = async (tx: Tx, asked: Asked): Promise<Person[]> => (await peopleWithCalendars(tx, asked)).people;

/** The same, with the calendars that were read for them. */
export const peopleWithCalendars = async (tx: Tx, { day, only, hours }: Asked): Promise<{ people: Person[]; calendars: Calendars }> => {
  // Two statements, not one with a switch in it: for a few people the database then goes by its indexes.
  const these = only ? sql`and r.person_id = any(${[...only]}::uuid[])` : sql``;
  const then = hours
    ? sql`join unnest(${hours.map(({ zone }) => zone)}::text[], ${hours.map(({ time }) => time)}::text[]) as hour(zone, time)
        on hour.zone = ${ZONE} and hour.time = ${HOUR}`
    : sql``;
  const concerned = only ? sql`` : sql`and (h.whole or p.id in (${OWNING}))`;
  const rows = await tx.$queryRaw<Row[]>`
    with holds as materialized (
      select r.person_id, json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id) order by r.role, r.scope_id) as roles,
        bool_or(r.role = any(${[...WHOLE_PLACES]}::text[])) as whole
      from role r
      where r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date) ${these}
      group by r.person_id
    )
    select p.id, p.post, p.email, ${ZONE} as zone, p.organisation_id as "organisationId", h.roles,
      coalesce(s.weekday, ${DEFAULT_WEEKDAY})::int as weekday, coalesce(s.time, ${DEFAULT_TIME}) as time,
      case when s.quiet_until > ${day}::date then s.quiet_until::text end as "quietUntil",
      coalesce((select json_agg(json_build_object('from', a."from", 'to', a."to") order by a."from")
        from (select greatest("from", (recorded_at at time zone ${PROGRAMME_ZONE})::date) as "from",
          least("to", ((withdrawn_at at time zone ${PROGRAMME_ZONE}) - ${MORNING}::interval)::date) as "to" from away_days where person_id = p.id) a
        where a."from" <= a."to" and a."to" >= date_trunc('month', ${day}::date::timestamp) - interval '1 month'), '[]') as away
    from holds h
      join person p on p.id = h.person_id
      left join nudge_setting s on s.person_id = p.id ${then}
    where (p.left_on is null or p.left_on > ${day}::date) ${concerned}
    order by p.id`;
  const calendars = await calendarsFor(tx, [...new Set(rows.flatMap(({ organisationId }) => organisationId ?? []))]);
  const people = rows.map((row) => ({ ...row, terms: calendars.of(row.organisationId), time: Temporal.PlainTime.from(row.time) }));
  return { people, calendars };
};
