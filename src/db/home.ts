import { createHash } from 'node:crypto';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Tx } from './client.ts';

/**
 * Which of all copies of a database this is. A backup that is put back in the place of what it was made of is the same; one that is put
 * somewhere else is another, though what is in it is the same to the last byte.
 */

/** Beside the embedded database's folder, so in no backup of it. */
const FILE = 'installation';

const digest = (parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

/** Drawn once, and its path: a folder that was copied as a whole is another one too. */
const homeOfFolder = async (dataDir: string, random: (bytes: number) => Uint8Array): Promise<string[]> => {
  const path = join(dataDir, FILE);
  await writeFile(path, Buffer.from(random(16)).toString('hex'), { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return [await readFile(path, 'utf8'), await realpath(dataDir)];
};

/** The cluster, the database's name in it, and the timeline, which is another after the cluster was put back elsewhere or a standby took over. */
const homeOfServer = async (db: Tx): Promise<string[]> => {
  const [may] = await db.$queryRaw<{ ask: boolean; name: string; oid: string }[]>`
    select has_function_privilege('pg_control_system()', 'execute') and has_function_privilege('pg_walfile_name(pg_lsn)', 'execute') as ask,
      current_database()::text as name, (select oid::text from pg_database where datname = current_database()) as oid`;
  if (!may?.ask) return [may?.name ?? '', may?.oid ?? ''];
  const [control] = await db.$queryRaw<{ cluster: string; timeline: string }[]>`
    select system_identifier::text as cluster, left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline from pg_control_system()`;
  return [may.name, control?.cluster ?? '', control?.timeline ?? ''];
};

/** 16 hexadecimal digits. @param random that many random bytes */
export const homeOf = async (
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  db: Tx,
  random: (bytes: number) => Uint8Array,
): Promise<string> => digest(databaseUrl ? await homeOfServer(db) : await homeOfFolder(dataDir, random));
