import { writeFile } from 'node:fs/promises';
import type { Scripts } from './db/scripts.ts';

/** What a script can ask of a running server, or do without one; each has its file in scripts/. */
export const scripts: Scripts = {
  /** Writes the embedded database, whole and as of one moment, to a file that does not exist yet. */
  backup: async (database, [path]) => {
    if (!database.dump) throw new Error('This database is a PostgreSQL server: back it up with pg_dump.');
    if (!path) throw new Error('Say where to: npm run backup -- FILE.tar.gz');
    const dump = new Uint8Array(await (await database.dump()).arrayBuffer());
    await writeFile(path, dump, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? new Error(`${path} is there already: name a new file.`) : error;
    });
    return `Wrote ${path} (${Math.ceil(dump.length / 1024)} kB). The secret key is not in it: keep that elsewhere.`;
  },
};
