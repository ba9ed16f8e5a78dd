import { Temporal } from 'temporal-polyfill';
import { BEFORE_DUE, type Counted, type Limits } from '../actions/cadence.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { type Sql, STANDS, sql, type Tx } from '../db/client.ts';
import { noCounts, type Tally } from './summary.ts';
import { keepsSchool, people, places } from './whose.ts';

export type Asked = {
  /** ISO 8601: what stood at that moment. What stands now when none. */
  at?: string | undefined;
  /** ISO 8601: the earlier moment since which things moved. */
  since: string;
  /** What is past its cadence on the day of each. */
  limits: Limits;
  limitsBefore: Limits;
};

/** A column after the other, as in linesIn: a row for all actions of a place that are and were counted as the same. */
type Columns = [
  place: number[],
  now: Counted[],
  /** None: they came into the plan since. */
  before: (Counted | null)[],
  many: number[],
  /** Of those that are past their cadence now: of the oldest. */
  weeks: (number | null)[],
];

/** The day (YYYY-MM-DD) on which something was recorded begins at this moment. */
const beginning = (day: string | null) =>
  sql`${day && Temporal.PlainDate.from(day).toZonedDateTime(PROGRAMME_ZONE).toInstant().toString()}::timestamptz`;

/** When somebody last said how it is: its rating, or else when it came into the plan. */
const saidAt = (rating: Sql) =>
  sql`coalesce(${rating}.recorded_at, (select x.recorded_at from action_version x where x.action_id = a.id and x.version = 1))`;

/** `countedAs`, in SQL, of a rating and a due date. */
const countedIn = (rating: Sql, due: Sql, { today, settled, red }: Limits) => sql`case
          when ${rating}.rating in ('complete', 'on_hold', 'stopped') then ${rating}.rating
          when ${saidAt(rating)} < ${beginning(settled)} then 'no_update'
          when ${due} < ${today}::date and ${saidAt(rating)} < (${due} - ${BEFORE_DUE}::int)::timestamp at time zone ${PROGRAMME_ZONE} then 'no_update'
          when ${rating}.rating = 'red' and ${rating}.recorded_at < ${beginning(red.all_year)}
            and (${rating}.recorded_at < ${beginning(red.school)} or not ${keepsSchool}) then 'no_update'
          else coalesce(${rating}.rating, 'not_started')
        end`;

/**
 * What the actions of some localities are counted as, and were at the earlier moment: what `summaryOf` counts of their lines, in one
 * statement that hands back a few counts of each locality instead of thousands of lines. The rule is agesAt's and countedAs's, and a
 * test holds both to each other. Days are compared as the moments at which they begin: looking up a zone for every rating takes as long as reading it.
 * What stood is looked up first and kept (`materialized`), as in linesIn, so that everything is joined by hashes.
 */
export const talliesIn = async (
  tx: Tx,
  localityIds: readonly string[],
  { at = STANDS, since, limits, limitsBefore }: Asked,
): Promise<Map<string, Tally>> => {
  const tallies = new Map(
    localityIds.map((id): [string, Tally] => [id, { actions: 0, counts: noCounts(), before: noCounts(), oldest: null }]),
  );
  if (localityIds.length === 0) return tallies;
  const [found] = await tx.$queryRaw<{ columns: string }[]>`
    with ${places(localityIds)}, ${people(limits.today)}, versions as materialized (
      select action_id, recorded_at, until, due, owner_id, deputy_id from action_version where recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz
    ), ratings as materialized (
      select action_id, rating, recorded_at, until from rating where kind = 'self' and recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz
    ), counted as (
      select l.nth, ${countedIn(sql`self`, sql`v.due`, limits)} as now,
        case when w.action_id is not null then ${countedIn(sql`earlier`, sql`w.due`, limitsBefore)} end as before,
        count(*)::int as many, min(${saidAt(sql`self`)}) as oldest
      from place l
        join action a on a.locality_id = l.id
        join versions v on v.action_id = a.id and v.until > ${at}::timestamptz
        left join (select action_id, due from versions where recorded_at <= ${since}::timestamptz) w on w.action_id = a.id
        left join ratings self on self.action_id = a.id and self.until > ${at}::timestamptz
        left join ratings earlier on earlier.action_id = w.action_id and earlier.recorded_at <= ${since}::timestamptz
      group by 1, 2, 3
    )
    select json_build_array(
      array_agg(nth), array_agg(now), array_agg(before), array_agg(many),
      array_agg(case when now = 'no_update' then (${limits.today}::date - (oldest at time zone ${PROGRAMME_ZONE})::date) / 7 end)
    )::text as columns
    from counted`;
  const [place, now, before, many, weeks] = JSON.parse(found?.columns ?? '[]') as Columns;
  for (const [row, nth] of (place ?? []).entries()) {
    const tally = tallies.get(localityIds[nth] as string) as Tally;
    const count = many[row] as number;
    const was = before[row];
    tally.actions += count;
    tally.counts[now[row] as Counted] += count;
    if (was) tally.before[was] += count;
    if (now[row] === 'no_update') tally.oldest = Math.max(tally.oldest ?? 0, weeks[row] as number);
  }
  return tallies;
};
