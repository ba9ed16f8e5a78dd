import { access, mkdir } from 'node:fs/promises';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { Config } from '../config.ts';
import type { Db } from './client.ts';
import { createEmbedded, type Embedded, openFolder } from './embedded.ts';
import { PrismaClient } from './generated/client.ts';
import { migrate } from './migrate.ts';
import { asUnavailable, isFull } from './outage.ts';
import { pgliteAdapter } from './pglite-adapter.ts';
import { openForMigration, openPool, type Patience, postgresqlAdapter } from './postgresql-adapter.ts';
import type { Watch } from './watched.ts';

export type Database = {
  db: Db;
  engine: 'pglite' | 'postgresql';
  /** Brings the database to this version of the code. @returns the migrations applied. @throws MigrationRefused, DatabaseUnavailable */
  migrate: () => Promise<string[]>;
  /** Resolves when the database answers, and after its disk was full only when it can be written to. @throws DatabaseUnavailable */
  ping: () => Promise<void>;
  /** All of it as of this moment, as a compressed archive of its folder; only the embedded one can. */
  dump?: () => Promise<Blob>;
  close: () => Promise<void>;
};

const POOL_SIZE = 10;

const clientOf = (adapter: SqlMigrationAwareDriverAdapterFactory): Db => new PrismaClient({ adapter, errorFormat: 'minimal' }); // other formats quote the values, which are people's words

class Undone extends Error {}

/** Writes enough to make a file grow, and takes it back. */
const tryToWrite = (db: Db) =>
  db
    .$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO attempt (id, kind, by, at) SELECT gen_random_uuid(), 'join', 'readiness', 'epoch' FROM generate_series(1, 2000)`;
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });

/** Remembers that a disk was full until something could be written again: reading goes on working on a full disk. */
const watchingForFull = (sent: (sql: string) => void) => {
  let full = false;
  const watch: Watch = {
    sent,
    failed: (error) => {
      full ||= isFull(error);
    },
  };
  const ping = async (db: Db): Promise<void> => {
    try {
      if (full) await tryToWrite(db);
      else await db.$queryRaw`SELECT 1`;
      full = false;
    } catch (error) {
      throw asUnavailable(error);
    }
  };
  return { watch, ping };
};

/** The embedded database. Whoever opens a folder must hold its lock (src/db/folder.ts): two processes in one folder destroy it. */
export const openEmbedded = (embedded: Embedded, sent: (sql: string) => void = () => {}): Database => {
  const { watch, ping } = watchingForFull(sent);
  const adapter = pgliteAdapter(embedded, watch);
  const db = clientOf(adapter);
  return {
    db,
    engine: 'pglite',
    migrate: () =>
      migrate(adapter).catch((error) => {
        throw asUnavailable(error);
      }),
    ping: () => ping(db),
    dump: () => embedded.use(({ call, engine }) => call(() => engine.dumpDataDir('gzip'))),
    close: async () => {
      await db.$disconnect();
      await embedded.close();
    },
  };
};

/** A PostgreSQL server. Nothing is connected until it is used. */
export const openServer = (url: string, sent: (sql: string) => void = () => {}, patience?: Patience): Database => {
  const { watch, ping } = watchingForFull(sent);
  const pool = openPool(url, POOL_SIZE, patience);
  pool.on('error', () => {}); // an idle connection was cut: the next query opens another, and says so if it cannot
  const db = clientOf(postgresqlAdapter(pool, watch));
  return {
    db,
    engine: 'postgresql',
    migrate: async () => {
      const one = openForMigration(url);
      one.on('error', () => {});
      try {
        return await migrate(postgresqlAdapter(one, watch));
      } catch (error) {
        throw asUnavailable(error);
      } finally {
        await one.end();
      }
    },
    ping: () => ping(db),
    close: async () => {
      await db.$disconnect();
      await pool.end();
    },
  };
};

/** The embedded database's own folder. */
const folderIn = (dataDir: string) => `${dataDir}/postgresql`;

/** Whether there is an embedded database; makes nothing. What cannot be looked at is found out by whoever opens it. */
export const hasEmbedded = (dataDir: string): Promise<boolean> =>
  access(`${folderIn(dataDir)}/PG_VERSION`).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  );

/** Opens the database that the configuration names: a server, or the embedded one in its folder. `sent` is told of every statement. */
export const openDatabase = async (config: Pick<Config, 'databaseUrl' | 'dataDir'>, sent?: (sql: string) => void): Promise<Database> => {
  if (config.databaseUrl) return openServer(config.databaseUrl, sent);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  return openEmbedded(
    createEmbedded(() => openFolder(folderIn(config.dataDir))),
    sent,
  );
};
