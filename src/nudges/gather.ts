import type { Temporal } from 'temporal-polyfill';
import type { Action } from '../actions/action.ts';
import { meetingsOfAll, putOffByAll } from '../actions/meetings.ts';
import type { Meeting } from '../actions/scrutiny.ts';
import { type Worry, worriesIn } from '../actions/worries.ts';
import { assumedAhead } from '../calendar/assumed.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Kpi } from '../kpis/kpi.ts';
import { wantedOn } from '../kpis/period.ts';
import { kpisIn, wantingIn } from '../kpis/queries.ts';
import { dependsOnSchools, withSchools } from '../kpis/schools.ts';
import { areasOfSchools, type Calendars } from '../people/calendars.ts';
import { localitiesIn, type Place } from '../people/directory.ts';
import type { Ownership } from '../people/ownership.ts';
import { ANSWERING, type RoleName } from '../people/permissions.ts';
import { type OpenWave, openWavesFor } from '../pulses/queries.ts';
import type { ActionLine } from './line.ts';
import { saidNotMine, type Thing } from './not-mine.ts';
import { WHOLE_PLACES } from './people.ts';
import type { Person } from './person.ts';
import type { Assumed } from './waiting.ts';

/** Everything that can wait for some people, read at once: a fixed number of statements, however many people there are. */

/** As much of an action as decides for whom it waits, and as its line says. */
export type OpenAction = ActionLine &
  Ownership &
  Pick<Action, 'pilotId' | 'programmeId' | 'since'> & { /** The owner has answered the adviser's rating. */ answered: boolean };

export type Gathered = {
  actions: OpenAction[];
  kpis: readonly Kpi[];
  places: Place[];
  worries: Worry[];
  meetings: (Meeting & { adviserId: string })[];
  /** Who said of which locality that they do not meet in this month. */
  putOff: { adviserId: string; localityId: string }[];
  news: { id: string; personId: string; text: string; on: string }[];
  /** Waves that are open, for each who is invited, whether or not they have answered. */
  pulses: OpenWave[];
  assumed: Assumed[];
  /** What somebody said is not theirs. */
  notMine: (Thing & { personId: string })[];
  /** The keys of lines of which it was said why there is no update, and on which day (YYYY-MM-DD). */
  noUpdate: ReadonlyMap<string, string>;
};

const scopesOf = (people: readonly Person[], roles: readonly RoleName[]): string[] => [
  ...new Set(people.flatMap((person) => person.roles.filter(({ role }) => roles.includes(role)).map(({ scopeId }) => scopeId))),
];

/**
 * The actions of which something can wait: live ones, and complete ones that their adviser rates otherwise. Those that these people own or
 * stand in for, all of some places (`scopes`), and of others those whose owner is not there (`led`); in the plan's order. What actionsIn says of
 * them besides, of versions at the same day, is left out: planning reads thousands.
 */
