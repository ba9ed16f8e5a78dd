import type { Writer } from '../../app.ts';
import type { Tx } from '../../db/client.ts';
import { groupCode, organisationCode } from '../codes.ts';
import { csvLine } from '../csv.ts';
import type { Scope } from './exports.ts';

/**
 * Which organisation, and which group, each code stands for: a file of its own, for who holds 'export.key'. In it is every code that a table
 * of these localities can hold, so also an organisation of elsewhere, or of no locality, that takes part in their projects.
 */

type Named = {
  id: string;
  what: 'organisation' | 'group';
  locality: string | null;
  name: string;
  kind: string;
  phase: string | null;
  urn: string | null;
};

const HEADER = ['code', 'what', 'locality', 'name', 'kind', 'phase', 'urn'];

export const keyFile = async (tx: Tx, secret: Uint8Array, localityIds: readonly string[]): Promise<string> => {
  const rows = await tx.$queryRaw<Named[]>`
    select x.id, x.what, l.name as locality, x.name, x.kind, x.phase, x.urn
    from (
      select id, 'organisation' as what, locality_id, name, kind, phase, urn from organisation
      where locality_id = any(${[...localityIds]}::uuid[]) or id in (
        select t.organisation_id from taking_part t join project j on j.id = t.project_id where j.locality_id = any(${[...localityIds]}::uuid[])
        union select m.organisation_id from group_member m join "group" g on g.id = m.group_id where g.locality_id = any(${[...localityIds]}::uuid[]))
      union all select id, 'group', locality_id, name, kind, null, null from "group" where locality_id = any(${[...localityIds]}::uuid[])
    ) x left join locality l on l.id = x.locality_id left join pilot p on p.id = l.pilot_id
    order by p.position, l.position, x.what desc, x.name`;
  const codes = { organisation: organisationCode, group: groupCode };
  return [
    csvLine(HEADER),
    ...rows.map(({ id, what, locality, name, kind, phase, urn }) =>
      csvLine([codes[what](secret, id), what, locality, name, kind, phase, urn]),
    ),
  ].join('');
};

/** That somebody made it. @param writer `personId` null: who runs the server */
export const noteKey = async ({ tx, now, newId, personId }: Writer<string | null>, { kind, id }: Scope): Promise<void> => {
  await tx.auditEvent.create({
    data: { id: newId(), at: new Date(now.epochMilliseconds), personId, what: 'export.key_made', subjectKind: kind, subjectId: id },
  });
};
