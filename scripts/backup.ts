import { resolve } from 'node:path';
import { run } from './run.ts';

// npm run backup -- FILE: works whether the server runs or not. README.md says how to put it back.

const path = process.argv[2];
await run('backup', () => (path ? [resolve(path)] : []), 'nothing was backed up');
