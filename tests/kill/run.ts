import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, postgresql } from '../support/places.ts';
import { runKills } from './kills.ts';

/** `npm run kills [how many] [seed]`: kills on both engines, with the figures; ends with 1 when anything was not as promised. */

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const folder = await mkdtemp(join(tmpdir(), 'common-cause-kills-'));
await chmod(folder, 0o755); // as root, the PostgreSQL server runs as another user and must get in
const server = await postgresql(folder);
try {
  for (const engine of [embedded(folder), server]) {
    const startedAt = performance.now();
    const { broken, ...figures } = await runKills({ place: await engine.place('kills'), logFile: join(folder, 'log'), kills, seed });
    process.stdout.write(
      `${engine.name}, seed ${seed}, ${Math.round((performance.now() - startedAt) / 1000)} s: ${JSON.stringify(figures)}\n`,
    );
    process.stdout.write(broken.length === 0 ? 'everything acknowledged is there, once\n' : `NOT as promised:\n${broken.join('\n')}\n`);
    if (broken.length > 0) process.exitCode = 1;
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
