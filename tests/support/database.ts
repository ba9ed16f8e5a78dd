import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryFS, PGlite } from '@electric-sql/pglite';
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

/** A file or a folder of a database's folder. */
type Entry = { folder: string; name: string; bytes: Uint8Array | undefined };
/** All that is in an embedded database's folder, as it was dumped and taken apart. */
type Dump = { tar: Uint8Array<ArrayBuffer>; entries: Entry[] };

const BLOCK = 512;
const textAt = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1').replace(/\0.*/su, '');
/** What is in an archive, in its order: a folder comes before what is in it. */
const entriesOf = (tar: Uint8Array): Entry[] => {
  const entries: Entry[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const path = textAt(tar, at, at + 100).replace(/^\/|\/$/gu, '');
    const size = Number.parseInt(textAt(tar, at + 124, at + 136), 8) || 0;
    const isFolder = textAt(tar, at + 156, at + 157) === '5';
    const [, folder = '', name = path] = /^(.*)\/([^/]+)$/u.exec(path) ?? [];
    at += BLOCK;
    entries.push({ folder, name, bytes: isFolder ? undefined : tar.subarray(at, at + size) });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
};

/** Emscripten's files, as far as they are put there. */
type Node = {
  node_ops: { mknod: (parent: Node, name: string, mode: number, device: number) => Node };
  contents: unknown;
  usedBytes: number;
};
type Files = { mkdirTree: (path: string) => void; lookupPath: (path: string) => { node: Node } };
const DATA = '/pglite/data';
const [FOLDER, FILE] = [0o40_777, 0o100_666];

/** The files of a dump, each put in its place at once: to be looked up by its path takes a third of a database's opening. */
class Restored extends MemoryFS {
  readonly #entries: readonly Entry[];
  constructor(entries: readonly Entry[]) {
    super();
    this.#entries = entries;
  }
  override async initialSyncFs(): Promise<void> {
    const { FS } = (this.pg as unknown as { Module: { FS: Files } }).Module;
    FS.mkdirTree(DATA);
    const folders = new Map([['', FS.lookupPath(DATA).node]]);
    for (const { folder, name, bytes } of this.#entries) {
      const parent = folders.get(folder);
      if (!parent) throw new Error(`${name} comes before its folder ${folder}`);
      const node = parent.node_ops.mknod(parent, name, bytes ? FILE : FOLDER, 0);
      if (!bytes) folders.set(folder ? `${folder}/${name}` : name, node);
      else Object.assign(node, { contents: bytes.slice(), usedBytes: bytes.length });
    }
  }
}

const embeddedIn = (dump?: Dump) => {
  const opened = PGlite.create(dump ? { fs: new Restored(dump.entries) } : {});
  return { opened, embedded: createEmbedded(async () => ({ engine: await opened })) };
};

/** Those that this worker has read. */
const dumps = new Map<string, Dump>();
const keep = (path: string, tar: Uint8Array<ArrayBuffer>): Dump => {
  const dump = { tar, entries: entriesOf(tar) };
  dumps.set(path, dump);
  return dump;
};

/** The dump of an embedded database with a name; whoever comes first makes it. */
const dumpOf = async (name: string, from: (() => Promise<Dump>) | undefined, fill: Filling['fill']): Promise<Dump> => {
  const kept = join(inject('templateFolder'), `${name}.tar`);
  const read = dumps.get(kept);
  if (read) return read;
  const before = await readFile(kept).catch(() => undefined);
  if (before) return keep(kept, new Uint8Array(before)); // a slice of a Buffer would be no copy
  const { opened, embedded } = embeddedIn(await from?.());
  const database = openEmbedded(embedded);
  await fill(database);
  await database.db.$executeRawUnsafe('CHECKPOINT'); // every copy would begin by reading the log of all that was written
  const dump = await (await opened).dumpDataDir('none');
  await database.close();
  const mine = `${kept}.${randomUUID()}`; // two files may start together: whoever is last wins, with the same rows
  const tar = new Uint8Array(await dump.arrayBuffer());
  await writeFile(mine, tar);
  await rename(mine, kept);
  return keep(kept, tar);
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
  const { tar } = await filled(filling);
  const engine = await PGlite.create({ dataDir: join(dataDir, 'postgresql'), loadDataDir: new Blob([tar]) });
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
