import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openServer } from '../../src/db/open.ts';

// Once in a run: a place for the migrated embedded database, or, with TEST_ENGINE=postgresql, a real PostgreSQL server with one.

declare module 'vitest' {
  interface ProvidedContext {
    templateFolder: string;
    /** URL of the server's template database; none: the tests run on the embedded engine. */
    templateUrl: string | undefined;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

export const startServer = async (folder: string) => {
  const { EmbeddedPostgres } = await import('./postgres-server.ts');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'server'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // London, so that whoever forgets to say UTC is found out.
    postgresFlags: ['-c', 'max_connections=200', '-c', 'TimeZone=Europe/London', '-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = `postgresql://postgres:postgres@127.0.0.1:${port}/template`;
  const template = openServer(url);
  try {
    await server.createDatabase('template');
    await template.migrate();
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    await template.close();
  }
  return { url, stop: () => server.stop() };
};

export default async (project: TestProject) => {
  const folder = await mkdtemp(join(tmpdir(), 'common-cause-tests-'));
  await chmod(folder, 0o755); // as root, the server runs as another user and must get in
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled'); // what workers, scripts and servers load is compiled once
  const server = process.env.TEST_ENGINE === 'postgresql' ? await startServer(folder) : undefined;
  project.provide('templateFolder', folder);
  project.provide('templateUrl', server?.url);
  return async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  };
};
