import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { inject } from 'vitest';
import { createEmbedded } from '../../src/db/embedded.ts';
import { type Database, openEmbedded, openServer } from '../../src/db/open.ts';

/** What one test file works on: an empty, migrated database of its own, and the statements that were sent to it. */
export type TestDatabase = Database & {
  /** Every statement since the last `forget()`, BEGIN and COMMIT included. */
  statements: string[];
  /** Starts counting anew. */
  forget: () => void;
  /** The server's own address for it; none on the embedded engine. */
  url: string | undefined;
};

/** What a database holds before a test begins: made once in a run under a name, then copied. */
export type Filling = { name: string; fill: (database: Database) => Promise<unknown> };

const embeddedIn = (dump?: Blob) => {
  const opened = PGlite.create(dump ? { loadDataDir: dump } : {});
  return { opened, embedded: createEmbedded(async () => ({ engine: await opened })) };
};

/** All of a file as PGlite asks for it; the blob of a buffer would copy it, and give out another copy. */
const blobOf = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Blob =>
  Object.assign(new Blob([]), {
    arrayBuffer: async () => (byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)),
  });

/** The dump of an embedded database with a name; whoever comes first makes it. */
const dumpOf = async (name: string, from: (() => Promise<Blob>) | undefined, fill: Filling['fill']): Promise<Blob> => {
  const kept = join(inject('templateFolder'), `${name}.tar`);
  const before = await readFile(kept).catch(() => undefined);
  if (before) return blobOf(before);
  const { opened, embedded } = embeddedIn(await from?.());
  const database = openEmbedded(embedded);
  await fill(database);
  await database.db.$executeRawUnsafe('CHECKPOINT'); // every copy would begin by reading the log of all that was written
  const dump = await (await opened).dumpDataDir('none');
  await database.close();
  const mine = `${kept}.${randomUUID()}`; // two files may start together: whoever is last wins, with the same rows
  await writeFile(mine, new Uint8Array(await dump.arrayBuffer()));
  await rename(mine, kept);
  return dump;
};

/** Without the memory for much more than a test holds, and without what only CREATE DATABASE copies, a copy opens in half the time. */
const LIGHT = [
  `ALTER SYSTEM SET shared_buffers = '16MB'`,
  ...['template0', 'template1'].flatMap((name) => [`ALTER DATABASE ${name} IS_TEMPLATE false`, `DROP DATABASE ${name}`]),
];

const empty = () =>
  dumpOf('empty', undefined, async ({ db }) => {
    for (const statement of LIGHT) await db.$executeRawUnsafe(statement);
  });
const migrated = () => dumpOf('migrated', empty, (database) => database.migrate());
const filled = (filling?: Filling) => (filling ? dumpOf(filling.name, migrated, filling.fill) : migrated());

/** An embedded database in memory with nothing in it at all. */
export const emptyEmbedded = async () => embeddedIn(await empty()).embedded;

/** A data folder for processes of their own, with a migrated database in it already: for whatever is not about how one is made. */
export const dataFolder = async (dataDir: string, filling?: Filling): Promise<void> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const engine = await PGlite.create({ dataDir: join(dataDir, 'postgresql'), loadDataDir: await filled(filling) });
  await engine.close();
};

const databaseAt = (templateUrl: string, name: string) => {
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  return url.href;
};

/** Works on the server outside any of the tests' databases. */
const onServer = async <T>(templateUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: databaseAt(templateUrl, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The server's template with a name; whoever comes first makes it while the others wait. */
const templateOf = (templateUrl: string, { name, fill }: Filling): Promise<string> =>
  onServer(templateUrl, async (client) => {
    const template = `filled_${name.replaceAll(/\W/gu, '_')}`.toLowerCase();
    await client.query('SELECT pg_advisory_lock(1)'); // ends with the connection
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      const making = `${template}_making`;
      await client.query(`CREATE DATABASE ${making} TEMPLATE template`);
      const database = openServer(databaseAt(templateUrl, making));
      await fill(database).finally(() => database.close());
      await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
    }
    return template;
  });

/**
 * A database for one test file: `const { db, close } = await testDatabase()`, closed in afterAll.
 * Embedded and in memory, or a new one on the run's PostgreSQL server with TEST_ENGINE=postgresql.
 */
export const testDatabase = async (filling?: Filling): Promise<TestDatabase> => {
  const statements: string[] = [];
  const watch = (sql: string) => void statements.push(sql);
  const extras = {
    statements,
    forget: () => {
      statements.length = 0;
    },
  };
  const templateUrl = inject('templateUrl');
  if (templateUrl === undefined) {
    const { embedded } = embeddedIn(await filled(filling));
    return { ...openEmbedded(embedded, watch), ...extras, url: undefined };
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = filling ? await templateOf(templateUrl, filling) : 'template';
  await onServer(templateUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = databaseAt(templateUrl, name);
  const database = openServer(url, watch);
  return {
    ...database,
    ...extras,
    url,
    close: async () => {
      await database.close();
      await onServer(templateUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
};
