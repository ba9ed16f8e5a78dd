import { type Sql, sql, type Tx } from '../db/client.ts';

/** What people call a scope, of the columns that hold its kind and id: "Wakefield", "Hub East, Wakefield"; null where it is there no more. */
export const scopeNamed = (kind: Sql, id: Sql): Sql => sql`case ${kind}
    when 'locality' then (select x.name from locality x where x.id = ${id})
    when 'pilot' then (select x.name from pilot x where x.id = ${id})
    when 'programme' then (select x.name from programme x where x.id = ${id})
    when 'project' then (select x.name || ', ' || l.name from project x join locality l on l.id = x.locality_id where x.id = ${id})
    when 'group' then (select x.name || ', ' || l.name from "group" x join locality l on l.id = x.locality_id where x.id = ${id})
    else 'Your localities'
  end`;

/** The same where it is named and nothing else is said of it. */
export const scopeName = async (tx: Tx, kind: string, id: string): Promise<string> => {
  const [row] = await tx.$queryRaw<{ name: string | null }[]>`
    select ${scopeNamed(sql`asked.kind`, sql`asked.id`)} as name from (select ${kind}::text as kind, ${id}::uuid as id) asked`;
  return row?.name ?? 'Your programme';
};
