import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

// npm run setup -- FILE.json: starts a real programme, whether the server runs or not. README.md, "Starting your own programme".

const path = process.argv[2];
await run('setup', async () => {
  if (!path) throw new Error('Say what to set up: npm run setup -- FILE.json (docs/programme.example.json is one)');
  return [
    await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${path} cannot be read (${error.code}).`);
    }),
  ];
});
