import { ConfigError } from '../config.ts';
import type { Tx } from './client.ts';

/** What this database is, written when it is first used. */
type Stamp = { kind: 'demo' | 'real'; keyFingerprint: string };

/**
 * Why a server may not use a database with that stamp; undefined when it may.
 * A real programme must never be shown as a demonstration, where anybody may act as anybody.
 */
export const refusal = (stamped: Stamp, ours: Stamp): string | undefined => {
  if (stamped.kind === 'real' && ours.kind === 'demo')
    return 'DEMO: this database holds a real programme, and in a demonstration anybody may act as anybody. Set DEMO=0, or name another DATA_DIR or DATABASE_URL';
  if (stamped.kind === 'demo' && ours.kind === 'real')
    return 'DEMO: this database holds the demonstration programme. Set DEMO=1 to go on with it, or name another DATA_DIR or DATABASE_URL for the real one';
  if (stamped.keyFingerprint !== ours.keyFingerprint)
    return `SECRET_KEY: this database was first used with another key (${stamped.keyFingerprint}; this one is ${ours.keyFingerprint}). With this one every open card, link and code would stop working. Give back the old key in SECRET_KEY or SECRET_KEY_FILE`;
  return undefined;
};

/**
 * Stamps a new database, or checks the stamp of one that was used before.
 * @throws ConfigError when this server may not use it.
 */
export const stamp = async (db: Tx, ours: Stamp, at: Date): Promise<void> => {
  await db.stamp.createMany({ data: [{ ...ours, filledAt: at }], skipDuplicates: true }); // two servers may be starting
  const { kind, keyFingerprint } = await db.stamp.findFirstOrThrow();
  const why = refusal({ kind: kind as Stamp['kind'], keyFingerprint }, ours);
  if (why) throw new ConfigError([why]);
};
