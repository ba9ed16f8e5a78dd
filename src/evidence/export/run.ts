import type { Core } from '../../app.ts';
import { inTransaction } from '../../db/transaction.ts';
import { faultOf } from '../../fault.ts';
import type { Actor } from '../../people/actor.ts';
import type { Place } from '../../summaries/scopes.ts';
import { writeArchive } from './archive.ts';
import type { Scope } from './exports.ts';
import { rowsOf } from './manifest.ts';
import {
  addPiece,
  type Export,
  failExport,
  findExport,
  finishExport,
  holdExportsOf,
  isDemonstration,
  noteRows,
  previousOf,
} from './queries.ts';

/** Making an export behind the page that shows how far it has come. Its file is put into the database in pieces, so that any process can give it out. */

/** Bytes. */
const PIECE = 1024 * 1024;

/** Somebody else has ended it, it was forgotten, or the server stops. */
class NotOurs extends Error {
  override name = 'NotOurs';
}

type Around = Pick<Core, 'db' | 'now' | 'log' | 'secret'>;
type Asked = {
  made: Pick<Export, 'id' | 'personId' | 'scopeKind' | 'scopeId' | 'recordedTo' | 'freeText' | 'xlsx'>;
  scope: Scope;
  actor: Actor;
  places: readonly Place[];
};

/** Collects bytes into pieces of one size. */
const pieces = (put: (position: number, bytes: Uint8Array) => Promise<void>) => {
  let held: Uint8Array[] = [];
  let [size, position] = [0, 0];
  const flush = async () => {
    const bytes = Buffer.concat(held);
    [held, size] = [[], 0];
    if (bytes.length > 0) await put(position, bytes);
    position += 1;
  };
  return {
    add: async (bytes: Uint8Array) => {
      held.push(bytes);
      size += bytes.length;
      if (size >= PIECE) await flush();
    },
    flush,
  };
};

const make = async ({ db, now, secret }: Around, { made, scope, actor, places }: Asked, isStopped: () => boolean): Promise<void> => {
  if (isStopped()) throw new NotOurs();
  const { id, recordedTo, freeText, xlsx } = made;
  const { previous, demonstration } = await inTransaction(db, async (tx) => {
    await holdExportsOf(tx, made.personId); // who asked for it has committed
    if (!(await findExport(tx, id, made.personId))) throw new NotOurs();
    return { previous: await previousOf(tx, made), demonstration: await isDemonstration(tx) };
  });
  const file = pieces((position, bytes) => inTransaction(db, (tx) => addPiece(tx, id, position, bytes)));
  let told = now();
  const manifest = await writeArchive(
    { db, secret, actor, places, scope, to: recordedTo, freeText, xlsx, demonstration, previous },
    file.add,
    async (rows) => {
      if (isStopped()) throw new NotOurs();
      if (now().epochMilliseconds - told.epochMilliseconds < 1_000) return;
      told = now();
      if (!(await inTransaction(db, (tx) => noteRows(tx, id, rows, told.toString())))) throw new NotOurs();
    },
  );
  await file.flush();
  await inTransaction(db, async (tx) => {
    await noteRows(tx, id, rowsOf(manifest), now().toString());
    await finishExport(tx, id, { ...manifest, roles: [...actor.roles] }, now().toString());
  });
};

/** Makes it; what goes wrong is logged and kept as its state. */
const makeExport = async (around: Around, asked: Asked, isStopped: () => boolean): Promise<void> => {
  try {
    await make(around, asked, isStopped);
  } catch (error) {
    if (!(error instanceof NotOurs)) around.log.error({ fault: faultOf(error) }, 'an export failed');
    await inTransaction(around.db, (tx) => failExport(tx, asked.made.id, around.now().toString())).catch((also) =>
      // It stays "running" without coming on, which its page knows how to say.
      around.log.warn({ fault: faultOf(also) }, 'that an export failed could not be noted'),
    );
  }
};

/** Milliseconds after which one that waits for its turn says that it still does: it is not taken to have stopped (STOPPED_AFTER). */
const WAITING = 60_000;

export type Exports = {
  /** Makes it when those that were begun before have ended. */
  begin: (asked: Asked) => void;
  /** Ends those under way and lets none begin; resolves when each of them is known as ended. */
  stop: () => Promise<void>;
};

/** Makes exports one after the other, so that however many ask, a process has the work of one. */
export const createExports = (around: Around): Exports => {
  let last: Promise<void> = Promise.resolve();
  let stopped = false;
  const { db, now } = around;
  return {
    begin: (asked) => {
      const waiting = setInterval(
        () => void inTransaction(db, (tx) => noteRows(tx, asked.made.id, 0, now().toString())).catch(() => {}), // it is said again
        WAITING,
      ).unref();
      last = last.then(() => {
        clearInterval(waiting);
        return makeExport(around, asked, () => stopped);
      });
    },
    stop: () => {
      stopped = true;
      return last;
    },
  };
};
