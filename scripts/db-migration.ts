import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { createEmbedded } from '../src/db/embedded.ts';
import { pgliteAdapter } from '../src/db/pglite-adapter.ts';
import { migrationFiles, migrationList, openSchemaEngine, schemaFiles } from '../src/db/schema-engine.ts';

// npm run db:migration -- NAME: writes the migration that takes the last one to prisma/schema.prisma, and makes the client anew.
// Read what it wrote before committing it: renames come out as a drop and an add, and checks are added by hand.

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/u.test(name)) {
  console.error('Say what changes, in lower case: npm run db:migration -- add_action');
  process.exit(1);
}

const scratch = createEmbedded(async () => ({ engine: await PGlite.create() }));
const engine = await openSchemaEngine(pgliteAdapter(scratch, { sent: () => {}, failed: () => {} }));
const { stdout } = await engine.diff({
  from: { tag: 'migrations', ...migrationList(await migrationFiles()) },
  to: { tag: 'schemaDatamodel', files: await schemaFiles() },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});
await scratch.close();

const changes = (stdout ?? '').replace(/^-- This is an empty migration\.\s*/u, '').trim();
if (changes === '') console.log('The schema and the migrations agree: no migration written.');
else {
  const stamp = new Date().toISOString().replace(/\D/gu, '').slice(0, 14);
  const folder = new URL(`../prisma/migrations/${stamp}_${name}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('migration.sql', folder), `${changes}\n`);
  console.log(`Wrote prisma/migrations/${stamp}_${name}/migration.sql`);
}

// `prisma generate` looks for an engine that it does not use and would download it; any executable will do.
execFileSync('prisma', ['generate'], { stdio: 'inherit', env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath } });
