import type { Db } from '../../src/db/client.ts';

/** Every row of every table as text: what somebody with a copy of the database can search. */
export const everythingIn = async (db: Db): Promise<string> => {
  const tables = await db.$queryRaw<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const texts = await db.$queryRawUnsafe<{ name: string; text: string | null }[]>(
    tables.map(({ name }) => `select '${name}' as name, (select string_agg(t::text, e'\\n') from "${name}" t) as text`).join(' union all '),
  );
  return texts.flatMap(({ name, text }) => [`${name}:`, ...(text === null ? [] : [text])]).join('\n');
};
