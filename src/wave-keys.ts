import { createHmac } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Config, ConfigError } from './config.ts';
import { KeysUnavailable } from './errors.ts';

/**
 * The key of each open pulse, in a file of its own outside the database and outside every backup: what is sealed with it is lost with it,
 * and that is how it is destroyed. Several processes share the folder. Each database has one of its own in KEYS_DIR, and so has each copy of
 * a database: a copy finds no key of the one it was made of, and can do nothing to it.
 */
export type WaveKey = {
  /** 32 bytes. */
  key: Uint8Array;
  /** Says which key it is without telling it; kept in the database. */
  fingerprint: string;
};

export type WaveKeys = {
  /** Makes the key of a wave, in place of one that is there, and returns once it is on the disk. @throws KeysUnavailable */
  make: (waveId: string) => Promise<WaveKey>;
  /** Undefined: there is none. @throws KeysUnavailable where the folder or the file cannot be read */
  read: (waveId: string) => Promise<WaveKey | undefined>;
  /** Overwrites it and takes it away; nothing where there is none. @throws KeysUnavailable */
  destroy: (waveId: string) => Promise<void>;
  /** The waves that have one. @throws KeysUnavailable */
  list: () => Promise<string[]>;
  /** Where ours lie, and the folders of other copies of this database that hold a key of a wave. @throws KeysUnavailable */
  elsewhere: (waveId: string) => Promise<{ ours: string; others: string[] }>;
  /** What was noted last of a database, by its programme's id. @throws KeysUnavailable */
  noted: (programmeId: string) => Promise<Noted | undefined>;
  note: (programmeId: string, noted: Noted) => Promise<void>;
};

/** Up to which moment (ISO) a database had come, and which of its waves were open: one that is behind that moment was put back. */
export type Noted = { moment: string; open: string[] };

/** How the folder of a database begins. */
const FOLDER = 'pulses-';
const LENGTH = 32;
const KEY = /^wave-(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.key$/u;

const fingerprintOf = (key: Uint8Array) =>
  createHmac('sha256', key).update('common-cause wave key fingerprint v1').digest('base64url').slice(0, 22);

/**
 * @param random that many random bytes
 * @param home says which copy of a database they belong to, once it can be asked; without it they lie in KEYS_DIR itself
 * @throws ConfigError where the keys would lie beside the data
 */
export const createWaveKeys = (
  { keysDir, secretKeyFile, userFolder, dataDir }: Pick<Config, 'keysDir' | 'secretKeyFile' | 'userFolder' | 'dataDir'>,
  random: (bytes: number) => Uint8Array,
  home?: () => Promise<string>,
): WaveKeys => {
  const top = resolve(keysDir ?? (secretKeyFile ? dirname(secretKeyFile) : userFolder));
  if (!relative(resolve(dataDir), top).startsWith('..'))
    throw new ConfigError([`KEYS_DIR: ${top} lies in DATA_DIR, where every backup would hold it. Keep it elsewhere`]);

  let known: string | undefined;
  const folder = async (): Promise<string> => {
    known ??= home ? join(top, `${FOLDER}${await home()}`) : top;
    return known;
  };

  const using = async <T>(work: () => Promise<T>, absent?: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (code === 'ENOENT' && absent !== undefined) return absent;
      throw new KeysUnavailable(`the folder of the keys cannot be used (${code}): KEYS_DIR is ${top}`, { cause: error });
    }
  };

  const toDisk = async (path: string, flags: 'w' | 'r+', bytes: Uint8Array | string) => {
    const file = await open(path, flags, 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  };
  /** Whole or not at all, whoever reads it meanwhile. */
  const replace = async (name: string, text: string) => {
    const into = await folder();
    await mkdir(into, { recursive: true, mode: 0o700 });
    const unfinished = join(into, `${name}.${Buffer.from(random(6)).toString('hex')}`);
    await toDisk(unfinished, 'w', text);
    await rename(unfinished, join(into, name));
    const kept = await open(into, 'r'); // the name too is on the disk before anything relies on it
    await kept.sync().finally(() => kept.close());
  };

  const nameOf = (waveId: string) => `wave-${waveId}.key`;
  const notedIn = (programmeId: string) => `programme-${programmeId}.noted`;
  const keyFrom = (text: string): WaveKey | undefined => {
    const key = new Uint8Array(Buffer.from(text.trim(), 'base64'));
    return key.length === LENGTH ? { key, fingerprint: fingerprintOf(key) } : undefined;
  };
  const textOf = (name: string) => using<string | null>(async () => readFile(join(await folder(), name), 'utf8'), null);

  return {
    make: (waveId) =>
      using(async () => {
        const text = `${Buffer.from(random(LENGTH)).toString('base64')}\n`;
        await replace(nameOf(waveId), text);
        return keyFrom(text) as WaveKey;
      }),
    read: async (waveId) => keyFrom((await textOf(nameOf(waveId))) ?? ''),
    destroy: (waveId) =>
      using(async () => {
        const path = join(await folder(), nameOf(waveId));
        await toDisk(path, 'r+', `${Buffer.from(random(LENGTH)).toString('base64')}\n`);
        await unlink(path);
      }, undefined as never).catch((error) => {
        if ((error as { cause?: { code?: string } }).cause?.code !== 'ENOENT') throw error;
      }),
    list: () => using(async () => (await readdir(await folder())).flatMap((name) => KEY.exec(name)?.groups?.id ?? []), []),
    elsewhere: async (waveId) => {
      const ours = await folder();
      const folders = await using(async () => (await readdir(top)).filter((name) => name.startsWith(FOLDER)), []);
      const others = folders.map((name) => join(top, name)).filter((other) => other !== ours);
      const held = await using(() => Promise.all(others.map(async (other) => (await readdir(other)).includes(nameOf(waveId)))));
      return { ours, others: others.filter((_, index) => held[index]) };
    },
    noted: async (programmeId) => {
      const [moment, ...open] = (await textOf(notedIn(programmeId)))?.split('\n').filter((line) => line !== '') ?? [];
      return moment === undefined ? undefined : { moment, open };
    },
    note: (programmeId, { moment, open }) => using(() => replace(notedIn(programmeId), `${[moment, ...open].join('\n')}\n`)),
  };
};
