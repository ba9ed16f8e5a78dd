import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Db } from '../../../src/db/client.ts';
import { createEmbedded } from '../../../src/db/embedded.ts';
import { openEmbedded } from '../../../src/db/open.ts';
import type { TestDatabase } from '../../support/database.ts';

/** A database whose files can be read as somebody would who copies its disk. */

export type OnFiles = { database: TestDatabase; folders: readonly string[] };

/** Where the files of its tables are, and its log. */
const foldersIn = async (db: Db, folder?: string): Promise<string[]> => {
  const [at] = await db.$queryRaw<{ folder: string; database: string }[]>`
    select current_setting('data_directory') as folder, oid::text as database from pg_database where datname = current_database()`;
  if (!at) throw new Error('the database does not say where its files are');
  return [join(folder ?? at.folder, 'base', at.database), join(folder ?? at.folder, 'pg_wal')];
};

/** The same database on the disk: a copy of an embedded one, which is closed; a server's own. */
export const onFiles = async (from: TestDatabase): Promise<OnFiles> => {
  if (!from.dump) return { database: from, folders: await foldersIn(from.db) };
  const dump = await from.dump();
  await from.close();
  const folder = await mkdtemp(join(tmpdir(), 'common-cause-files-'));
  const opened = PGlite.create({ dataDir: folder, loadDataDir: dump });
  const database = openEmbedded(createEmbedded(async () => ({ engine: await opened })));
  return {
    database: {
      ...database,
      statements: [],
      forget: () => {},
      url: undefined,
      close: async () => {
        await database.close();
        await rm(folder, { recursive: true, force: true });
      },
    },
    folders: await foldersIn(database.db, folder),
  };
};
