import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, postgresql } from '../support/places.ts';
import { runKills } from './kills.ts';
import { POINTS, runNudgeKills } from './nudges.ts';

/**
 * `npm run kills [how many] [seed]`: kills under load, and at each point of the way of a message that nobody asked for, on both engines, with
 * the figures; ends with 1 when anything was not as promised. Unless said, 50 under load and 200 while messages are on their way.
 */

const [UNDER_LOAD, ON_THEIR_WAY] = [50, 200];
const asked = process.argv[2];
const seed = Number(process.argv[3] ?? 1);
const folder = await mkdtemp(join(tmpdir(), 'common-cause-kills-'));
await chmod(folder, 0o755); // as root, the PostgreSQL server runs as another user and must get in
const logFile = join(folder, 'log');
const server = await postgresql(folder);

const say = async (what: string, run: () => Promise<{ broken: string[] }>) => {
  const startedAt = performance.now();
  const { broken, ...figures } = await run();
  process.stdout.write(`${what}, seed ${seed}, ${Math.round((performance.now() - startedAt) / 1000)} s: ${JSON.stringify(figures)}\n`);
  process.stdout.write(broken.length === 0 ? 'everything is as promised\n' : `NOT as promised:\n${broken.join('\n')}\n`);
  if (broken.length > 0) process.exitCode = 1;
};

try {
  for (const engine of [embedded(folder), server]) {
    const [kills, random] = [Number(asked ?? UNDER_LOAD), Number(asked ?? ON_THEIR_WAY)];
    const [loaded, unasked] = [await engine.place('kills'), await engine.place('nudges')];
    await say(`${engine.name}, under load`, () => runKills({ place: loaded, logFile, kills, seed }));
    await say(`${engine.name}, messages on their way`, () => runNudgeKills({ place: unasked, logFile, points: POINTS, random, seed }));
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