export const openActions = (
  tx: Tx,
  { people, scopes, led = [], day }: { people: readonly string[]; scopes: readonly string[]; led?: readonly string[]; day: string },
): Promise<OpenAction[]> => tx.$queryRaw<OpenAction[]>`
  with place as materialized (
    select l.id, l.name, l.prefix, l.position, pi.id as pilot_id, pi.position as pilot_position, pi.programme_id,
      l.id = any(${[...scopes]}::uuid[]) or pi.id = any(${[...scopes]}::uuid[]) or pi.programme_id = any(${[...scopes]}::uuid[]) as whole,
      l.id = any(${[...led]}::uuid[]) or pi.id = any(${[...led]}::uuid[]) or pi.programme_id = any(${[...led]}::uuid[]) as led
    from locality l join pilot pi on pi.id = l.pilot_id
  ), in_led as materialized (
    select a.id, v.owner_id, l.id as locality_id from place l join action a on a.locality_id = l.id
      join action_version v on v.action_id = a.id and v.until > ${STANDS}::timestamptz
    where l.led and not l.whole
  ), here as materialized (
    select o.owner_id, o.locality_id from (select distinct owner_id, locality_id from in_led) o join place l on l.id = o.locality_id join person p on p.id = o.owner_id
    where (p.left_on is null or p.left_on > ${day}::date) and exists (
      select 1 from role x where x.person_id = o.owner_id and x.scope_id in (l.id, l.pilot_id, l.programme_id)
        and x."from" <= ${day}::date and (x."to" is null or x."to" >= ${day}::date))
  ), asked as materialized (
    select a.id from place l join action a on a.locality_id = l.id where l.whole
    union select a.id from in_led a left join here o on o.owner_id = a.owner_id and o.locality_id = a.locality_id where o.owner_id is null
    union select v.action_id from action_version v where v.owner_id = any(${[...people]}::uuid[])
    union select v.action_id from action_version v where v.deputy_id = any(${[...people]}::uuid[])
  ), version as materialized (
    select v.action_id, v.title, v.due, v.owner_id, v.deputy_id, v.steps, a.number, a.locality_id
    from asked join action a on a.id = asked.id
      cross join lateral (select * from action_version x where x.action_id = a.id and x.until > ${STANDS}::timestamptz limit 1) v
  ), given as materialized (
    select r.* from asked, (values ('self'), ('independent')) as kinds(kind)
      cross join lateral (select * from rating x where x.action_id = asked.id and x.kind = kinds.kind and x.until > ${STANDS}::timestamptz limit 1) r
  ), hands as materialized (
    select owner_id as person_id, locality_id from version where owner_id is not null union select deputy_id, locality_id from version where deputy_id is not null
  ), reach as materialized (
    select h.person_id, h.locality_id, r.last, r.holds
    from hands h join place l on l.id = h.locality_id
      cross join lateral (
        select max(x."to") as last, coalesce(bool_or(x."to" is null or x."to" >= ${day}::date), false) as holds from role x
        where x.person_id = h.person_id and x.scope_id in (l.id, l.pilot_id, l.programme_id) and x."from" <= ${day}::date
      ) r
  )
  select v.action_id as id, l.prefix || '-' || v.number as code, v.title, l.id as "localityId", l.name as locality, l.prefix, l.pilot_id as "pilotId", l.programme_id as "programmeId",
    v.due::text as due, v.steps, (select (x.recorded_at at time zone ${PROGRAMME_ZONE})::date::text from action_version x where x.action_id = v.action_id and x.version = 1) as since,
    v.owner_id as "ownerId", o.post as owner, v.deputy_id as "deputyId", d.post as deputy,
    case when o.id is not null and (o.left_on <= ${day}::date or not orr.holds) then coalesce(least(o.left_on, orr.last), ${day}::date)::text end as "ownerLeft",
    case when d.id is not null and (d.left_on <= ${day}::date or not dr.holds) then coalesce(least(d.left_on, dr.last), ${day}::date)::text end as "deputyLeft",
    case when s.id is not null then json_build_object('id', s.id, 'version', s.version, 'rating', s.rating, 'reason', s.reason, 'remedy', s.remedy, 'remedyBy', s.remedy_by,
      'decidedBy', s.decided_by, 'decidedOn', s.decided_on, 'evidence', s.evidence, 'also', s.also, 'on', (s.recorded_at at time zone ${PROGRAMME_ZONE})::date,
      'at', s.recorded_at, 'byId', s.recorded_by_id, 'by', (select post from person where id = s.recorded_by_id)) end as self,
    case when i.id is not null then json_build_object('id', i.id, 'version', i.version, 'rating', i.rating, 'reason', i.reason, 'remedy', i.remedy, 'remedyBy', i.remedy_by,
      'decidedBy', i.decided_by, 'decidedOn', i.decided_on, 'evidence', i.evidence, 'also', i.also, 'on', (i.recorded_at at time zone ${PROGRAMME_ZONE})::date,
      'at', i.recorded_at, 'byId', i.recorded_by_id, 'by', (select post from person where id = i.recorded_by_id)) end as independent,
    i.id is not null and exists (select 1 from action_comment c where c.answers_id = i.id) as answered
  from version v
    join place l on l.id = v.locality_id
    left join person o on o.id = v.owner_id
    left join person d on d.id = v.deputy_id
    left join reach orr on orr.person_id = v.owner_id and orr.locality_id = v.locality_id
    left join reach dr on dr.person_id = v.deputy_id and dr.locality_id = v.locality_id
    left join given s on s.action_id = v.action_id and s.kind = 'self'
    left join given i on i.action_id = v.action_id and i.kind = 'independent'
  where coalesce(s.rating, 'not_started') not in ('complete', 'on_hold', 'stopped') or (s.rating = 'complete' and i.rating <> 'complete')
  order by l.pilot_position, l.position, v.number`;

const unreadNews = (tx: Tx, people: readonly string[]) => tx.$queryRaw<Gathered['news']>`
  select id, person_id as "personId", text, (at at time zone ${PROGRAMME_ZONE})::date::text as "on" from news
  where seen_at is null and person_id = any(${[...people]}::uuid[]) order by at, id`;

