import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { MigrationRefused, migrate, planMigrations } from '../../src/db/migrate.ts';
import { pgliteAdapter } from '../../src/db/pglite-adapter.ts';
import { openForMigration, postgresqlAdapter } from '../../src/db/postgresql-adapter.ts';
import { migrationFiles, migrationList, openSchemaEngine, schemaFiles } from '../../src/db/schema-engine.ts';
import { emptyEmbedded, type TestDatabase, testDatabase } from '../support/database.ts';

type Door = SqlMigrationAwareDriverAdapterFactory;
const silent = { sent: () => {}, failed: () => {} };

/** A database with nothing in it, on the engine of this run; each use of it is a process's own. */
const emptyDatabase = async () => {
  const templateUrl = inject('templateUrl');
  if (templateUrl === undefined) {
    const embedded = await emptyEmbedded();
    return { through: <T>(use: (door: Door) => Promise<T>) => use(pgliteAdapter(embedded, silent)), close: () => embedded.close() };
  }
  const name = `empty_${process.pid}_${Math.trunc(performance.now())}`;
  const server = new pg.Client({ connectionString: templateUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  return {
    through: async <T>(use: (door: Door) => Promise<T>) => {
      const pool = openForMigration(url.href);
      try {
        return await use(postgresqlAdapter(pool, silent));
      } finally {
        await pool.end();
      }
    },
    close: async () => {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
};

const tables = async (door: Door): Promise<string[]> => {
  const connection = await door.connect();
  const { rows } = await connection.queryRaw({
    sql: `SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    args: [],
    argTypes: [],
  });
  return rows.map(([name]) => String(name));
};

const first = { name: '20270101000000_first', sql: 'CREATE TABLE one ();' };
const second = { name: '20270102000000_second', sql: `CREATE TABLE two (); -- a semicolon; in a comment\nINSERT INTO two DEFAULT VALUES;` };
const broken = { name: '20270103000000_broken', sql: 'CREATE TABLE three (); CREATE TABLE three ();' };

describe('migrating', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterEach(async () => {
    await database.close();
    database = await emptyDatabase();
  });
  afterAll(() => database.close());
  const up = (migrations: { name: string; sql: string }[]) => database.through((door) => migrate(door, migrations));

  it('applies what is missing, and the second time finds nothing to do', async () => {
    expect(await up([first])).toEqual([first.name]);
    expect(await up([first, second])).toEqual([second.name]);
    expect(await up([first, second])).toEqual([]);
    expect(await database.through(tables)).toEqual(['_prisma_migrations', 'one', 'two']);
  });

  it('leaves the database as it was when a migration fails half-way, and says what was wrong', async () => {
    await up([first]);
    await expect(up([first, second, broken])).rejects.toThrow(/as it was before: .*"three" already exists/u);
    expect(await database.through(tables)).toEqual(['_prisma_migrations', 'one']);
    expect(await up([first, second])).toEqual([second.name]);
  });

  it('refuses a database that is newer than the code, and changes nothing', async () => {
    await up([first, second]);
    const older = up([first]);
    await expect(older).rejects.toThrow(MigrationRefused);
    await expect(older).rejects.toThrow('20270102000000_second');
    expect(await database.through(tables)).toEqual(['_prisma_migrations', 'one', 'two']);
  });

  it('refuses a database made with another text of a migration', async () => {
    await up([first]);
    await expect(up([{ ...first, sql: 'CREATE TABLE uno ();' }])).rejects.toThrow(/another text of 20270101000000_first/u);
  });

  it('is done once when several processes start together', async () => {
    const doors = inject('templateUrl') === undefined ? 1 : 4; // the embedded database has one connection, and its folder a lock
    const applied = await Promise.all(Array.from({ length: doors }, () => up([first, second])));
    expect(applied.flat()).toEqual([first.name, second.name]);
  });
});

describe('the plan of a migration', () => {
  it('is what the code knows and the database has not', () => {
    expect(planMigrations([], [first, second])).toEqual([first.name, second.name]);
  });
});

describe('schema, migrations and client agree', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  const drift = async (schema: string) => {
    const scratch = await emptyEmbedded();
    const replayed = await emptyEmbedded();
    const engine = await openSchemaEngine({
      ...pgliteAdapter(scratch, silent),
      connectToShadowDb: () => pgliteAdapter(replayed, silent).connect(),
    });
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrationList(await migrationFiles()) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    await Promise.all([scratch.close(), replayed.close()]);
    return stdout;
  };
  const schema = schemaFiles().then(([file]) => file?.content ?? '');

  it('the migrations make what the schema says', async () => {
    expect(await drift(await schema)).toContain('This is an empty migration');
  });

  it('would be seen not to agree if one column were another', async () => {
    expect(await drift((await schema).replace('theme       String', 'topic       String'))).toContain('ADD COLUMN     "topic"');
  });

  it('every model can be read from a migrated database', async () => {
    const models = [...(await schema).matchAll(/^model (\w+)/gmu)].map(([, name = '']) => name[0]?.toLowerCase() + name.slice(1));
    expect(models.length).toBeGreaterThan(25);
    for (const model of models) {
      const reader = (database.db as unknown as Record<string, { findFirst: () => Promise<unknown> }>)[model];
      await expect(reader?.findFirst(), model).resolves.toBeNull();
    }
  });

  it('the client is the one that the schema makes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cc-client-'));
    const committed = join(process.cwd(), 'src/db/generated');
    try {
      const copy = join(folder, 'schema.prisma');
      const made = join(folder, 'made');
      await writeFile(copy, (await schema).replace('"../src/db/generated"', JSON.stringify(made)));
      execFileSync('node_modules/.bin/prisma', ['generate', '--schema', copy], {
        stdio: 'pipe',
        env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
      });
      const files = async (root: string) =>
        (await readdir(root, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => relative(root, join(entry.parentPath, entry.name)))
          .sort();
      expect(await files(made)).toEqual(await files(committed));
      for (const file of await files(made)) {
        // The folder it was made in, and the copy's output line, are in it.
        const text = async (root: string) =>
          (await readFile(join(root, file), 'utf8')).replaceAll(JSON.stringify(made).slice(1, -1), '../src/db/generated');
        expect(await text(made), file).toBe(await text(committed));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('what the database itself refuses', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await database.db.$executeRawUnsafe(`INSERT INTO programme (id, name) VALUES ('00000000-0000-7000-8000-000000000001', 'LocalEd')`);
  });
  afterAll(() => database.close());

  it.each([
    [
      'a person with capitals in their address',
      `INSERT INTO person (id, post, email) VALUES (gen_random_uuid(), 'Head', 'Head@example.org')`,
      'person_email_lower_case',
    ],
    [
      'a role nobody has heard of',
      `INSERT INTO role (id, person_id, role, scope_kind, scope_id, "from") VALUES (gen_random_uuid(), gen_random_uuid(), 'owner', 'pilot', gen_random_uuid(), '2026-01-01')`,
      'role_name',
    ],
    [
      'a member of a group who is both an organisation and a person',
      `INSERT INTO group_member (id, group_id, organisation_id, person_id) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid())`,
      'group_member_one_of_two',
    ],
    [
      'a member of a group who is neither',
      `INSERT INTO group_member (id, group_id) VALUES (gen_random_uuid(), gen_random_uuid())`,
      'group_member_one_of_two',
    ],
    [
      'a period that ends before it starts',
      `INSERT INTO reading (id, kpi_id, period, period_start, period_end, version, kind, origin, recorded_at) VALUES (gen_random_uuid(), gen_random_uuid(), '2026-W47', '2026-11-22', '2026-11-16', 1, 'reading', 'person', now())`,
      'reading_period',
    ],
    [
      '84 of nothing',
      `INSERT INTO reading (id, kpi_id, period, period_start, period_end, version, kind, origin, recorded_at, numerator) VALUES (gen_random_uuid(), gen_random_uuid(), '2026-W47', '2026-11-16', '2026-11-22', 1, 'reading', 'person', now(), 84)`,
      'reading_n_of_m',
    ],
    ['a version nought', `INSERT INTO kpi_owner (kpi_id, version, recorded_at) VALUES (gen_random_uuid(), 0, now())`, 'kpi_owner_version'],
    ['a second stamp', `INSERT INTO stamp (id, kind, key_fingerprint, filled_at) VALUES (2, 'demo', 'x', now())`, 'stamp_one_row'],
    [
      'a message in a state that nobody looks at',
      `INSERT INTO outbox (id, kind, payload, state, not_before, created_at) VALUES (gen_random_uuid(), 'card', '{}', 'lost', now(), now())`,
      'outbox_state',
    ],
  ])('%s', async (_what, statement, constraint) => {
    await expect(database.db.$executeRawUnsafe(statement)).rejects.toThrow(constraint);
  });

  it('and takes what is right', async () => {
    await database.db.$executeRawUnsafe(`INSERT INTO person (id, post, email) VALUES (gen_random_uuid(), 'Head', 'head@example.org')`);
    expect(await database.db.person.count()).toBe(1);
  });
});
