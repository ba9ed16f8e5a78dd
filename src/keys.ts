import { createHmac } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Config, ConfigError } from './config.ts';

/** The one secret of a server: it seals cards, signs links and hashes codes. Kept apart from the data, so that a backup does not hold it. */
export type SecretKey = {
  /** 32 bytes. */
  key: Uint8Array;
  /** Says which key it is without telling it; kept in the database. */
  fingerprint: string;
  /** For people: where it came from. */
  from: string;
};

const LENGTH = 32;

const isInside = (path: string, folder: string) => !relative(resolve(folder), resolve(path)).startsWith('..');

const secretKey = (text: string, from: string): SecretKey => {
  const key = new Uint8Array(Buffer.from(text.trim(), 'base64'));
  if (key.length !== LENGTH) throw new ConfigError([`${from}: must hold 32 bytes in base64, made with \`openssl rand -base64 32\``]);
  return { key, from, fingerprint: createHmac('sha256', key).update('common-cause key fingerprint v1').digest('base64url').slice(0, 22) };
};

const read = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError([`SECRET_KEY_FILE: ${path} cannot be read (${code})`]);
  }
};

/** Makes the file, whole and for this user only; if another process was first, its key is the one that counts. */
const makeFile = async (path: string, random: (bytes: number) => Uint8Array): Promise<void> => {
  const unfinished = `${path}.${Buffer.from(random(6)).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(unfinished, `${Buffer.from(random(LENGTH)).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new ConfigError([
      `SECRET_KEY: none is set, and one could not be kept in ${path} (${(error as NodeJS.ErrnoException).code}). Set SECRET_KEY or SECRET_KEY_FILE`,
    ]);
  }
  await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(unfinished);
};

/**
 * The secret key: from SECRET_KEY, else from SECRET_KEY_FILE, else (only on this machine, see config.ts) from a file in the user's
 * configuration folder, made the first time.
 * @param random that many random bytes
 * @throws ConfigError when it cannot be read, is not 32 bytes, or would lie beside the data.
 */
export const openSecretKey = async (
  config: Pick<Config, 'secretKey' | 'secretKeyFile' | 'dataDir' | 'userFolder'>,
  random: (bytes: number) => Uint8Array,
): Promise<SecretKey> => {
  if (config.secretKey) return secretKey(config.secretKey, 'SECRET_KEY');
  const path = config.secretKeyFile ?? join(config.userFolder, 'secret-key');
  if (isInside(path, config.dataDir))
    throw new ConfigError([`SECRET_KEY_FILE: ${path} lies in DATA_DIR, where every backup would hold it. Keep it elsewhere`]);
  const kept = await read(path);
  if (kept !== undefined) return secretKey(kept, path);
  if (config.secretKeyFile)
    throw new ConfigError([`SECRET_KEY_FILE: ${path} does not exist. Make it with \`openssl rand -base64 32 > ${path}\``]);
  await makeFile(path, random);
  return secretKey((await read(path)) ?? '', path);
};
