import { PGlite } from '@electric-sql/pglite';

/**
 * The embedded database as something that can die and be opened again. PostgreSQL ends itself on a PANIC, as when the disk is full and
 * its log cannot grow; on a server a new process follows. Here the engine is in our own process: it is stopped at that very moment and
 * never touched again, everything that waited for it fails, and the next use opens the folder anew, which recovers it from its log.
 */
export type Embedded = {
  /** Runs `work` on the living engine, opening it if need be; rejects when the engine dies meanwhile. */
  use: <T>(work: (life: Life) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
};

/** One engine from its opening to its end. */
export type Life = {
  engine: PGlite;
  /** Every call to the engine goes through here: it fails when the engine is dead or dies. */
  call: <T>(work: () => Promise<T>) => Promise<T>;
};

/** An engine, and what it said last. */
export type Opened = { engine: PGlite; lastWords?: () => string };

/** PGlite's own word for an error that PostgreSQL has dealt with itself (its longjmp). */
const DEALT_WITH = 100;

/**
 * PGlite 0.5 swallows whatever else is thrown in its loop and goes round again, for ever, and with it the whole process. It looks at
 * `status` to tell them apart: this cannot be looked at, and so gets out.
 */
class Died extends Error {
  get status(): never {
    throw this;
  }
}

/** Makes the engine stop at its first fatal error, and stay stopped. */
const stopAtDeath = (engine: PGlite, died: (error: unknown) => void): void => {
  const { mod } = engine as unknown as { mod: { _PostgresMainLoopOnce: () => void } };
  const once = mod._PostgresMainLoopOnce;
  let dead = false;
  mod._PostgresMainLoopOnce = () => {
    if (dead) throw new Died();
    try {
      once();
    } catch (error) {
      if ((error as { status?: number }).status === DEALT_WITH) throw error;
      dead = true;
      died(error);
      throw new Died();
    }
  };
};

const begin = ({ engine, lastWords }: Opened, died: () => void): Life => {
  let death: Error | undefined;
  const waiting = new Set<(error: unknown) => void>();
  stopAtDeath(engine, (cause) => {
    death = new Error(`PGlite failed: ${lastWords?.() || String(cause)}`, { cause });
    died();
    for (const fail of waiting) fail(death);
  });
  return {
    engine,
    call: (work) =>
      new Promise((resolve, reject) => {
        if (death) return reject(death);
        waiting.add(reject);
        work()
          .then(resolve, (error) => reject(death ?? error))
          .finally(() => waiting.delete(reject));
      }),
  };
};

/** @param open opens the engine; called at the first use, and again after each death */
export const createEmbedded = (open: () => Promise<Opened>): Embedded => {
  let life: Promise<Life> | undefined;
  let closed = false;
  const living = (): Promise<Life> => {
    if (closed) return Promise.reject(new Error('PGlite is closed'));
    if (life) return life;
    const forget = () => {
      if (life === opening) life = undefined;
    };
    const opening: Promise<Life> = open().then((opened) => begin(opened, forget));
    opening.catch(forget);
    life = opening;
    return opening;
  };
  return {
    use: async (work) => work(await living()),
    close: async () => {
      closed = true;
      const last = await life?.catch(() => undefined);
      await last?.call(() => last.engine.close());
    },
  };
};

/** An engine on a folder. @throws Error with what PostgreSQL said before it gave up */
export const openFolder = async (dataDir: string): Promise<Opened> => {
  let said = '';
  const onStderr = (line: string) => {
    if (/\b(FATAL|PANIC):/u.test(line)) said = line.trim();
    return false;
  };
  try {
    return { engine: await PGlite.create({ dataDir, onStderr }), lastWords: () => said };
  } catch (error) {
    throw new Error(`PGlite failed to open ${dataDir}: ${said || (error as Error).message}`, { cause: error });
  }
};
