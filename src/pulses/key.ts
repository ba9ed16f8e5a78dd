import type { Core } from '../app.ts';
import { KeysUnavailable } from '../errors.ts';

type Keys = Pick<Core['waveKeys'], 'read'>;
type Sealed = { id: string; keyFingerprint: string | null };

/**
 * The key that the boxes of an open wave are sealed with; undefined: it is lost, another one lies in its place, or the folder cannot be read.
 * Read each time, and kept nowhere: what is in memory could be written to a disk.
 */
export const keyOf = async (waveKeys: Keys, { id, keyFingerprint }: Sealed): Promise<Uint8Array | undefined> => {
  try {
    const found = await waveKeys.read(id);
    return found?.fingerprint === keyFingerprint ? found?.key : undefined;
  } catch (error) {
    if (error instanceof KeysUnavailable) return undefined;
    throw error;
  }
};

/** In the place of the fingerprint of an open wave that is to be begun anew: no key is that one's, so nobody answers into it meanwhile. */
export const TO_BEGIN_ANEW = 'anew';

/** Whether nobody can answer an open wave, because its key is not there. */
export const isPaused = async (waveKeys: Keys, wave: Sealed): Promise<boolean> => (await keyOf(waveKeys, wave)) === undefined;

export const isToBegin = ({ keyFingerprint }: Pick<Sealed, 'keyFingerprint'>): boolean => keyFingerprint === TO_BEGIN_ANEW;
