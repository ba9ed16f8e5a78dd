import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config.ts';
import { openSecretKey } from '../../src/keys.ts';

let home: string;
let drawn: number;
/** Other bytes each time, and the same in each run. */
const random = (bytes: number) => {
  drawn += 1;
  return new Uint8Array(bytes).fill(drawn);
};
const open = (environment: Record<string, string> = {}) =>
  openSecretKey(parseConfig({ HOME: home, DATA_DIR: join(home, 'data'), ...environment }), random);
const key = Buffer.alloc(32, 200).toString('base64');

beforeEach(async () => {
  drawn = 0;
  home = await mkdtemp(join(tmpdir(), 'cc-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the secret key', () => {
  it('is made once, in the user’s configuration folder, for this user only', async () => {
    const first = await open();
    expect(first.key).toHaveLength(32);
    expect(first.from).toBe(join(home, '.config/common-cause/secret-key'));
    expect((await stat(first.from)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.config/common-cause'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(home, '.config/common-cause'))).toEqual(['secret-key']);
    expect(await open()).toEqual(first);
  });

  it('is made in XDG_CONFIG_HOME when that is set', async () => {
    expect((await open({ XDG_CONFIG_HOME: join(home, 'settings') })).from).toBe(join(home, 'settings/common-cause/secret-key'));
  });

  it('is one and the same for servers that start together for the first time', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => open()));
    expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(await readdir(join(home, '.config/common-cause'))).toEqual(['secret-key']);
  });

  it('is taken from SECRET_KEY before anything else, and nothing is written', async () => {
    expect(Buffer.from((await open({ SECRET_KEY: key })).key).toString('base64')).toBe(key);
    expect(await readdir(home)).toEqual([]);
  });

  it('is read from SECRET_KEY_FILE, with or without a line end', async () => {
    const file = join(home, 'key');
    await writeFile(file, `${key}\n`);
    expect(await open({ SECRET_KEY_FILE: file })).toMatchObject({ fingerprint: (await open({ SECRET_KEY: key })).fingerprint, from: file });
  });

  it.each([
    ['does not exist', undefined, /does not exist.*openssl rand/u],
    ['holds too little', 'c2hvcnQ=', /32 bytes in base64/u],
  ])('is not made up when SECRET_KEY_FILE %s: it says what to do', async (_what, content, words) => {
    const file = join(home, 'key');
    if (content) await writeFile(file, content);
    await expect(open({ SECRET_KEY_FILE: file })).rejects.toThrow(words);
    await expect(open({ SECRET_KEY_FILE: file })).rejects.toThrow(ConfigError);
  });

  it('never lies beside the data, where a backup would hold it', async () => {
    const file = join(home, 'data/keys/key');
    await mkdir(join(home, 'data/keys'), { recursive: true });
    await writeFile(file, key);
    await expect(open({ SECRET_KEY_FILE: file })).rejects.toThrow(/lies in DATA_DIR/u);
    await expect(open({ DATA_DIR: home })).rejects.toThrow(/lies in DATA_DIR/u);
  });

  it('is asked for when it cannot be kept', async () => {
    await writeFile(join(home, '.config'), 'a file where a folder should be');
    await expect(open()).rejects.toThrow(/could not be kept .* Set SECRET_KEY or SECRET_KEY_FILE/u);
  });

  it('has a fingerprint that tells keys apart and does not tell the key', async () => {
    const { fingerprint } = await open({ SECRET_KEY: key });
    const other = await open({ SECRET_KEY: Buffer.alloc(32, 201).toString('base64') });
    expect(other.fingerprint).not.toBe(fingerprint);
    expect(key).not.toContain(fingerprint);
  });
});
