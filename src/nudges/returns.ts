import { Temporal } from 'temporal-polyfill';
import type { RatingWord } from '../actions/action.ts';
import { MONTHS } from '../calendar/dates.ts';
import { dayIn, PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import { may } from '../people/permissions.ts';

/** The line of return: what has changed because of what somebody gave. */

type Changed = {
  code: string;
  title: string;
  localityId: string;
  pilotId: string;
  programmeId: string;
  rating: Extract<RatingWord, 'green' | 'complete'>;
  /** The day on which they said it, YYYY-MM-DD. */
  said: string;
  roles: Actor['roles'];
};

/** What is said at once. */
const MOST = 2;
const NOW_IT_IS = { green: 'is on track', complete: 'is done' } as const;

/** A month of longer ago than this many has its year too. */
const MONTHS_WITHOUT_YEAR = 10;
const monthOf = (said: string, today: Temporal.PlainDate): string => {
  const day = Temporal.PlainDate.from(said);
  const name = MONTHS[day.month - 1] as string;
  return day.until(today, { largestUnit: 'months' }).months <= MONTHS_WITHOUT_YEAR ? name : `${name} ${day.year}`;
};

/**
 * Actions that came of what this person raised, or that they called red and said what would put them right, and that have since been
 * rated green or complete: "Because of what you said in June: WAK-14 Early help for schools is done." Only of what they may read today.
 * @param since the moment from which on a change is new to them: their last message
 */
export const returnFor = async (
  tx: Tx,
  personId: string,
  { since, now }: { since: Temporal.Instant; now: Temporal.Instant },
): Promise<string | undefined> => {
  const today = dayIn(now);
  const rows = await tx.$queryRaw<Changed[]>`
    with said as (
      select o.action_id, max(w.recorded_at) as at from worry w join worry_outcome o on o.worry_id = w.id
      where w.recorded_by_id = ${personId}::uuid and o.action_id is not null group by o.action_id
      union all
      select action_id, max(recorded_at) from rating where recorded_by_id = ${personId}::uuid and rating = 'red' and remedy is not null group by action_id
    ), latest as (select action_id, max(at) as at from said group by action_id)
    select l.prefix || '-' || a.number as code, v.title, l.id as "localityId", l.pilot_id as "pilotId", pi.programme_id as "programmeId", s.rating,
      (e.at at time zone ${PROGRAMME_ZONE})::date::text as said,
      (select coalesce(json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id)), '[]') from role r
        where r.person_id = ${personId}::uuid and r."from" <= ${today.toString()}::date and (r."to" is null or r."to" >= ${today.toString()}::date)) as roles
    from latest e
      join action a on a.id = e.action_id
      join locality l on l.id = a.locality_id
      join pilot pi on pi.id = l.pilot_id
      join action_version v on v.action_id = a.id and v.until > ${STANDS}::timestamptz
      join rating s on s.action_id = a.id and s.kind = 'self' and s.until > ${STANDS}::timestamptz and s.rating in ('green', 'complete')
      left join rating b on b.action_id = a.id and b.kind = 'self' and b.recorded_at <= ${since.toString()}::timestamptz and b.until > ${since.toString()}::timestamptz
    where s.recorded_at > ${since.toString()}::timestamptz and s.recorded_at > e.at and b.rating is distinct from s.rating and b.rating is distinct from 'complete'
    order by s.recorded_at desc, a.id`;
  const changed = rows.filter((row) => may(row, 'action.read', row)).slice(0, MOST);
  if (changed.length === 0) return undefined;
  const months = [...new Set(changed.map(({ said }) => monthOf(said, today)))];
  const words = changed.map(({ code, title, rating }) => `${code} ${title} ${NOW_IT_IS[rating]}`);
  return `Because of what you said in ${months.join(' and ')}: ${words.join('; ')}.`;
};