/** Periods of a KPI that decide whether one of them waits, and what its line says of the last. */
const PERIODS = 4;

/** Which of some localities have a coordinator of their own on a day. */
const coordinatedOnTheirOwn = async (tx: Tx, localityIds: readonly string[], day: string): Promise<ReadonlySet<string>> => {
  if (localityIds.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select distinct r.scope_id as id from role r join person p on p.id = r.person_id
    where r.role = 'coordinator' and r.scope_id = any(${[...localityIds]}::uuid[]) and r."from" <= ${day}::date
      and (r."to" is null or r."to" >= ${day}::date) and (p.left_on is null or p.left_on > ${day}::date)`;
  return new Set(rows.map(({ id }) => id));
};

/** The areas of localities whose schools go by dates that nobody has confirmed, of what begins soon. */
const assumedIn = async (tx: Tx, places: readonly Place[], { ofArea }: Calendars, today: Temporal.PlainDate): Promise<Assumed[]> => {
  const rows = await areasOfSchools(
    tx,
    places.map(({ localityId }) => localityId),
  );
  const placeOf = new Map(places.map((place) => [place.localityId, place]));
  const soon = new Map([...new Set(rows.map(({ areaId }) => areaId))].map((areaId) => [areaId, assumedAhead(ofArea(areaId), today)]));
  const asked = rows.flatMap(({ localityId, areaId, area }) => {
    const [place, next] = [placeOf.get(localityId), soon.get(areaId)];
    return place && next ? [{ ...place, areaId, area, year: next.year, gap: next.gap, what: next.what, begins: next.day.toString() }] : [];
  });
  const coordinated = await coordinatedOnTheirOwn(
    tx,
    asked.map(({ localityId }) => localityId),
    today.toString(),
  );
  return asked.map((one) => ({ ...one, ownCoordinator: coordinated.has(one.localityId) }));
};

/** The KPIs of which something can wait for these people on a day; `pastGrace`: or whose reading has waited past its grace. */
export const kpisWaiting = async (
  tx: Tx,
  people: readonly Person[],
  { calendars, today, pastGrace = false }: { calendars: Calendars; today: Temporal.PlainDate; pastGrace?: boolean },
): Promise<readonly Kpi[]> => {
  const day = today.toString();
  const scopes = scopesOf(people, ANSWERING);
  const wanted = wantedOn(today, nationalTerms, { dependsOnSchools: dependsOnSchools(today), pastGrace });
  const among = await wantingIn(tx, scopes, { people: people.map(({ id }) => id), day, wanted });
  return withSchools(tx, await kpisIn(tx, scopes, { day, periods: PERIODS, among }), today, calendars);
};

/** Of what it was said why there is no update, by the key of its line, and on which day (YYYY-MM-DD). @param ids of actions and KPIs */
export const saidOf = async (tx: Tx, ids: readonly string[]): Promise<Gathered['noUpdate']> => {
  const reasons = await tx.$queryRaw<{ key: string; on: string }[]>`
    select key, (recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on" from no_update where about_id = any(${[...ids]}::uuid[])`;
  return new Map(reasons.map(({ key, on }) => [key, on]));
};

/** Everything that can wait for these people on a day. */
export const gather = async (tx: Tx, people: readonly Person[], calendars: Calendars, today: Temporal.PlainDate): Promise<Gathered> => {
  const day = today.toString();
  const ids = people.map(({ id }) => id);
  const advisers = people.filter(({ roles }) => roles.some(({ role }) => role === 'adviser')).map(({ id }) => id);
  const whole = scopesOf(people, WHOLE_PLACES);
  const places = await localitiesIn(tx, whole);
  // Whoever leads or coordinates a place answers for what nobody there does; whoever advises it looks at all of it.
  const actions = await openActions(tx, { people: ids, scopes: scopesOf(people, ['adviser']), led: whole, day });
  const kpis = await kpisWaiting(tx, people, { calendars, today });
  return {
    actions,
    kpis,
    places,
    worries: await worriesIn(tx, scopesOf(people, ['coordinator'])),
    meetings: await meetingsOfAll(tx, advisers),
    putOff: await putOffByAll(tx, advisers, today.with({ day: 1 }).toString()),
    news: await unreadNews(tx, ids),
    pulses: await openWavesFor(tx, ids),
    assumed: await assumedIn(tx, places, calendars, today),
    notMine: await saidNotMine(tx, ids),
    noUpdate: await saidOf(
      tx,
      [...actions, ...kpis].map(({ id }) => id),
    ),
  };
};
