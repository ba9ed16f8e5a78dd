import { Temporal } from 'temporal-polyfill';
import type { RatingWord } from '../actions/action.ts';
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

/** An action that is green now and was something else at the earlier moment. */
export type Moved = { number: number; title: string; was: RatingWord };

/** What is said of a locality's plan beside the counts of its owners' ratings. */
export type Beside = {
  /** How many actions its adviser rates how; empty where nobody has rated any. */
  adviser: Partial<Record<RatingWord, number>>;
  /** Actions past their date of which something is expected. */
  pastDate: number;
  /** In the plan's order. */
  moved: Moved[];
};

/** A row for all actions of a place that are and were counted as the same. */
type CountRow = [
  place: number,
  now: Counted,
  /** None: they came into the plan since. */
  before: Counted | null,
  many: number,
  /** Of those that are past their cadence now: of the oldest. */
  weeks: number | null,
  pastDate: number,
];
type AdviserRow = [place: number, rating: RatingWord, many: number];
type MovedRow = [place: number, moved: [number, string, RatingWord][]];
type Rows = [counts: CountRow[] | null, adviser: AdviserRow[] | null, moved: MovedRow[] | null];

/** The day (YYYY-MM-DD) on which something was recorded begins at this moment. */
const beginning = (day: string | null) =>
  sql`${day && Temporal.PlainDate.from(day).toZonedDateTime(PROGRAMME_ZONE).toInstant().toString()}::timestamptz`;

/** Up to so many localities, a pilot's, their actions are looked up one by one; for more it is quicker to read those of all at once. */
const FEW = 4;

/** `countedAs`, in SQL, of a rating, the moment at which somebody last said how it is, and a due date. */
const countedIn = (rating: Sql, said: Sql, due: Sql, { today, settled, red }: Limits) => sql`case
          when ${rating} in ('complete', 'on_hold', 'stopped') then ${rating}
          when ${said} < ${beginning(settled)} then 'no_update'
          when ${due} < ${today}::date and ${said} < (${due} - ${BEFORE_DUE}::int)::timestamp at time zone ${PROGRAMME_ZONE} then 'no_update'
          when ${rating} = 'red' and ${said} < ${beginning(red.all_year)} and (${said} < ${beginning(red.school)} or not ${keepsSchool}) then 'no_update'
          else coalesce(${rating}, 'not_started')
        end`;

/** When somebody last said how an action is: its rating, or else when it came into the plan. */
const saidAt = (rated: Sql) =>
  sql`coalesce(${rated}, (select x.recorded_at from action_version x where x.action_id = a.id and x.version = 1))`;

/**
 * What the actions of some localities are counted as, and were at the earlier moment: what `summaryOf` counts of their lines, in one
 * statement that hands back a few counts of each locality instead of thousands of lines; and what is said beside these. The rule is agesAt's
 * and countedAs's, and a test holds both to each other. Days are compared as the moments at which they begin: looking up a zone for every
 * rating takes as long as reading it. What stood is looked up first and kept (`materialized`), as in linesIn, so that everything is joined by
 * hashes; of an action and a kind one rating stands at a moment, so that the greatest of these is it.
 * @param besidesToo else nothing is said beside the counts
 */
