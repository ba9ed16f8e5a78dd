import type { Db } from '../../src/db/client.ts';
import type { WaveKeys } from '../../src/wave-keys.ts';

/** Takes every pulse away, those of the demonstration too; the questions stay. */
export const clearPulses = async ({ db, waveKeys }: { db: Db; waveKeys: WaveKeys }): Promise<void> => {
  for (const id of await waveKeys.list()) await waveKeys.destroy(id);
  await db.pulseReply.deleteMany();
  await db.pulseResult.deleteMany();
  await db.pulseComment.deleteMany();
  await db.pulseBox.deleteMany();
  await db.pulseSeat.deleteMany();
  await db.pulseInvited.deleteMany();
  await db.pulseCell.deleteMany();
  await db.pulseWave.deleteMany();
};
