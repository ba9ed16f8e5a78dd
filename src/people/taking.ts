import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Which organisations take part in which project, how and from when to when. Coverage KPIs are worked out from it (src/kpis/coverage.ts). */

/** How far an organisation has come with a project; each counts as those before it too. */
export const HOWS = ['signed_up', 'attended', 'completed'] as const;
export type How = (typeof HOWS)[number];

export type Project = { id: string; name: string; localityId: string; locality: string; pilotId: string; programmeId: string };

/** The projects of some localities, in the localities' fixed order. */
export const projectsIn = (tx: Tx, localityIds: string[]): Promise<Project[]> => tx.$queryRaw<Project[]>`
  select p.id, p.name, l.id as "localityId", l.name as locality, l.pilot_id as "pilotId", pi.programme_id as "programmeId"
  from project p join locality l on l.id = p.locality_id join pilot pi on pi.id = l.pilot_id
  where l.id = any(${localityIds}::uuid[])
  order by pi.position, l.position, p.name`;

/** How many schools of a locality take part in a project on a day, by how far they have come (whoever completed it attended too). */
export type Counts = Record<How, number> & {
  /** All schools of the locality. */
  schools: number;
  /** Other organisations that take part. */
  others: number;
};

/** The counts of some projects on a day (YYYY-MM-DD), in one statement; by the project's id. */
export const countsOf = async (tx: Tx, projectIds: string[], day: string): Promise<Map<string, Counts>> => {
  if (projectIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<(Counts & { id: string })[]>`
    select p.id, (select count(*) from organisation o where o.locality_id = p.locality_id and o.kind = 'school')::int as schools,
      count(distinct o.id) filter (where o.kind = 'school')::int as signed_up,
      count(distinct o.id) filter (where o.kind = 'school' and t.how in ('attended', 'completed'))::int as attended,
      count(distinct o.id) filter (where o.kind = 'school' and t.how = 'completed')::int as completed,
      count(distinct o.id) filter (where o.kind <> 'school')::int as others
    from project p
      left join taking_part t on t.project_id = p.id and t."from" <= ${day}::date and (t."to" is null or t."to" >= ${day}::date)
      left join organisation o on o.id = t.organisation_id and o.locality_id = p.locality_id
    where p.id = any(${projectIds}::uuid[])
    group by p.id`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
};

/** An organisation that began or ended: `on` is its first or its last day, YYYY-MM-DD. */
export type Change = { organisation: string; how: How; what: 'from' | 'until'; on: string };

/** The latest changes of a project, those to come among them, latest first. */
export const latestChanges = (tx: Tx, projectId: string, count: number): Promise<Change[]> => tx.$queryRaw<Change[]>`
  select o.name as organisation, t.how, c.what, c.on::text as on
  from taking_part t join organisation o on o.id = t.organisation_id
    cross join lateral (values ('from', t."from"), ('until', t."to")) c (what, "on")
  where t.project_id = ${projectId}::uuid and c.on is not null
  order by c.on desc, o.name, t.how, c.what limit ${count}`;

export type Named = { id: string; name: string };

/** The organisations that can take part in a locality's projects. */
export const organisationsOf = (tx: Tx, localityId: string): Promise<Named[]> =>
  tx.organisation.findMany({ where: { localityId }, select: { id: true, name: true }, orderBy: { name: 'asc' } });

const asDate = (day: string) => new Date(`${day}T00:00:00Z`);

const audit = (writer: Writer, what: string, projectId: string, detail: { how: string; day: string; organisations: string[] }) =>
  writer.tx.auditEvent.create({
    data: {
      id: writer.newId(),
      at: new Date(writer.now.epochMilliseconds),
      personId: writer.personId,
      what,
      subjectKind: 'project',
      subjectId: projectId,
      detail,
    },
  });

/** Says that organisations take part from a day on (YYYY-MM-DD). Returns those of whom it was not known; the others are left as they are. */
export const takePart = async (writer: Writer, projectId: string, organisations: Named[], how: How, day: string): Promise<Named[]> => {
  const from = asDate(day);
  const known = await writer.tx.takingPart.findMany({
    where: {
      projectId,
      how,
      organisationId: { in: organisations.map(({ id }) => id) },
      from: { lte: from },
      OR: [{ to: null }, { to: { gte: from } }],
    },
    select: { organisationId: true },
  });
  const there = new Set(known.map(({ organisationId }) => organisationId));
  const added = organisations.filter(({ id }) => !there.has(id));
  if (added.length === 0) return [];
  await writer.tx.takingPart.createMany({
    data: added.map(({ id }) => ({ id: writer.newId(), organisationId: id, projectId, how, from })),
  });
  await audit(writer, 'taking_part.added', projectId, { how, day, organisations: added.map(({ id }) => id) });
  return added;
};

/**
 * Says that organisations take part no longer after a day (YYYY-MM-DD), in one way or (null) in any.
 * Returns those that took part on that day; what begins later is left as it is.
 */
export const stopPart = async (
  writer: Writer,
  projectId: string,
  organisations: Named[],
  how: How | null,
  day: string,
): Promise<Named[]> => {
  const last = asDate(day);
  const where = {
    projectId,
    organisationId: { in: organisations.map(({ id }) => id) },
    ...(how === null ? {} : { how }),
    from: { lte: last },
    OR: [{ to: null }, { to: { gt: last } }],
  };
  const rows = await writer.tx.takingPart.findMany({ where, select: { organisationId: true } });
  const there = new Set(rows.map(({ organisationId }) => organisationId));
  const ended = organisations.filter(({ id }) => there.has(id));
  if (ended.length === 0) return [];
  await writer.tx.takingPart.updateMany({ where, data: { to: last } });
  await audit(writer, 'taking_part.ended', projectId, { how: how ?? 'any', day, organisations: ended.map(({ id }) => id) });
  return ended;
};
