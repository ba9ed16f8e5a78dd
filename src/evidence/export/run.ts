import type { Core } from '../../app.ts';
import { inTransaction } from '../../db/transaction.ts';
import { faultOf } from '../../fault.ts';
import type { Actor } from '../../people/actor.ts';
import type { Place } from '../../summaries/scopes.ts';
import { writeArchive } from './archive.ts';
import { fileNameOf, type Scope } from './exports.ts';
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

/** Somebody else has ended it, or it was forgotten. */
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

const make = async ({ db, now, secret }: Around, { made, scope, actor, places }: Asked): Promise<void> => {
  const { id, recordedTo, freeText, xlsx } = made;
  const { previous, demonstration } = await inTransaction(db, async (tx) => {
    await holdExportsOf(tx, made.personId); // who asked for it has committed
    if (!(await findExport(tx, id, made.personId))) throw new NotOurs();
    return { previous: await previousOf(tx, made), demonstration: await isDemonstration(tx) };
  });
  const file = pieces((position, bytes) => inTransaction(db, (tx) => addPiece(tx, id, position, bytes)));
  let told = now();
  const manifest = await writeArchive(
    {
      db,
      secret,
      actor,
      places,
      localityIds: scope.localityIds,
      to: recordedTo,
      scope: scope.name,
      freeText,
      xlsx,
      demonstration,
      previous,
      file: `${fileNameOf(scope, recordedTo)}.zip`,
    },
    file.add,
    async (rows) => {
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
export const makeExport = async (around: Around, asked: Asked): Promise<void> => {
  try {
    await make(around, asked);
  } catch (error) {
    if (!(error instanceof NotOurs)) around.log.error({ fault: faultOf(error) }, 'an export failed');
    await inTransaction(around.db, (tx) => failExport(tx, asked.made.id, around.now().toString())).catch((also) =>
      // It stays "running" without coming on, which its page knows how to say.
      around.log.warn({ fault: faultOf(also) }, 'that an export failed could not be noted'),
    );
  }
};
