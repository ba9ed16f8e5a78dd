import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './child.ts';
import { EmbeddedPostgres } from './postgres-server.ts';

/** The two engines, each with places for databases of the same content. */

export type Place = { databaseUrl: string | undefined; dataDir: string };
export type Engine = {
  name: 'embedded' | 'PostgreSQL';
  /** An empty place. */
  place: (name: string) => Promise<Place>;
  /** A copy of a place that nobody uses. */
  copy: (from: Place, name: string) => Promise<Place>;
  /** The database server's own process, where it has one. */
  pid: number | undefined;
  stop: () => Promise<void>;
};

export const embedded = (folder: string): Engine => {
  const place = async (name: string) => ({ databaseUrl: undefined, dataDir: join(folder, 'embedded', name) });
  return {
    name: 'embedded',
    place,
    copy: async (from, name) => {
      const to = await place(name);
      await mkdir(to.dataDir, { recursive: true });
      await cp(join(from.dataDir, 'postgresql'), join(to.dataDir, 'postgresql'), { recursive: true });
      return to;
    },
    pid: undefined,
    stop: async () => {},
  };
};

/** A PostgreSQL server as it comes: every commit is on the disk before it is acknowledged. */
export const postgresql = async (folder: string): Promise<Engine> => {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'server'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const urlOf = (name: string) => `postgresql://postgres:postgres@127.0.0.1:${port}/${name}`;
  const client = server.getPgClient();
  await client.connect();
  const { pid } = server as unknown as { pid?: number };
  const { process: child } = server as unknown as { process?: { pid?: number } };
  return {
    name: 'PostgreSQL',
    place: async (name) => {
      await client.query(`create database ${name}`);
      return { databaseUrl: urlOf(name), dataDir: join(folder, 'unused') };
    },
    copy: async (from, name) => {
      await client.query(`create database ${name} template ${new URL(from.databaseUrl as string).pathname.slice(1)}`);
      return { databaseUrl: urlOf(name), dataDir: join(folder, 'unused') };
    },
    pid: child?.pid ?? pid,
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
};
