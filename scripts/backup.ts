import { resolve } from 'node:path';
import { parseConfig } from '../src/config.ts';
import { runScript } from '../src/db/scripts.ts';
import { scripts } from '../src/scripts.ts';

// npm run backup -- FILE: works whether the server runs or not. README.md says how to put it back.

try {
  const path = process.argv[2];
  console.log(await runScript(parseConfig(process.env), scripts, { script: 'backup', args: path ? [resolve(path)] : [] }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
