import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import type { Config } from '../config.ts';
import type { Db } from './client.ts';
import { PrismaClient } from './generated/client.ts';
import { migrate } from './migrate.ts';
import { asUnavailable } from './outage.ts';
import { pgliteAdapter } from './pglite-adapter.ts';
import { openForMigration, openPool, postgresqlAdapter } from './postgresql-adapter.ts';
import type { Watch } from './watched.ts';

export type Database = {
  db: Db;
  engine: 'pglite' | 'postgresql';
  /** Brings the database to this version of the code. @returns the migrations applied. @throws MigrationRefused, DatabaseUnavailable */
  migrate: () => Promise<string[]>;
  /** Resolves when the database answers. @throws DatabaseUnavailable */
  ping: () => Promise<void>;
  /** All of it as of this moment, as a compressed archive of its folder; only the embedded one can. */
  dump?: () => Promise<Blob>;
  close: () => Promise<void>;
};

const POOL_SIZE = 10;

const ping = (db: Db) => async () => {
  await db.$queryRaw`SELECT 1`.catch((error: unknown) => {
    throw asUnavailable(error);
  });
};

/** The embedded database. Whoever opens a folder must hold its lock (src/db/folder.ts): two processes in one folder destroy it. */
export const openEmbedded = (engine: PGlite, watch?: Watch): Database => {
  const adapter = pgliteAdapter(engine, watch);
  const db = new PrismaClient({ adapter, errorFormat: 'minimal' });
  return {
    db,
    engine: 'pglite',
    migrate: () => migrate(adapter),
    ping: ping(db),
    dump: () => engine.dumpDataDir('gzip'),
    close: async () => {
      await db.$disconnect();
      if (!engine.closed) await engine.close();
    },
  };
};

/** A PostgreSQL server. Nothing is connected until it is used. */
export const openServer = (url: string, watch?: Watch): Database => {
  const pool = openPool(url, POOL_SIZE);
  pool.on('error', () => {}); // an idle connection was cut: the next query opens another, and says so if it cannot
  const db = new PrismaClient({ adapter: postgresqlAdapter(pool, watch), errorFormat: 'minimal' });
  return {
    db,
    engine: 'postgresql',
    migrate: async () => {
      const one = openForMigration(url);
      one.on('error', () => {});
      try {
        return await migrate(postgresqlAdapter(one));
      } catch (error) {
        throw asUnavailable(error);
      } finally {
        await one.end();
      }
    },
    ping: ping(db),
    close: async () => {
      await db.$disconnect();
      await pool.end();
    },
  };
};

/** Opens the database that the configuration names: a server, or the embedded one in its folder. */
export const openDatabase = async (config: Pick<Config, 'databaseUrl' | 'dataDir'>, watch?: Watch): Promise<Database> => {
  if (config.databaseUrl) return openServer(config.databaseUrl, watch);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  return openEmbedded(await PGlite.create({ dataDir: `${config.dataDir}/postgresql` }), watch);
};
