import { open, rm, writeFile } from 'node:fs/promises';
import type { Core } from './app.ts';
import { dayIn } from './calendar/zone.ts';
import type { Scripts } from './db/scripts.ts';
import { stamp } from './db/stamp.ts';
import { inTransaction, isUniqueViolation } from './db/transaction.ts';
import { ExportRequest, exportByScript } from './evidence/export/script.ts';
import { applyImport, type ImportContext, readImport } from './imports/import.ts';
import { doneReport, dryReport, problemReport } from './imports/report.ts';
import { readImportRequest } from './imports/request.ts';
import type { SecretKey } from './keys.ts';
import { dryRun } from './nudges/dry-run.ts';
import { dryRunReport, readMoment } from './nudges/report.ts';
import { setUp } from './programme/setup.ts';
import { readSetup } from './programme/setup-file.ts';
import { receiversIn } from './summaries/receivers.ts';
import { asks, lineTitle, shownOf } from './views/nudge-words.ts';

/** What scripts need of whoever does them; the key is asked for only by those that use it. */
type Around = Pick<Core, 'now' | 'newId' | 'config'> & { key: () => Promise<SecretKey> };

/** Milliseconds. Nobody waits for it in a chat, and a file can name many people. */
const LIMITS = { maxWait: 30_000, timeout: 60_000 };

/** What a script can ask of a running server, or do without one; each has its file in scripts/. */
export const createScripts = ({ now, newId, config, key }: Around): Scripts => ({
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

  /** Starts a real programme from the text of a file; refuses on a database that holds the demonstration. */
  setup: async ({ db }, [text = '']) => {
    const setup = readSetup(text);
    const { key: secret, fingerprint } = await key();
    return inTransaction(
      db,
      async (tx) => {
        await stamp(tx, { kind: 'real', keyFingerprint: fingerprint }, new Date(now().epochMilliseconds));
        return setUp({ tx, now, newId, secret }, setup);
      },
      LIMITS,
    );
  },

  /** Brings in a plan from the bytes of its files; with `dryRun` it says what that would change. Refuses with everything that is wrong. */
  import: async ({ db }, [request = ''], say) => {
    const { files, locality, dryRun } = readImportRequest(request);
    const context: ImportContext = {
      now,
      newId,
      transaction: (work) => inTransaction(db, work, LIMITS),
      by: null,
      ...(locality === undefined ? {} : { locality }),
    };
    const read = await readImport(files, context);
    if (read.problemCount > 0) throw new Error(problemReport(read));
    if (dryRun) return dryReport(read);
    const progress = (done: number, total: number) =>
      say(`rows written ${done.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')}`);
    const result = await applyImport(read, context, progress).catch((error) => {
      throw isUniqueViolation(error)
        ? new Error('Nothing was written: somebody changed the plan at the same moment. Run it again.')
        : error;
    });
    return doneReport(read, result);
  },

  /** Writes tables for analysis, or the key to their codes, to a file that does not exist yet. */
  export: async ({ db }, [request = ''], say) => {
    const asked = ExportRequest.parse(JSON.parse(request));
    const { key: secret } = await key();
    const file = await open(asked.out, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? new Error(`${asked.out} is there already: name a new file.`) : error;
    });
    return exportByScript({ db, now, newId, secret }, asked, (bytes) => file.appendFile(bytes), say)
      .finally(() => file.close())
      .catch(async (error: unknown) => {
        await rm(asked.out, { force: true });
        throw error;
      });
  },

  /** Says who would be nudged and sent a summary at a moment (2026-11-24T08:30; none: now), and why. Writes and sends nothing. */
  nudge: async ({ db }, [moment]) => {
    const at = moment === undefined ? now() : readMoment(moment);
    const looked = await inTransaction(
      db,
      async (tx) => dryRun({ config }, tx, at, { receiversOf: () => receiversIn(tx, { day: dayIn(at).toString() }), shownOf }),
      LIMITS,
    );
    return dryRunReport(looked, (line, day) => (asks(line) ? lineTitle(line, day) : 'News that they have not read'));
  },
});
