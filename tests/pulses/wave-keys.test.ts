import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { KeysUnavailable } from '../../src/errors.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';

/** The keys of open pulses lie in files of their own: apart from the data, whole or not at all, and gone when they are destroyed. */

const ONE = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'common-cause-wave-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keysIn = (env: Record<string, string> = {}) => createWaveKeys(parseConfig({ KEYS_DIR: join(folder, 'keys'), ...env }), randomBytes);

describe('the key of a pulse', () => {
  it('is read again by another process as it was made', async () => {
    const made = await keysIn().make(ONE);
    const read = await keysIn().read(ONE);
    expect(made.key).toHaveLength(32);
    expect(read).toEqual(made);
    expect(await keysIn().list()).toEqual([ONE]);
  });

  it('is another one for each wave, and when it is made anew', async () => {
    const keys = keysIn();
    const made = [await keys.make(ONE), await keys.make(OTHER), await keys.make(ONE)];
    expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(await keys.read(ONE)).toEqual(made[2]);
  });

  it('can be read by nobody else on the machine', async () => {
    await keysIn().make(ONE);
    const [name = ''] = await readdir(join(folder, 'keys'));
    expect((await stat(join(folder, 'keys', name))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'keys'))).mode & 0o077).toBe(0);
  });

  it('is not there once it is destroyed, and destroying it again does nothing', async () => {
    const keys = keysIn();
    await keys.make(ONE);
    await keys.destroy(ONE);
    await keys.destroy(ONE);
    expect(await keys.read(ONE)).toBeUndefined();
    expect(await readdir(join(folder, 'keys'))).toEqual([]);
  });

  it('is not there where its file was cut off or is something else', async () => {
    const keys = keysIn();
    await keys.make(ONE);
    await writeFile(join(folder, 'keys', `wave-${ONE}.key`), 'half of it');
    expect(await keys.read(ONE)).toBeUndefined();
  });

  it('leaves nothing unfinished beside it', async () => {
    const keys = keysIn();
    await keys.make(ONE);
    await keys.make(ONE);
    expect(await readdir(join(folder, 'keys'))).toEqual([`wave-${ONE}.key`]);
  });
});

describe('the folder of the keys', () => {
  it('is refused where every backup of the data would hold it', () => {
    expect(() => keysIn({ DATA_DIR: folder })).toThrow('lies in DATA_DIR');
    expect(() => keysIn({ KEYS_DIR: folder, DATA_DIR: folder })).toThrow('lies in DATA_DIR');
    expect(() => keysIn({ DATA_DIR: join(folder, 'data') })).not.toThrow();
  });

  it('has none while it is not there, and says so where it is no folder', async () => {
    expect(await keysIn().list()).toEqual([]);
    expect(await keysIn().read(ONE)).toBeUndefined();
    const file = join(folder, 'file');
    await writeFile(file, '');
    await chmod(file, 0o600);
    await expect(keysIn({ KEYS_DIR: file }).make(ONE)).rejects.toThrow(KeysUnavailable);
    await expect(keysIn({ KEYS_DIR: file }).list()).rejects.toThrow(KeysUnavailable);
  });

  it('notes how far a database had come, and which of its waves were open, of each database that keeps its keys here', async () => {
    const keys = keysIn();
    expect(await keys.noted('one')).toBeUndefined();
    await keys.note('one', { moment: '2026-11-19T14:00:00Z', open: [] });
    await keys.note('one', { moment: '2026-11-19T14:05:00Z', open: [ONE, OTHER] });
    await keys.note('other', { moment: '2026-11-19T14:10:00Z', open: [] });
    expect(await keysIn().noted('one')).toEqual({ moment: '2026-11-19T14:05:00Z', open: [ONE, OTHER] });
    expect(await keysIn().noted('other')).toEqual({ moment: '2026-11-19T14:10:00Z', open: [] });
    expect(await keys.list()).toEqual([]);
  });
});
