import type { Writer } from '../app.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import type { RoleName } from '../people/permissions.ts';
import type { RegisterDraft, RegisterEntry, RegisterKind } from './register.ts';
import { roleGroup } from './role-group.ts';

export type Filter = {
  /** One entry. */
  id?: string;
  /** With those that were withdrawn. */
  withdrawn?: boolean;
  kinds?: readonly RegisterKind[];
  criterionId?: string | undefined;
  projectId?: string | undefined;
  kpiIds?: readonly string[];
  /** Days, YYYY-MM-DD, both in it: a cycle counts by its first. */
  from?: string | undefined;
  to?: string | undefined;
  /** Without what waits for a check, but for what this person wrote and what is of a locality where they may check it. */
  seenBy?: { personId: string; checksIn: readonly string[] };
  /** So many after the first so many. */
  page?: { skip: number; most: number };
};

/** In which role of theirs somebody may write in the register of a locality. */
const writtenAs = roleGroup(sql`f.recorded_by_id`);

/** The entries `e` of some localities with what stands of them, `v`, and how they began, `f`. */
const chosen = (
  localityIds: readonly string[],
  { id, withdrawn = false, kinds, criterionId, projectId, kpiIds, from, to, seenBy }: Filter,
) => sql`
        from register_entry e
          join locality l on l.id = e.locality_id
          join pilot pi on pi.id = l.pilot_id
          join lateral (select * from register_version x where x.entry_id = e.id order by x.version desc limit 1) v on ${withdrawn} or not v.withdrawn
          join register_version f on f.entry_id = e.id and f.version = 1
          left join person who on who.id = f.recorded_by_id
          left join project p on p.id = v.project_id
        where e.locality_id = any(${[...localityIds]}::uuid[])
          and (${id ?? null}::uuid is null or e.id = ${id ?? null}::uuid)
          and (${kinds ? [...kinds] : null}::text[] is null or v.kind = any(${kinds ? [...kinds] : null}::text[]))
          and (${criterionId ?? null}::uuid is null or ${criterionId ?? null}::uuid = any(v.criterion_ids))
          and (${projectId ?? null}::uuid is null or v.project_id = ${projectId ?? null}::uuid)
          and (${kpiIds ? [...kpiIds] : null}::uuid[] is null or v.kpi_id = any(${kpiIds ? [...kpiIds] : null}::uuid[]))
          and (${from ?? null}::date is null or v.date >= ${from ?? null}::date)
          and (${to ?? null}::date is null or v.date <= ${to ?? null}::date)
          and (${seenBy === undefined} or not v.few_children or v.checked or f.recorded_by_id = ${seenBy?.personId ?? null}::uuid
            or e.locality_id = any(${[...(seenBy?.checksIn ?? [])]}::uuid[]))`;

/** The entries of some localities, newest first, in one statement: who may see which is for the caller. */
export const entriesIn = async (tx: Tx, localityIds: readonly string[], filter: Filter = {}): Promise<RegisterEntry[]> =>
  localityIds.length === 0 || filter.kpiIds?.length === 0
    ? []
    : tx.$queryRaw<RegisterEntry[]>`
        select e.id, e.locality_id as "localityId", l.name as locality, l.prefix, pi.id as "pilotId", pi.programme_id as "programmeId",
          v.kind, v.date::text as date, v.end_date::text as "endDate", v.method, v.criterion_ids as "criterionIds",
          v.project_id as "projectId", p.name as project, v.kpi_id as "kpiId",
          (select d.name from kpi_definition d where d.kpi_id = v.kpi_id order by d.version desc limit 1) as kpi,
          v.summary, v.link, v.quote, v.consent, v.few_children as "fewChildren", v.checked, v.version,
          ${isoOf(sql`f.recorded_at`)} as "loggedAt", f.recorded_by_id as "byId", who.post as by, ${writtenAs} as "byRole"
        ${chosen(localityIds, filter)}
        order by v.date desc, f.seq desc limit ${filter.page?.most ?? null}::bigint offset ${filter.page?.skip ?? 0}::bigint`;

