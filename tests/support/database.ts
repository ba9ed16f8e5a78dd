import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
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

const migrated = async (): Promise<Blob> => {
  const kept = join(inject('templateFolder'), 'migrated.tar');
  const before = await readFile(kept).catch(() => undefined);
  if (before) return new Blob([new Uint8Array(before)]);
  const engine = await PGlite.create();
  const database = openEmbedded(createEmbedded(async () => ({ engine })));
  await database.migrate();
  const dump = await engine.dumpDataDir('none');
  await database.close();
  const mine = `${kept}.${randomUUID()}`; // two files may start together: whoever is last wins, with the same bytes
  await writeFile(mine, new Uint8Array(await dump.arrayBuffer()));
  await rename(mine, kept);
  return dump;
};

/** Runs one statement on the server, outside any of the tests' databases. */
const onServer = async (templateUrl: string, statement: string) => {
  const url = new URL(templateUrl);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/**
 * A database for one test file: `const { db, close } = await testDatabase()`, closed in afterAll.
 * Embedded and in memory, or a new one on the run's PostgreSQL server with TEST_ENGINE=postgresql.
 */
export const testDatabase = async (): Promise<TestDatabase> => {
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
    const engine = await PGlite.create({ loadDataDir: await migrated() });
    return {
      ...openEmbedded(
        createEmbedded(async () => ({ engine })),
        watch,
      ),
      ...extras,
      url: undefined,
    };
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(templateUrl, `CREATE DATABASE ${name} TEMPLATE template`);
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  const database = openServer(url.href, watch);
  return {
    ...database,
    ...extras,
    url: url.href,
    close: async () => {
      await database.close();
      await onServer(templateUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
};
