import type { RatingWord } from '../actions/action.ts';
import { STANDS, sql, type Tx } from '../db/client.ts';
import type { Item } from '../pulses/pulse.ts';
import { QUESTIONS } from '../pulses/queries.ts';
import type { Shown } from '../statistics/disclosure.ts';

/** What the overview pages show of many localities: each of these is one statement, however many localities there are. */

/** An action that is green now and was something else at the earlier moment. */
export type Moved = { number: number; title: string; was: RatingWord };

/** What there is of a locality's plan beside the counts of its owners' ratings. */
export type Beside = {
  /** How many actions its adviser rates how; empty where nobody has rated any. */
  adviser: Partial<Record<RatingWord, number>>;
  /** Actions past their date of which something is expected. */
  pastDate: number;
  /** In the plan's order. */
  moved: Moved[];
};

/** Up to so many localities, a pilot's, their actions are looked up one by one; for more it is quicker to read those of all at once. */
const FEW = 4;

type Row = [place: number, pastDate: number, adviser: Beside['adviser'] | null, moved: [number, string, RatingWord][] | null];

/**
 * By locality; one without a plan has none. What stands is looked up first and kept (`materialized`), as in talliesIn.
 * @param today YYYY-MM-DD
 * @param since ISO 8601: the earlier moment
 */
export const besidesIn = async (tx: Tx, localityIds: readonly string[], today: string, since: string): Promise<Map<string, Beside>> => {
  if (localityIds.length === 0) return new Map();
  const own = localityIds.length <= FEW ? sql`and action_id in (select id from mine)` : sql``;
  const [found] = await tx.$queryRaw<{ rows: string | null }[]>`
    with place as materialized (
      select id, nth::int - 1 as nth from unnest(${[...localityIds]}::uuid[]) with ordinality as wanted(id, nth)
    ), mine as materialized (
      select a.id, a.number, l.nth from place l join action a on a.locality_id = l.id
    ), versions as materialized (
      select action_id, title, due from action_version where until > ${STANDS}::timestamptz ${own}
    ), ratings as materialized (
      select action_id, kind, rating, recorded_at from rating where until > ${STANDS}::timestamptz ${own}
    ), greened as materialized (
      select s.action_id, coalesce(w.rating, 'not_started') as was
      from ratings s
        join action_version f on f.action_id = s.action_id and f.version = 1 and f.recorded_at <= ${since}::timestamptz
        left join rating w on w.action_id = s.action_id and w.kind = 'self' and w.recorded_at <= ${since}::timestamptz and w.until > ${since}::timestamptz
      where s.kind = 'self' and s.rating = 'green' and s.recorded_at > ${since}::timestamptz and w.rating is distinct from 'green'
    ), advised as (
      select nth, json_object_agg(rating, many) as adviser from (
        select a.nth, i.rating, count(*) as many from mine a join ratings i on i.action_id = a.id and i.kind = 'independent' group by 1, 2
      ) each group by nth
    ), owned as (
      select a.nth,
        count(*) filter (where v.due < ${today}::date and coalesce(s.rating, 'not_started') not in ('complete', 'on_hold', 'stopped')) as past,
        json_agg(json_build_array(a.number, v.title, g.was) order by a.number) filter (where g.action_id is not null) as moved
      from mine a
        join versions v on v.action_id = a.id
        left join ratings s on s.action_id = a.id and s.kind = 'self'
        left join greened g on g.action_id = a.id
      group by a.nth
    )
    select json_agg(json_build_array(o.nth, o.past, d.adviser, o.moved))::text as rows from owned o left join advised d on d.nth = o.nth`;
  return new Map(
    (JSON.parse(found?.rows ?? '[]') as Row[]).map(([place, pastDate, adviser, moved]): [string, Beside] => [
      localityIds[place] as string,
      { pastDate, adviser: adviser ?? {}, moved: (moved ?? []).map(([number, title, was]) => ({ number, title, was })) },
    ]),
  );
};

/** A theme that projects of several localities may share: "transition". */
export type Theme = { theme: string; localityId: string; projectId: string; project: string };

/** The projects of some localities that have a theme, by theme, then in the localities' fixed order. Themes are alike whatever their capitals. */
export const themesIn = (tx: Tx, localityIds: readonly string[]): Promise<Theme[]> => tx.$queryRaw<Theme[]>`
  select lower(p.theme) as theme, p.locality_id as "localityId", p.id as "projectId", p.name as project
  from project p join locality l on l.id = p.locality_id join pilot i on i.id = l.pilot_id
  where p.locality_id = any(${[...localityIds]}::uuid[]) and trim(p.theme) <> ''
  order by lower(p.theme), i.position, l.position, lower(p.name), p.id`;

/** How many schools of a locality take part in a project, however far they have come. */
export type Coverage = { localityId: string; project: string; schools: number; of: number };

/** Of the projects in which a school takes part on a day (YYYY-MM-DD), in the order of their names. */
export const coverageIn = (tx: Tx, localityIds: readonly string[], day: string): Promise<Coverage[]> => tx.$queryRaw<Coverage[]>`
  select p.locality_id as "localityId", p.name as project, count(distinct o.id)::int as schools,
    (select count(*)::int from organisation z where z.locality_id = p.locality_id and z.kind = 'school') as of
  from project p
    join taking_part t on t.project_id = p.id and t."from" <= ${day}::date and (t."to" is null or t."to" >= ${day}::date)
    join organisation o on o.id = t.organisation_id and o.locality_id = p.locality_id and o.kind = 'school'
  where p.locality_id = any(${[...localityIds]}::uuid[])
  group by p.id order by lower(p.name), p.id`;

/** What the last pulse released in a locality. */
export type LastPulse = {
  localityId: string;
  title: string;
  /** YYYY-MM-DD */
  closesOn: string;
  questions: Item[];
  /** By question; null: nothing could be opened. */
  shown: Record<string, Shown> | null;
};

/** Of the latest closed pulse in which each of some localities was a group of its own. Whose results may be read is for the caller. */
export const lastPulsesIn = (tx: Tx, localityIds: readonly string[]): Promise<LastPulse[]> =>
  localityIds.length === 0
    ? Promise.resolve([])
    : tx.$queryRaw<LastPulse[]>`
        select distinct on (c.scope_id) c.scope_id as "localityId", w.title, w.closes_on::text as "closesOn", ${QUESTIONS},
          (select json_object_agg(r.item, r.shown) from pulse_result r where r.cell_id = c.id) as shown
        from pulse_cell c join pulse_wave w on w.id = c.wave_id
        where c.kind = 'locality' and c.scope_id = any(${[...localityIds]}::uuid[]) and w.state = 'closed'
        order by c.scope_id, w.closed_at desc, w.id desc`;

/** What each pilot works on, by its id. */
export const pilotThemes = async (tx: Tx): Promise<Map<string, string>> => {
  const rows = await tx.$queryRaw<{ id: string; theme: string }[]>`select id, theme from pilot`;
  return new Map(rows.map(({ id, theme }) => [id, theme]));
};

/**
 * Which transactions a statement sees the effects of. Whatever wrote took a number from the same count, so the same text means the same
 * data (https://www.postgresql.org/docs/current/functions-info.html, pg_current_snapshot).
 */
export const snapshotOf = async (tx: Tx): Promise<string> => {
  const [row] = await tx.$queryRaw<{ snapshot: string }[]>`select pg_current_snapshot()::text as snapshot`;
  return row?.snapshot ?? '';
};
