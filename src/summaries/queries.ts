import type { RatingWord } from '../actions/action.ts';
import { STANDS } from '../actions/queries.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { Line } from './line.ts';

/** The plans that a summary counts, in one statement however many localities there are. */

export type Moment = {
  /** ISO 8601: what stood at that moment. What stands now when none. */
  at?: string | undefined;
  /** The day of that moment in the programme's zone, YYYY-MM-DD: who holds a role then. */
  day: string;
  /** ISO 8601: the earlier moment since which things moved. */
  since: string;
};

/** Lines as the database writes them, a column after the other: there are thousands, and objects would repeat every name. */
type Columns = [
  place: number[],
  number: number[],
  word: (RatingWord | null)[],
  on: (string | null)[],
  due: (string | null)[],
  independent: (RatingWord | null)[],
  school: boolean[],
  answered: boolean[],
  /** Of the few of which there is more to say. */
  more: (More | null)[],
];
type More = [
  added: string,
  steps: Line['steps'] | null,
  kpiIds: string[] | null,
  /** What it was before it changed; null = it did not, false = there was no such action. */
  was: boolean | null,
  wasWord: RatingWord | null,
  wasOn: string | null,
  wasDue: string | null,
];

/**
 * The lines of some localities' plans, in no order. What stood is looked up first and kept (`materialized`), so that everything is
 * joined by hashes, whatever the planner guesses: row by row it took ten times as long for thousands.
 */
export const linesIn = async (tx: Tx, localityIds: readonly string[], { at = STANDS, day, since }: Moment): Promise<Line[]> => {
  if (localityIds.length === 0) return [];
  const [found] = await tx.$queryRaw<{ columns: string }[]>`
    with place as materialized (
      select l.id, l.pilot_id, p.programme_id, wanted.nth::int - 1 as nth
      from unnest(${[...localityIds]}::uuid[]) with ordinality as wanted(id, nth) join locality l on l.id = wanted.id join pilot p on p.id = l.pilot_id
    ), holds as materialized (
      select r.person_id, r.scope_id from role r join person p on p.id = r.person_id
      where r."from" <= ${day}::date and (r."to" is null or r."to" >= ${day}::date) and (p.left_on is null or p.left_on > ${day}::date)
    ), here as materialized (
      select h.person_id, l.id as locality_id from holds h join place l on l.id = h.scope_id
      union select h.person_id, l.id from holds h join place l on l.pilot_id = h.scope_id
      union select h.person_id, l.id from holds h join place l on l.programme_id = h.scope_id
    ), at_school as materialized (
      select p.id from person p join organisation o on o.id = p.organisation_id where o.kind = 'school'
    ), version as materialized (
      select action_id, due, owner_id, deputy_id, kpi_ids, case when steps @? '$[*] ? (@.done == null && @.due != null)' then steps end as steps
      from action_version where recorded_at <= ${at}::timestamptz and until > ${at}::timestamptz
    ), self as materialized (
      select action_id, rating, (recorded_at at time zone ${PROGRAMME_ZONE})::date as "on"
      from rating where kind = 'self' and recorded_at <= ${at}::timestamptz and until > ${at}::timestamptz
    ), independent as materialized (
      select action_id, rating from rating where kind = 'independent' and recorded_at <= ${at}::timestamptz and until > ${at}::timestamptz
    ), changed as materialized (
      select action_id from action_version where recorded_at > ${since}::timestamptz and recorded_at <= ${at}::timestamptz
      union select action_id from rating where kind = 'self' and recorded_at > ${since}::timestamptz and recorded_at <= ${at}::timestamptz
    ), earlier as materialized (
      select c.action_id, x.action_id is not null as was, x.due, y.rating, (y.recorded_at at time zone ${PROGRAMME_ZONE})::date as "on"
      from changed c
        left join action_version x on x.action_id = c.action_id and x.recorded_at <= ${since}::timestamptz and x.until > ${since}::timestamptz
        left join rating y on y.action_id = x.action_id and y.kind = 'self' and y.recorded_at <= ${since}::timestamptz and y.until > ${since}::timestamptz
    )
    select json_build_array(
      array_agg(l.nth), array_agg(a.number), array_agg(s.rating), array_agg(s."on"), array_agg(v.due), array_agg(i.rating),
      array_agg(case
        when s.rating is distinct from 'red' and e.rating is distinct from 'red' then false
        when v.deputy_id is not null and (v.owner_id is null or (v.owner_id, l.id) not in (select person_id, locality_id from here))
          and (v.deputy_id, l.id) in (select person_id, locality_id from here) then v.deputy_id in (select id from at_school)
        else v.owner_id is not null and v.owner_id in (select id from at_school)
      end),
      array_agg(v.owner_id is not null and (v.owner_id, l.id) in (select person_id, locality_id from here)
        or v.deputy_id is not null and (v.deputy_id, l.id) in (select person_id, locality_id from here)),
      array_agg(case when s.rating is null or e.action_id is not null or v.steps is not null or s.rating = 'green' and v.kpi_ids <> '{}' then
        json_build_array(
          (select (x.recorded_at at time zone ${PROGRAMME_ZONE})::date from action_version x where x.action_id = a.id and x.version = 1),
          v.steps, case when s.rating = 'green' then v.kpi_ids end, e.was, e.rating, e."on", e.due
        )
      end)
    )::text as columns
    from place l
      join action a on a.locality_id = l.id
      join version v on v.action_id = a.id
      left join self s on s.action_id = a.id
      left join independent i on i.action_id = a.id
      left join earlier e on e.action_id = a.id`;
  const [place, number, word, on, due, independent, school, answered, more] = JSON.parse(found?.columns ?? '[]') as Columns;
  return (number ?? []).map((_, at): Line => {
    const now = { self: ratedAs(word[at], on[at]), due: due[at] ?? null };
    const [added, steps, kpiIds, was, wasWord, wasOn, wasDue] = more[at] ?? [];
    return {
      ...now,
      localityId: localityIds[place[at] as number] as string,
      number: number[at] as number,
      since: (added ?? on[at]) as string,
      keeps: school[at] ? 'school' : 'all_year',
      answered: answered[at] as boolean,
      independent: independent[at] ? { rating: independent[at] } : null,
      steps: steps ?? [],
      kpiIds: kpiIds ?? [],
      before: was == null ? now : was ? { self: ratedAs(wasWord, wasOn), due: wasDue ?? null } : null,
    };
  });
};

const ratedAs = (rating: RatingWord | null | undefined, on: string | null | undefined): Line['self'] =>
  rating && on ? { rating, on } : null;
