// scratch
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, postgresql } from './engines.ts';
import { measureProduct, prepare } from './product.ts';

const folder = await mkdtemp(join(tmpdir(), 'cc-prof-'));
await chmod(folder, 0o755);
const engine = process.argv[2] === 'pg' ? await postgresql(folder) : embedded(folder);
const phases = [
  { name: 'warm-up', concurrency: 10, most: 800, seconds: 15 },
  { name: 'ten at a time', concurrency: 10, most: 1600, seconds: 20 },
  { name: 'one at a time', concurrency: 1, most: 300, seconds: 10 },
];
const { place, firstStart } = await prepare(engine, folder, 340);
console.log({ firstStart });
const r = await measureProduct(engine, place, folder, 340, phases, ['--cpu-prof', `--cpu-prof-dir=/tmp/prof-${process.argv[2]}`]);
console.log(JSON.stringify(r, null, 1));
await engine.stop();
