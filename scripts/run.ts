import { randomBytes } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { parseConfig } from '../src/config.ts';
import { runScript } from '../src/db/scripts.ts';
import { openSecretKey } from '../src/keys.ts';
import { createScripts } from '../src/scripts.ts';

/** Does one of src/scripts.ts, whether the server runs or not, and prints what it says. */
export const run = async (script: string, readArgs: () => string[] | Promise<string[]>): Promise<void> => {
  try {
    const config = parseConfig(process.env);
    const scripts = createScripts({
      now: () => Temporal.Now.instant(),
      newId: () => v7(),
      config,
      key: () => openSecretKey(config, randomBytes),
    });
    console.log(await runScript(config, scripts, { script, args: await readArgs() }, (line) => console.error(line)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
};
