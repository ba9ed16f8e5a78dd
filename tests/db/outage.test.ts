import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedded } from '../../src/db/embedded.ts';
import { openEmbedded, openServer } from '../../src/db/open.ts';
import { whatIsAway } from '../../src/db/outage.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { DatabaseUnavailable } from '../../src/errors.ts';
import { testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

describe('what PostgreSQL says of itself', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  const saying = (state: string) =>
    inTransaction(database.db, (tx) =>
      tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'as PostgreSQL would say it' USING ERRCODE = '${state}'; END $$`),
    ).catch((error: unknown) => error);

  it.each([
    ['the disk is full', '53100'],
    ['there are too many connections', '53300'],
    ['an administrator is shutting it down', '57P01'],
    ['it is starting up', '57P03'],
    ['the statement took too long', '57014'],
    ['a file could not be read', '58030'],
    ['the connection failed', '08006'],
  ])('means "not now" when %s', async (_what, state) => {
    expect(await saying(state)).toBeInstanceOf(DatabaseUnavailable);
  });

  it.each([
    ['a column does not exist', '42703'],
    ['a check refuses the row', '23514'],
    ['a number is divided by zero', '22012'],
  ])('is a mistake of ours when %s', async (_what, state) => {
    const error = await saying(state);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(DatabaseUnavailable);
  });

  it('is asked whether it can be written to, once its disk was full, and no longer than that', async () => {
    await saying('53100');
    database.forget();
    await database.ping();
    expect(database.statements.map((sql) => sql.split(' ')[0])).toEqual(['BEGIN', 'INSERT', 'ROLLBACK']);
    expect(await database.db.attempt.count()).toBe(0);
    database.forget();
    await database.ping();
    expect(database.statements).toEqual(['SELECT 1']);
  });
});

describe('a PostgreSQL server that does not answer', () => {
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });

  /** Something that listens where the server should be. */
  const listening = async (onConnection: (socket: Socket) => void) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    );
    return `postgresql://somebody:secret@127.0.0.1:${(server.address() as AddressInfo).port}/programme`;
  };
  const database = (url: string) => openServer(url, undefined, { connect: 100, statement: 100, answer: 100 });
  const reading = ({ db }: ReturnType<typeof database>) => inTransaction(db, (tx) => tx.programme.findMany());

  /** Lets anybody in, then does as it is told with each query: https://www.postgresql.org/docs/current/protocol-message-formats.html */
  const afterLogin = (onQuery: (socket: Socket) => void) => (socket: Socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])); // AuthenticationOk, ReadyForQuery
      socket.on('data', () => onQuery(socket));
    });
  };

  it.each([
    ['takes connections and says nothing', () => {}],
    ['lets us in and never answers', afterLogin(() => {})],
    ['cuts the connection in the middle of a transaction', afterLogin((socket) => socket.destroy())],
  ])('is unavailable when it %s', async (_what, behaviour) => {
    const hung = database(await listening(behaviour));
    await expect(reading(hung)).rejects.toThrow(DatabaseUnavailable);
    await expect(hung.ping()).rejects.toThrow(DatabaseUnavailable);
    await hung.close();
  });

  it('is unavailable when nothing listens there, and the next attempt is made anew', async () => {
    const url = await listening(() => {});
    await endings.pop()?.();
    const gone = database(url);
    await expect(reading(gone)).rejects.toThrow(DatabaseUnavailable);
    const away = await gone.migrate().catch((error: unknown) => error);
    expect(away).toBeInstanceOf(DatabaseUnavailable);
    const [, port] = /:(\d+)/u.exec(url) ?? [];
    expect(whatIsAway(away, url.replace('://', '://bot:hunter2@'))).toEqual({ host: '127.0.0.1', port, code: 'DatabaseNotReachable' });
    await gone.close();
  });
});

describe('an embedded database whose engine dies', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-engine-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('fails what was under way, keeps what it had acknowledged, and is opened again at the next use', async () => {
    let opened = 0;
    let isDying = false;
    const database = openEmbedded(
      createEmbedded(async () => {
        opened += 1;
        const engine = await PGlite.create({ dataDir: join(folder, 'postgresql') });
        // What WebAssembly throws when PostgreSQL aborts, at whatever it does next.
        const { mod } = engine as unknown as { mod: { _PostgresMainLoopOnce: () => void } };
        const once = mod._PostgresMainLoopOnce;
        mod._PostgresMainLoopOnce = () => {
          if (isDying) throw new Error('Aborted(). Build with -sASSERTIONS for more info.');
          once();
        };
        return {
          engine,
          lastWords: () => (isDying ? 'PANIC:  could not write to file "pg_wal/xlogtemp.42": No space left on device' : ''),
        };
      }),
    );
    await database.migrate();
    const newId = testIds();
    const add = (name: string) => inTransaction(database.db, (tx) => tx.programme.createMany({ data: [{ id: newId(), name }] }));
    await add('acknowledged');
    expect(opened).toBe(1);

    isDying = true;
    const [first, second] = await Promise.allSettled([add('under way'), add('waiting behind it')]);
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) });
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailable) });

    isDying = false;
    await add('afterwards');
    expect(opened).toBeGreaterThan(1);
    const names = (await database.db.programme.findMany({ orderBy: { id: 'asc' } })).map(({ name }) => name);
    expect(names).toEqual(['acknowledged', 'afterwards']);
    await database.close();
  });
});
