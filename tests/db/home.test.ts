import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { homeOf } from '../../src/db/home.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** A copy of a database is known for one, however alike it is; a backup put back in its place is not. */

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'common-cause-home-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the folder of an embedded database', () => {
  const at = (name: string) => join(folder, name);
  const homeAt = (name: string) => homeOf({ databaseUrl: undefined, dataDir: at(name) }, database.db, randomBytes);
  beforeEach(async () => {
    await rm(at('live'), { recursive: true, force: true });
    await mkdir(at('live/postgresql'), { recursive: true });
    await writeFile(at('live/postgresql/backup'), 'what is in it');
  });

  it('is the same at each start', async () => {
    expect(await homeAt('live')).toBe(await homeAt('live'));
  });

  it('is the same after a backup was put back in it', async () => {
    const home = await homeAt('live');
    await rename(at('live/postgresql'), at('live/postgresql.before'));
    await cp(at('live/postgresql.before'), at('live/postgresql'), { recursive: true });
    expect(await homeAt('live')).toBe(home);
  });

  it('is another one for a backup in a folder of its own, and for a copy of all of it', async () => {
    const home = await homeAt('live');
    await mkdir(at('restored'));
    await cp(at('live/postgresql'), at('restored/postgresql'), { recursive: true });
    await cp(at('live'), at('copied'), { recursive: true });
    expect(new Set([home, await homeAt('restored'), await homeAt('copied')]).size).toBe(3);
  });
});

describe('a database of a server', () => {
  const home = ({ db }: TestDatabase) => homeOf({ databaseUrl: 'postgresql://somewhere', dataDir: folder }, db, randomBytes);

  it('is the same at each start, and another one than a copy of it beside it', async () => {
    expect(await home(database)).toBe(await home(database));
    if (!database.url) return; // an embedded database has none beside it
    const copy = await testDatabase();
    expect(await home(copy)).not.toBe(await home(database));
    await copy.close();
  });

  it('is known by its number where nothing may be asked of the cluster', async () => {
    const asked: string[] = [];
    const strict = {
      $queryRaw: async (sql: TemplateStringsArray) => [{ ask: asked.push(sql.join()) > 1, name: 'programme', oid: '16384' }],
    };
    const homes = [await home({ ...database, db: strict as never }), await home(database)];
    expect(asked).toHaveLength(1);
    expect(homes[0]).not.toBe(homes[1]);
  });
});
