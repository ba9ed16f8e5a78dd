import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Core } from '../../../src/app.ts';
import { parseConfig } from '../../../src/config.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import { answerWave } from '../../../src/pulses/answer.ts';
import { wipe } from '../../../src/pulses/wipe.ts';
import { createWaveKeys } from '../../../src/wave-keys.ts';
import { createMetrics } from '../../../src/web/health.ts';
import { testClock, testIds } from '../../support/clock.ts';
import { testDatabase } from '../../support/database.ts';
import { openTestWave, type TestQuestion } from '../rows.ts';
import { drawAnswers, secretsOf } from './answers.ts';
import { attack, search } from './attacker.ts';
import { onFiles } from './files.ts';
import type { Answering, LEAKS } from './leaks.ts';
import { createRecorder } from './recorder.ts';

/** A database with nothing in it but pulses, where the same is answered honestly or by a leaky twin, and attacked in the same way. */

export const FIVE: TestQuestion[] = [
  { item: 'attack-agree', scale: 'agree', options: [] },
  { item: 'attack-ten', scale: 'ten', options: [] },
  { item: 'attack-yes', scale: 'yes_no', options: [] },
  { item: 'attack-choice', scale: 'choice', options: ['Crimson', 'Emerald', 'Sapphire'] },
  { item: 'attack-agree-2', scale: 'agree', options: [] },
];
const PEOPLE = 48;

export const smallWorld = async () => {
  const { database, folders } = await onFiles(await testDatabase());
  const { db } = database;
  const { now } = testClock('2026-11-19T14:00:00Z');
  const logged: string[] = [];
  const keysDir = join(tmpdir(), `common-cause-test-keys-${randomBytes(6).toString('hex')}`);
  const core: Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'secret' | 'waveKeys'> = {
    db,
    now,
    newId: testIds(),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    secret: new Uint8Array(32).fill(7),
    waveKeys: createWaveKeys(parseConfig({ KEYS_DIR: keysDir }), randomBytes),
  };

  /** People answer one after the other, and everything is copied after each. @param seed of what they answer */
  const attacked = async (steps: number, leak: (typeof LEAKS)[number] | undefined, seed = 11) => {
    const metrics = createMetrics(() => db, now);
    await db.pulseSeat.deleteMany();
    await db.pulseBox.deleteMany();
    await wipe({ db });
    for (const table of leak?.tables ?? []) await db.$executeRawUnsafe(table);
    const wave = await openTestWave(core, {
      questions: FIVE,
      cells: [{ name: 'Wakefield', people: Array.from({ length: PEOPLE }, (_, index) => index % 20) }],
    });
    const drawn = drawAnswers(seed, FIVE, steps);
    const recorder = await createRecorder({ db, folders, logs: [logged], metrics: () => metrics.metrics(), traffic: [] });
    const seen = [];
    const found = new Set<string>();
    for (const [nth, { answers, words }] of drawn.entries()) {
      const { personId, boxId } = wave.invited[(nth * 17) % PEOPLE] as (typeof wave.invited)[number];
      await inTransaction(db, async (tx) => {
        if (leak?.instead) await tx.pulseSeat.updateMany({ where: { waveId: wave.waveId, personId }, data: { answered: true } });
        else await answerWave({ tx, now: now(), waveKeys: core.waveKeys }, wave.waveId, personId, answers);
        const answering: Answering = {
          tx,
          core,
          metrics,
          questions: FIVE,
          key: wave.key,
          boxId,
          invited: PEOPLE,
          answers,
          sofar: drawn.slice(0, nth + 1).map((one) => one.answers),
        };
        await leak?.does(answering);
      });
      const step = await recorder.step();
      seen.push(step.seen);
      for (const where of search(step.bytes, words)) found.add(where);
    }
    const secrets = secretsOf(
      FIVE,
      drawn.map(({ answers }) => answers),
    );
    return { seen, secrets, verdict: attack(seen, secrets), found: [...found] };
  };

  return {
    engine: database.engine,
    attacked,
    close: async () => {
      await database.close();
      await rm(keysDir, { recursive: true, force: true });
    },
  };
};