/** How many entries of a locality are of a kind and about the same criteria. */
export type Tallied = Pick<RegisterEntry, 'localityId' | 'kind' | 'criterionIds'> & { many: number };

/** How many entries of some localities there are, without any of their words. */
export const talliesIn = async (tx: Tx, localityIds: readonly string[], filter: Filter): Promise<Tallied[]> =>
  localityIds.length === 0
    ? []
    : tx.$queryRaw<Tallied[]>`
        select e.locality_id as "localityId", v.kind, v.criterion_ids as "criterionIds", count(*)::int as many
        ${chosen(localityIds, filter)}
        group by e.locality_id, v.kind, v.criterion_ids`;

/** One version of an entry as it was written, and by whom. */
export type EntryVersion = RegisterDraft & {
  version: number;
  checked: boolean;
  withdrawn: boolean;
  /** ISO 8601 */
  recordedAt: string;
  by: string | null;
  byRole: RoleName | null;
};

/** All versions of an entry, oldest first. */
export const entryVersions = (tx: Tx, entryId: string): Promise<EntryVersion[]> => tx.$queryRaw<EntryVersion[]>`
  select f.version, f.kind, f.date::text as date, f.end_date::text as "endDate", f.method, f.criterion_ids as "criterionIds", f.project_id as "projectId",
    f.kpi_id as "kpiId", f.summary, f.link, f.quote, f.consent, f.few_children as "fewChildren", f.checked, f.withdrawn,
    ${isoOf(sql`f.recorded_at`)} as "recordedAt", who.post as by, ${writtenAs} as "byRole"
  from register_version f
    join register_entry e on e.id = f.entry_id
    join locality l on l.id = e.locality_id
    join pilot pi on pi.id = l.pilot_id
    left join person who on who.id = f.recorded_by_id
  where f.entry_id = ${entryId}::uuid order by f.version`;

/** @returns false where there is one of this id already */
export const insertEntry = async (tx: Tx, id: string, localityId: string): Promise<boolean> =>
  (await tx.$executeRaw`insert into register_entry (id, locality_id) values (${id}::uuid, ${localityId}::uuid) on conflict do nothing`) ===
  1;

/** Writes one version of an entry. @returns false where somebody else wrote this version first: the key (entry, version) is the promise */
export const insertEntryVersion = async (
  { tx, now, personId }: Writer<string | null>,
  entryId: string,
  row: RegisterDraft & { version: number; checked: boolean; withdrawn: boolean },
): Promise<boolean> =>
  (await tx.$executeRaw`
    insert into register_version (entry_id, version, kind, date, end_date, method, criterion_ids, project_id, kpi_id, summary, link, quote, consent,
      few_children, checked, withdrawn, recorded_at, recorded_by_id)
    values (${entryId}::uuid, ${row.version}, ${row.kind}, ${row.date}::date, ${row.endDate}::date, ${row.method}, ${row.criterionIds}::uuid[],
      ${row.projectId}::uuid, ${row.kpiId}::uuid, ${row.summary}, ${row.link}, ${row.quote}, ${row.consent}, ${row.fewChildren}, ${row.checked},
      ${row.withdrawn}, ${now.toString()}::timestamptz, ${personId}::uuid)
    on conflict do nothing`) === 1;

/** The projects and KPIs of a locality that an entry can be about, by name. */
export const thingsOf = async (
  tx: Tx,
  localityId: string,
): Promise<{ projects: { id: string; name: string }[]; kpis: { id: string; name: string }[] }> => {
  const rows = await tx.$queryRaw<{ kind: 'project' | 'kpi'; id: string; name: string }[]>`
    select 'project' as kind, p.id, p.name, 0 as position from project p where p.locality_id = ${localityId}::uuid
    union all
    select 'kpi', k.id, d.name, k.position from kpi k
      join lateral (select * from kpi_definition x where x.kpi_id = k.id order by x.version desc limit 1) d on not d.retired
    where k.locality_id = ${localityId}::uuid
    order by kind, position, name`;
  const of = (kind: 'project' | 'kpi') => rows.filter((row) => row.kind === kind).map(({ id, name }) => ({ id, name }));
  return { projects: of('project'), kpis: of('kpi') };
};
