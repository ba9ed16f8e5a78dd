import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { testDatabase } from '../support/database.ts';

/** Places for servers that are killed, each a programme on the PostgreSQL of this run, and where they log; gone when the file's tests are through. */
export const placesOnServer = () => {
  const folder = mkdtempSync(join(tmpdir(), 'common-cause-kills-'));
  const endings: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of endings) await end();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    logFile: join(folder, 'log'),
    newPlace: async () => {
      const { url, close } = await testDatabase();
      endings.push(close);
      return { dataDir: join(folder, randomUUID()), databaseUrl: url };
    },
  };
};
