import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import { askHolder, lockFolder, type Request, type Say } from './folder.ts';
import { type Database, hasEmbedded, openDatabase } from './open.ts';

/** What can be asked of a server that runs, and done without one. It returns what is to be printed; `say` is for how far it has come. */
export type Script = (database: Database, args: string[], say: Say) => Promise<string>;
export type Scripts = Record<string, Script>;

const quietly: Say = () => {};

/** Does what a script asks with a database that is open already. @throws Error when there is no such script here */
export const answerScript = (scripts: Scripts, database: Database, { script, args }: Request, say = quietly): Promise<string> => {
  const found = Object.hasOwn(scripts, script) ? scripts[script] : undefined;
  if (!found) throw new Error(`The server that runs does not know "${script}": is it another version?`);
  return found(database, args, say);
};

/**
 * Runs a script whether a server runs on its database or not: on an embedded folder that is in use, whoever holds it does it;
 * otherwise the database is opened here.
 * @param undone what is said not to have been done where there is no embedded database; only without it is one made
 * @returns what to print
 */
export const runScript = async (
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  scripts: Scripts,
  request: Request,
  { say = quietly, undone }: { say?: Say; undone?: string | undefined } = {},
): Promise<string> => {
  const here = async () => {
    const database = await openDatabase(config);
    try {
      await database.migrate();
      return await answerScript(scripts, database, request, say);
    } finally {
      await database.close();
    }
  };
  if (config.databaseUrl) return here();
  const answered = await askHolder(config.dataDir, request, say);
  if (answered !== undefined) return answered;
  if (undone !== undefined && !(await hasEmbedded(config.dataDir)))
    throw new Error(`There is no database in ${resolve(config.dataDir)}: ${undone}. DATA_DIR says where it is.`);
  const lock = await lockFolder(config.dataDir, async () => {
    throw new Error('Another script is using the database. Try again when it has ended.');
  });
  try {
    return await here();
  } finally {
    await lock.release();
  }
};