export const countsIn = async (
  tx: Tx,
  localityIds: readonly string[],
  { at = STANDS, since, limits, limitsBefore }: Asked,
  besidesToo = true,
): Promise<{ tallies: Map<string, Tally>; besides: Map<string, Beside> }> => {
  const tallies = new Map(
    localityIds.map((id): [string, Tally] => [id, { actions: 0, counts: noCounts(), before: noCounts(), oldest: null }]),
  );
  const besides = new Map(localityIds.map((id): [string, Beside] => [id, { adviser: {}, pastDate: 0, moved: [] }]));
  if (localityIds.length === 0) return { tallies, besides };
  const own = localityIds.length <= FEW ? sql`and action_id in (select a.id from place l join action a on a.locality_id = l.id)` : sql``;
  const [found] = await tx.$queryRaw<{ rows: string }[]>`
    with ${places(localityIds)}, ${people(limits.today)}, versions as materialized (
      select action_id, title, recorded_at, until, due, owner_id, deputy_id
      from action_version where recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz ${own}
    ), ratings as materialized (
      select action_id,
        max(rating) filter (where kind = 'self' and until > ${at}::timestamptz) as now, max(recorded_at) filter (where kind = 'self' and until > ${at}::timestamptz) as at,
        max(rating) filter (where kind = 'self' and recorded_at <= ${since}::timestamptz) as was, max(recorded_at) filter (where kind = 'self' and recorded_at <= ${since}::timestamptz) as was_at,
        max(rating) filter (where kind = 'independent' and until > ${at}::timestamptz) as adviser
      from rating where (kind = 'self' or ${besidesToo}) and recorded_at <= ${at}::timestamptz and until > ${since}::timestamptz ${own}
      group by action_id
    ), action_then as (
      select l.nth, l.id as locality_id, a.id, a.number, v.title, v.due, v.owner_id, v.deputy_id, r.now as rating, r.at as rated, r.adviser,
        r.was as was_rating, r.was_at as was_rated, v.recorded_at <= ${since}::timestamptz or w.action_id is not null as was,
        case when v.recorded_at <= ${since}::timestamptz then v.due else w.due end as was_due
      from place l
        join action a on a.locality_id = l.id
        join versions v on v.action_id = a.id and v.until > ${at}::timestamptz
        left join (select * from versions where until <= ${at}::timestamptz and recorded_at <= ${since}::timestamptz) w on w.action_id = a.id
        left join ratings r on r.action_id = a.id
    ), line as materialized (
      select a.nth, a.number, a.adviser, ${saidAt(sql`a.rated`)} as said,
        ${countedIn(sql`a.rating`, saidAt(sql`a.rated`), sql`a.due`, limits)} as now,
        case when a.was then ${countedIn(sql`a.was_rating`, saidAt(sql`a.was_rated`), sql`a.was_due`, limitsBefore)} end as before,
        a.due < ${limits.today}::date and coalesce(a.rating, 'not_started') not in ('complete', 'on_hold', 'stopped') as past,
        case when a.was and a.rating = 'green' and a.was_rating is distinct from 'green' then a.title end as moved, coalesce(a.was_rating, 'not_started') as was
      from action_then a
    )
    select json_build_array(
      (select json_agg(json_build_array(nth, now, before, many, weeks, past)) from (
        select nth, now, before, count(*) as many, count(*) filter (where past) as past,
          case when now = 'no_update' then (${limits.today}::date - (min(said) at time zone ${PROGRAMME_ZONE})::date) / 7 end as weeks
        from line group by nth, now, before
      ) c),
      (select json_agg(json_build_array(nth, adviser, many)) from (
        select nth, adviser, count(*) as many from line where ${besidesToo} and adviser is not null group by nth, adviser
      ) d),
      (select json_agg(json_build_array(nth, moved)) from (
        select nth, json_agg(json_build_array(number, moved, was) order by number) as moved from line where ${besidesToo} and moved is not null group by nth
      ) m)
    )::text as rows`;
  const [counts, adviser, moved] = JSON.parse(found?.rows ?? '[]') as Rows;
  const besideOf = (place: number) => besides.get(localityIds[place] as string) as Beside;
  for (const [place, now, before, many, weeks, pastDate] of counts ?? []) {
    const tally = tallies.get(localityIds[place] as string) as Tally;
    tally.actions += many;
    tally.counts[now] += many;
    if (before) tally.before[before] += many;
    if (weeks !== null) tally.oldest = Math.max(tally.oldest ?? 0, weeks);
    besideOf(place).pastDate += pastDate;
  }
  for (const [place, rating, many] of adviser ?? []) besideOf(place).adviser[rating] = many;
  for (const [place, titles] of moved ?? []) besideOf(place).moved = titles.map(([number, title, was]) => ({ number, title, was }));
  return { tallies, besides };
};

/** The counts alone. */
export const talliesIn = async (tx: Tx, localityIds: readonly string[], asked: Asked): Promise<Map<string, Tally>> =>
  (await countsIn(tx, localityIds, asked, false)).tallies;
