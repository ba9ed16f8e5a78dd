import type { Db } from '../../src/db/client.ts';

/** Every row of every table as text: what somebody with a copy of the database can search. */
export const everythingIn = async (db: Db): Promise<string> => {
  const tables = await db.$queryRaw<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await db.$queryRawUnsafe<{ text: string }[]>(`select t::text as text from "${name}" t`);
    texts.push(`${name}:`, ...rows.map(({ text }) => text));
  }
  return texts.join('\n');
};
