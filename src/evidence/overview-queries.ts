import type { Tx } from '../db/client.ts';
import type { Item } from '../pulses/pulse.ts';
import { QUESTIONS } from '../pulses/queries.ts';
import type { Shown } from '../statistics/disclosure.ts';

/** What the overview pages show of many localities: each of these is one statement, however many localities there are. */

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
