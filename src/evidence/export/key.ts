import type { Writer } from '../../app.ts';
import type { Tx } from '../../db/client.ts';
import { groupCode, organisationCode } from '../codes.ts';
import { csvLine } from '../csv.ts';
import type { Scope } from './exports.ts';

/** Which organisation, and which group, each code stands for: a file of its own, for who holds 'export.key'. */

type Named = {
  id: string;
  what: 'organisation' | 'group';
  locality: string;
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
      union all select id, 'group', locality_id, name, kind, null, null from "group"
    ) x join locality l on l.id = x.locality_id join pilot p on p.id = l.pilot_id
    where l.id = any(${[...localityIds]}::uuid[]) order by p.position, l.position, x.what desc, x.name`;
  const codes = { organisation: organisationCode, group: groupCode };
  return [
    csvLine(HEADER),
    ...rows.map(({ id, what, locality, name, kind, phase, urn }) =>
      csvLine([codes[what](secret, id), what, locality, name, kind, phase, urn]),
    ),
  ].join('');
};

/** That somebody made it. */
export const noteKey = async ({ tx, now, newId, personId }: Writer, { kind, id }: Scope): Promise<void> => {
  await tx.auditEvent.create({
    data: { id: newId(), at: new Date(now.epochMilliseconds), personId, what: 'export.key_made', subjectKind: kind, subjectId: id },
  });
};
