import { PGlite } from '@electric-sql/pglite';

/**
 * The embedded database as something that can die and be opened again. PostgreSQL ends itself on a PANIC, as when the disk is full
 * and its log cannot grow; in a server a new process follows. In WebAssembly whoever calls the dead engine again hangs for ever, and
 * the whole process with it: so it is never touched again, everything that waited for it fails, and the next use opens the folder anew.
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

const isDeadly = (error: unknown): boolean => {
  const { name, message, severity } = error as { name?: string; message?: string; severity?: string };
  return (
    severity === 'PANIC' || severity === 'FATAL' || name === 'RuntimeError' || name === 'ExitStatus' || /^Aborted\(/u.test(message ?? '')
  );
};

const begin = (engine: PGlite, died: () => void): Life => {
  let death: unknown;
  const waiting = new Set<(error: unknown) => void>();
  const die = (error: unknown) => {
    death = error;
    died();
    for (const fail of waiting) fail(error);
  };
  return {
    engine,
    call: (work) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death);
        waiting.add(reject);
        work()
          .then(resolve, (error) => {
            if (isDeadly(error) && death === undefined) die(error);
            reject(error);
          })
          .finally(() => waiting.delete(reject));
      }),
  };
};

/** @param open opens the engine; called at the first use, and again after each death */
export const createEmbedded = (open: () => Promise<PGlite>): Embedded => {
  let life: Promise<Life> | undefined;
  let closed = false;
  const living = (): Promise<Life> => {
    if (closed) return Promise.reject(new Error('PGlite is closed'));
    if (life) return life;
    const opening: Promise<Life> = open().then((engine) =>
      begin(engine, () => {
        if (life === opening) life = undefined;
      }),
    );
    life = opening;
    opening.catch(() => {
      if (life === opening) life = undefined;
    });
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

/** An engine on a folder. What PostgreSQL says before it gives up is in the error. */
export const openFolder = async (dataDir: string): Promise<PGlite> => {
  const said: string[] = [];
  const onStderr = (line: string) => {
    if (/\b(FATAL|PANIC):/u.test(line)) said.push(line.trim());
    return false;
  };
  try {
    return await PGlite.create({ dataDir, onStderr });
  } catch (error) {
    throw new Error(`PGlite failed to open ${dataDir}: ${said.join(' ') || (error as Error).message}`, { cause: error });
  }
};
