import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';

const prismaFolder = new URL('../../prisma/', import.meta.url);

/** What schema.prisma says, as the engine wants it. */
export const schemaFiles = async () => [{ path: 'schema.prisma', content: await readFile(new URL('schema.prisma', prismaFolder), 'utf8') }];

/** The migrations of this version of the code, oldest first. */
export const migrationFiles = async (folder = new URL('migrations/', prismaFolder)): Promise<{ name: string; sql: string }[]> => {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map(async (name) => ({ name, sql: await readFile(new URL(`${name}/migration.sql`, folder), 'utf8') })));
};

/** The same as the engine wants it. */
export const migrationList = (migrations: { name: string; sql: string }[]): MigrationList => ({
  baseDir: '/migrations',
  lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
  shadowDbInitScript: '',
  migrationDirectories: migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
  })),
});

/** As much of it as is used here: TypeScript keeps its types with the browser's. */
declare const WebAssembly: { instantiate: (binary: Uint8Array, imports: object) => Promise<{ instance: { exports: object } }> };

const load = async () => {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = await readFile(
    createRequire(import.meta.url)
      .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
      .replace(/\.js$/u, '.wasm'),
  );
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start: () => void }).__wbindgen_start();
  return glue;
};
let loaded: ReturnType<typeof load> | undefined; // once in a process: its glue remembers the first instance's memory

/**
 * Prisma's own schema engine, in WebAssembly, so that nothing is downloaded. Loaded only when there is something to do:
 * it takes tens of megabytes, and a server whose database is up to date never needs it.
 */
export const openSchemaEngine = async (adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> => {
  loaded ??= load();
  const datamodels = (await schemaFiles()).map((file): [string, string] => [file.path, file.content]);
  return (await loaded).SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter));
};
