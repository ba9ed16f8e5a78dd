import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { seeded } from '../../kill/seeded.ts';

/**
 * Nonces, keys and draws that are the same in every run, so that what an attack finds does not depend on chance: the product draws them as
 * always, from a source that a test has put in the place of the system's. @returns puts the system's back
 */
export const seedCrypto = (seed: number): (() => void) => {
  const { randomBytes, randomInt, randomUUID } = crypto;
  const random = seeded(seed);
  crypto.randomBytes = ((size: number, then?: (error: Error | null, bytes: Buffer) => void) => {
    if (then) return randomBytes(size, then);
    return Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
  }) as typeof crypto.randomBytes;
  crypto.randomInt = ((...limits: unknown[]) => {
    if (typeof limits.at(-1) === 'function') return (randomInt as (...all: unknown[]) => number)(...limits);
    const [from, to] = limits.length === 1 ? [0, limits[0] as number] : (limits as [number, number]);
    return from + Math.floor(random() * (to - from));
  }) as typeof crypto.randomInt;
  crypto.randomUUID = () => {
    const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/u, '$1-$2-4$3-8$4-$5') as ReturnType<typeof randomUUID>;
  };
  syncBuiltinESMExports();
  return () => {
    Object.assign(crypto, { randomBytes, randomInt, randomUUID });
    syncBuiltinESMExports();
  };
};
