import { setImmediate } from 'node:timers/promises';
import type { Core } from '../app.ts';
import { inTransaction, isUniqueViolation } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { applyImport, type ImportContext, type Progress, readImport } from '../imports/import.ts';
import { bytesOf, digestOf, finishUpload, holdUpload, noteProgress, type Outcome, settleUpload, type Upload } from '../imports/uploads.ts';
import type { Actor } from '../people/actor.ts';
import type { Visitor } from './site.ts';

/** Bringing in an uploaded file behind the pages that show how far it is. All of it is one transaction: done, or nothing was written. */

/** Milliseconds: a whole programme's plan takes seconds; more is a database that hangs. */
const LIMITS = { maxWait: 60_000, timeout: 10 * 60_000 };
/** Somebody else wrote the same at the same moment: it is worked out anew, as the dispatcher does. */
const TRIES = 3;

/** What its page shows without asking the database: an embedded one answers nobody until the run has ended. */
export type Run = {
  visitor: Visitor /** What the browser that began it has in hand. */;
  hand: string | undefined;
  done: number;
  total: number;
};

export type Runs = {
  /** Begins, unless it is under way here already. `seen`: the digest of the changes that were agreed to. */
  start: (upload: Upload, by: { actor: Actor; visitor: Visitor; hand: string | undefined }, seen: string) => void;
  live: (id: string) => Run | undefined;
  /** Resolves when every run has ended. */
  settled: () => Promise<void>;
};

/** The plan is not what it was when the person looked: they look again. */
class PlanChanged extends Error {
  override name = 'PlanChanged';
}
/** Another process has it, or had it. */
class NotOurs extends Error {
  override name = 'NotOurs';
}

export const createRuns = (core: Core): Runs => {
  const runs = new Map<string, Run & { ended: Promise<void> }>();

  const bringIn = (upload: Upload, actor: Actor, seen: string, progress: Progress) =>
    inTransaction(
      core.db,
      async (tx) => {
        if (!(await holdUpload(tx, upload.id))) throw new NotOurs();
        const context: ImportContext = {
          now: core.now,
          newId: core.newId,
          by: actor,
          locality: upload.localityId,
          transaction: (work) => work(tx),
        };
        const read = await readImport([{ name: upload.fileName, bytes: await bytesOf(tx, upload.id) }], context);
        const result = await applyImport(read, context, progress);
        if (digestOf(result.changes) !== seen) throw new PlanChanged();
        if (!(await finishUpload(tx, upload.id, result))) throw new NotOurs();
      },
      LIMITS,
    );

  /** Where other processes can look, the row says how far it is; one word at a time, and none that the run waits for. */
  const teller = (id: string) => {
    let telling = false;
    return (done: number, total: number) => {
      if (telling || core.config.databaseUrl === undefined) return;
      telling = true;
      const told = () => {
        telling = false;
      };
      void inTransaction(core.db, (tx) => noteProgress(tx, id, done, total)).then(told, told);
    };
  };

  const outcomeOf = (error: unknown): { state: 'previewed' | 'failed'; outcome: Outcome } => {
    // What is wrong now, the preview says in full.
    if (error instanceof PlanChanged || error instanceof UserError) return { state: 'previewed', outcome: { again: true } };
    const reference = core.newId().replaceAll('-', '').slice(-6).toUpperCase();
    core.log.error({ fault: faultOf(error), ref: reference }, 'an import failed');
    return { state: 'failed', outcome: { reference } };
  };

  const work = async (run: Run, upload: Upload, actor: Actor, seen: string): Promise<void> => {
    const tell = teller(upload.id);
    const progress: Progress = async (done, total) => {
      Object.assign(run, { done, total });
      tell(done, total);
      await setImmediate(); // an embedded database works in this very thread: others get their turn
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await bringIn(upload, actor, seen, progress);
      } catch (error) {
        if (isUniqueViolation(error) && tries < TRIES) continue;
        if (error instanceof NotOurs) return;
        const { state, outcome } = outcomeOf(error);
        return await inTransaction(core.db, (tx) => settleUpload(tx, upload.id, state, outcome)).catch((also) =>
          // It stays "running" without a run, which its page knows how to say.
          core.log.warn({ fault: faultOf(also) }, 'what became of an import could not be noted'),
        );
      }
    }
  };

  return {
    start: (upload, { actor, visitor, hand }, seen) => {
      if (runs.has(upload.id)) return;
      const run: Run = { visitor, hand, done: 0, total: 0 };
      const ended = work(run, upload, actor, seen).finally(() => runs.delete(upload.id));
      runs.set(upload.id, Object.assign(run, { ended }));
    },
    live: (id) => runs.get(id),
    settled: async () => {
      await Promise.allSettled([...runs.values()].map(({ ended }) => ended));
    },
  };
};
