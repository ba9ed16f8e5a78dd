import type { RatingWord } from '../actions/action.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Line } from './line.ts';
import { keepsSchool, people, places } from './whose.ts';

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
  answers: Line['answers'][],
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
 * The lines of some localities' plans, in no order. Whatever counted at the earlier moment or since is looked up first and kept
 * (`materialized`), so that everything is joined by hashes, whatever the planner guesses: row by row it took ten times as long.
 */
export const linesIn = async (tx: Tx, localityIds: readonly string[], { at = STANDS, day, since }: Moment): Promise<Line[]> => {
  if (localityIds.length === 0) return [];
  const [found] = await tx.$queryRaw<{ columns: string }[]>`
    with ${places(localityIds)}, ${people(day)}, mine as materialized (
      select a.id, a.number, l.id as locality_id, l.nth from place l join action a on a.locality_id = l.id
    ), versions as materialized (
      select action_id, recorded_at, until, due, owner_id, deputy_id, kpi_ids, case when until > ${at}::timestamptz and steps @? '$[*] ? (@.done == null && @.due != null)' then steps end as steps
      from action_version where recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz and action_id in (select id from mine)
    ), ratings as materialized (
      select action_id, kind, rating, recorded_at, until
      from rating where recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz and action_id in (select id from mine)
    ), line as (
      select a.*, v.due, v.owner_id, v.deputy_id, v.kpi_ids, v.steps, s.rating, (s.recorded_at at time zone ${PROGRAMME_ZONE})::date as "on", i.rating as independent,
        case when v.recorded_at > ${since}::timestamptz or s.recorded_at > ${since}::timestamptz then w.action_id is not null end as was,
        w.due as was_due, t.rating as was_rating, t.recorded_at as was_at
      from mine a
        join versions v on v.action_id = a.id and v.until > ${at}::timestamptz
        left join versions w on w.action_id = a.id and w.recorded_at <= ${since}::timestamptz
        left join ratings s on s.action_id = a.id and s.kind = 'self' and s.until > ${at}::timestamptz
        left join ratings i on i.action_id = a.id and i.kind = 'independent' and i.until > ${at}::timestamptz
        left join ratings t on t.action_id = w.action_id and t.kind = 'self' and t.recorded_at <= ${since}::timestamptz
    )
    select json_build_array(
      array_agg(nth), array_agg(number), array_agg(rating), array_agg("on"), array_agg(due), array_agg(independent),
      array_agg(case when rating = 'red' or was and was_rating = 'red' then ${keepsSchool} else false end),
      array_agg(case
        when owner_id is not null and (owner_id, locality_id) in (select person_id, locality_id from here) then 'owner'
        when deputy_id is not null and (deputy_id, locality_id) in (select person_id, locality_id from here) then 'deputy'
      end),
      array_agg(case when rating is null or was is not null or steps is not null or rating in ('green', 'complete') and kpi_ids <> '{}' then
        json_build_array(
          (select (x.recorded_at at time zone ${PROGRAMME_ZONE})::date from action_version x where x.action_id = line.id and x.version = 1),
          steps, case when rating in ('green', 'complete') then kpi_ids end, was, was_rating, (was_at at time zone ${PROGRAMME_ZONE})::date, was_due
        )
      end)
    )::text as columns
    from line`;
  const [place, number, word, on, due, independent, school, answers, more] = JSON.parse(found?.columns ?? '[]') as Columns;
  return (number ?? []).map((_, at): Line => {
    const now = { self: ratedAs(word[at], on[at]), due: due[at] ?? null };
    const [added, steps, kpiIds, was, wasWord, wasOn, wasDue] = more[at] ?? [];
    return {
      ...now,
      localityId: localityIds[place[at] as number] as string,
      number: number[at] as number,
      since: (added ?? on[at]) as string,
      keeps: school[at] ? 'school' : 'all_year',
      answers: answers[at] ?? null,
      independent: independent[at] ? { rating: independent[at] } : null,
      steps: steps ?? [],
      kpiIds: kpiIds ?? [],
      before: was == null ? now : was ? { self: ratedAs(wasWord, wasOn), due: wasDue ?? null } : null,
    };
  });
};

const ratedAs = (rating: RatingWord | null | undefined, on: string | null | undefined): Line['self'] =>
  rating && on ? { rating, on } : null;
