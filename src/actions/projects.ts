import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Projects (strands): named pieces of a locality's work, with why they should work. */

export type ProjectDraft = {
  name: string;
  /** What it shares with projects of other localities: "transition". */
  theme: string | null;
  theoryOfAction: string | null;
  hypothesis: string | null;
};

export type Project = ProjectDraft & { id: string; localityId: string; locality: string; pilotId: string; programmeId: string };

/** The projects of some scopes, in the localities' fixed order and by name, in one statement. */
export const projectsIn = async (tx: Tx, scopeIds: readonly string[]): Promise<Project[]> =>
  scopeIds.length === 0
    ? []
    : tx.$queryRaw<Project[]>`
  select p.id, p.locality_id as "localityId", l.name as locality, l.pilot_id as "pilotId", pi.programme_id as "programmeId",
    p.name, p.theme, p.theory_of_action as "theoryOfAction", p.hypothesis
  from project p join locality l on l.id = p.locality_id join pilot pi on pi.id = l.pilot_id
  where l.id = any(${[...scopeIds]}::uuid[]) or pi.id = any(${[...scopeIds]}::uuid[]) or pi.programme_id = any(${[...scopeIds]}::uuid[])
  order by pi.position, l.position, lower(p.name), p.id`;

const audit = async (writer: Writer, what: 'project.added' | 'project.changed', id: string, detail: Record<string, unknown>) => {
  await writer.tx.$executeRaw`
    insert into audit_event (id, at, person_id, what, subject_kind, subject_id, detail)
    values (${writer.newId()}::uuid, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid, ${what}, 'project', ${id}, ${JSON.stringify(detail)}::jsonb)`;
};

/** Until the transaction ends nobody else names a project there, so that two of one name cannot be made at once. */
export const holdProjects = async (tx: Tx, localityId: string): Promise<void> => {
  await tx.$queryRaw`select 1 from locality where id = ${localityId}::uuid for update`;
};

/** Makes a project. Returns its id. */
export const createProject = async (writer: Writer, localityId: string, draft: ProjectDraft): Promise<string> => {
  const id = writer.newId();
  await writer.tx.$executeRaw`
    insert into project (id, locality_id, name, theme, theory_of_action, hypothesis)
    values (${id}::uuid, ${localityId}::uuid, ${draft.name}, ${draft.theme}, ${draft.theoryOfAction}, ${draft.hypothesis})`;
  await audit(writer, 'project.added', id, draft);
  return id;
};

const KEYS = ['name', 'theme', 'theoryOfAction', 'hypothesis'] as const;

/** What of a project a draft changes. */
export const projectChanges = (project: ProjectDraft, draft: ProjectDraft): (typeof KEYS)[number][] =>
  KEYS.filter((key) => project[key] !== draft[key]);

/** Changes a project; what it was stays in the audit trail. */
export const changeProject = async (writer: Writer, project: Project, draft: ProjectDraft): Promise<void> => {
  await writer.tx.$executeRaw`
    update project set name = ${draft.name}, theme = ${draft.theme}, theory_of_action = ${draft.theoryOfAction}, hypothesis = ${draft.hypothesis}
    where id = ${project.id}::uuid`;
  const was = Object.fromEntries(projectChanges(project, draft).map((key) => [key, { from: project[key], to: draft[key] }]));
  await audit(writer, 'project.changed', project.id, was);
};
