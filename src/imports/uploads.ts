import { createHash } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';
import { type Actor, findActor } from '../people/actor.ts';
import { localitiesIn, type Place } from '../people/directory.ts';
import { may } from '../people/permissions.ts';
import type { Change, ImportResult } from './import.ts';

/**
 * Files that people have uploaded: looked at, brought in, forgotten. A run does all its work in one transaction that holds the upload,
 * and says "done" in that same transaction: an upload is done exactly when its rows are there.
 */

/** `again`: the plan had changed since it was looked at. `reference`: of what the log says of a failure. */
export type Outcome = { again?: true; reference?: string };

export type Upload = {
  id: string;
  personId: string;
  localityId: string;
  fileName: string;
  createdAt: Date;
  state: 'previewed' | 'running' | 'done' | 'failed';
  /** Rows written so far, of `total`, as far as is known here. */
  done: number;
  total: number;
  result: Pick<ImportResult, 'counts' | 'changes' | 'written'> | Outcome | null;
};

/** Who may bring in a plan, and where; no places for everybody else. */
export const findImporter = async (
  tx: Tx,
  personId: string,
  today: Temporal.PlainDate,
): Promise<{ actor: Actor; places: Place[] } | undefined> => {
  const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, today.toString());
  if (!actor) return undefined;
  const places = await localitiesIn(
    tx,
    actor.roles.map(({ scopeId }) => scopeId),
  );
  return { actor, places: places.filter((place) => may(actor, 'plan.import', place)) };
};

/** What somebody has seen of a file's changes, so that nothing else is written than what they agreed to. */
export const digestOf = (changes: readonly Change[]): string => {
  const shown = changes
    .filter(({ what }) => what !== 'same')
    .map(({ kind, sheet, row, what, name, fields }) => [kind, sheet, row, what, name, fields]);
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
};

export const keepUpload = async (
  tx: Tx,
  { bytes, ...upload }: Pick<Upload, 'id' | 'personId' | 'localityId' | 'fileName' | 'createdAt'> & { bytes: Uint8Array },
): Promise<void> => {
  await tx.upload.create({ data: { ...upload, bytes: new Uint8Array(bytes) } });
};

/** An upload of that person's own; nobody else's is there. */
export const findUpload = async (tx: Tx, id: string, personId: string): Promise<Upload | undefined> => {
  const row = await tx.upload.findUnique({ where: { id, personId }, omit: { bytes: true } });
  return row ? (row as unknown as Upload) : undefined;
};

export const bytesOf = async (tx: Tx, id: string): Promise<Uint8Array> =>
  (await tx.upload.findUniqueOrThrow({ where: { id }, select: { bytes: true } })).bytes;

/** Whether some process works on it: a run holds this lock until its transaction ends, however that comes about. */
export const isHeld = async (tx: Tx, id: string): Promise<boolean> => {
  const [row] = await tx.$queryRaw<
    { free: boolean }[]
  >`select pg_try_advisory_xact_lock_shared(hashtextextended(${`upload ${id}`}, 0)) as free`;
  return row?.free === false;
};

/** Lets a run begin, unless one is under way or it is done. The run itself begins after this has committed. */
export const claimUpload = async (tx: Tx, id: string): Promise<boolean> => {
  if (await isHeld(tx, id)) return false;
  const { count } = await tx.upload.updateMany({
    where: { id, state: { not: 'done' } },
    data: { state: 'running', done: 0, total: 0, result: {} },
  });
  return count === 1;
};

/** Holds it until the transaction ends. @returns whether it is still to be brought in */
export const holdUpload = async (tx: Tx, id: string): Promise<boolean> => {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`upload ${id}`}, 0))::text`;
  return (await tx.upload.count({ where: { id, state: 'running' } })) === 1;
};

/** For whoever looks from another process. */
export const noteProgress = async (tx: Tx, id: string, done: number, total: number): Promise<void> => {
  await tx.upload.updateMany({ where: { id, state: 'running' }, data: { done, total } });
};

/** The last statement of a run: it is done, and its bytes are forgotten. @returns false when somebody else has ended it */
export const finishUpload = async (tx: Tx, id: string, { counts, changes, written }: ImportResult): Promise<boolean> => {
  const result = { counts, changes, written };
  const { count } = await tx.upload.updateMany({
    where: { id, state: 'running' },
    data: { state: 'done', bytes: new Uint8Array(), done: written, total: written, result },
  });
  return count === 1;
};

/** A run has ended without writing anything. */
export const settleUpload = async (tx: Tx, id: string, state: 'previewed' | 'failed', outcome: Outcome): Promise<void> => {
  await tx.upload.updateMany({ where: { id, state: 'running' }, data: { state, result: outcome } });
};
