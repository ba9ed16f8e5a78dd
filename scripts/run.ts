import { randomBytes } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { parseConfig } from '../src/config.ts';
import { runScript } from '../src/db/scripts.ts';
import { openSecretKey } from '../src/keys.ts';
import { createScripts } from '../src/scripts.ts';

/**
 * Does one of src/scripts.ts, whether the server runs or not, and prints what it says.
 * @param undone what is said not to have been done where there is no database; only without it is one made
 */
export const run = async (script: string, readArgs: () => string[] | Promise<string[]>, undone?: string): Promise<void> => {
  try {
    const config = parseConfig(process.env);
    const scripts = createScripts({
      now: () => Temporal.Now.instant(),
      newId: () => v7(),
      config,
      key: () => openSecretKey(config, randomBytes),
    });
    const request = { script, args: await readArgs() };
    console.log(await runScript(config, scripts, request, { say: (line) => console.error(line), undone }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
};
