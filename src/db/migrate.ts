import { createHash } from 'node:crypto';
import { DriverAdapterError, type SqlDriverAdapter, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { migrationFiles, migrationList, openSchemaEngine } from './schema-engine.ts';

/** The database and this version of the code do not fit together; the message says what to do. Nothing was changed. */
export class MigrationRefused extends Error {
  override name = 'MigrationRefused';
}

type Migration = { name: string; sql: string };
type Applied = { name: string; checksum: string };

/** Which migrations are still to be applied. @throws MigrationRefused when the database is newer than the code, or not of its history. */
export const planMigrations = (applied: Applied[], known: Migration[]): string[] => {
  const unknown = applied.filter((migration) => !known.some(({ name }) => name === migration.name));
  if (unknown.length > 0) {
    throw new MigrationRefused(
      `The database is newer than this version of Common Cause: it has ${unknown.map(({ name }) => name).join(', ')}, which this version does not know. Start the newer version, or restore the backup made before it.`,
    );
  }
  const changed = applied.filter(
    (migration) =>
      createHash('sha256')
        .update(known.find(({ name }) => name === migration.name)?.sql ?? '')
        .digest('hex') !== migration.checksum,
  );
  if (changed.length > 0) {
    throw new MigrationRefused(
      `The database was made with another text of ${changed.map(({ name }) => name).join(', ')}. A migration is never changed once it has been applied: restore its file, or, for a demonstration, delete the data folder and start again.`,
    );
  }
  return known.map(({ name }) => name).filter((name) => !applied.some((migration) => migration.name === name));
};

const query = async (connection: SqlDriverAdapter, sql: string) => (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
const run = (connection: SqlDriverAdapter, sql: string) => connection.executeRaw({ sql, args: [], argTypes: [] });

const appliedTo = async (connection: SqlDriverAdapter): Promise<Applied[]> => {
  const [[table] = []] = await query(connection, `SELECT to_regclass('_prisma_migrations')::text`);
  if (!table) return [];
  const rows = await query(
    connection,
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return rows.map(([name, checksum]) => ({ name: String(name), checksum: String(checksum) }));
};

/** Any number, the same in every process: whoever holds it migrates, the others wait for it. */
const MIGRATING = 7_226_683;

/**
 * Brings the database to this version of the code with Prisma's own schema engine; does nothing when it is there already.
 * All of it is one transaction, so a process killed half-way leaves the database as it was; other starting processes wait for the
 * lock of that transaction. `one` must give the same single connection each time, and nothing else may be using it.
 * @returns the names of the migrations that were applied.
 * @throws MigrationRefused
 */
export const migrate = async (one: SqlMigrationAwareDriverAdapterFactory, migrations?: Migration[]): Promise<string[]> => {
  const known = migrations ?? (await migrationFiles());
  const connection = await one.connect();
  await run(connection, 'BEGIN');
  try {
    await run(connection, `SELECT pg_advisory_xact_lock(${MIGRATING})`);
    const waiting = planMigrations(await appliedTo(connection), known);
    if (waiting.length > 0) await applyWith(one, known);
    await run(connection, 'COMMIT');
    return waiting;
  } catch (error) {
    await run(connection, 'ROLLBACK').catch(() => {}); // the first error says why
    throw error;
  }
};

const applyWith = async (one: SqlMigrationAwareDriverAdapterFactory, known: Migration[]) => {
  let cause: unknown;
  // The engine answers a failed script with what failed after it: what went wrong first is kept here.
  const remembering: SqlMigrationAwareDriverAdapterFactory = {
    provider: one.provider,
    adapterName: one.adapterName,
    connectToShadowDb: () => one.connectToShadowDb(),
    connect: async () => {
      const connection = await one.connect();
      return {
        ...connection,
        executeScript: async (script) => {
          await connection.executeScript(script).catch((error: unknown) => {
            cause ??= error;
            throw new DriverAdapterError({
              kind: 'postgres',
              code: 'XX000',
              severity: 'ERROR',
              message: String(error),
              detail: undefined,
              column: undefined,
              hint: undefined,
            });
          });
        },
      };
    },
  };
  const engine = await openSchemaEngine(remembering);
  try {
    await engine.applyMigrations({ migrationsList: migrationList(known), filters: { externalTables: [], externalEnums: [] } });
  } catch (error) {
    throw new Error(`A migration failed, and the database is as it was before: ${cause instanceof Error ? cause.message : String(error)}`, {
      cause: cause ?? error,
    });
  } finally {
    engine.free();
  }
};
