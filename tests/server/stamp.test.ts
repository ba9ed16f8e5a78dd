import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { stamp } from '../../src/db/stamp.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
const at = new Date('2026-11-24T09:00:00Z');
const start = (kind: 'demo' | 'real', keyFingerprint = 'our key') => stamp(database.db, { kind, keyFingerprint }, at);

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => void (await database.db.stamp.deleteMany()));
afterAll(() => database.close());

describe('the stamp of a database', () => {
  it.each(['demo', 'real'] as const)('lets a %s database be used again as what it is', async (kind) => {
    await start(kind);
    await start(kind);
    expect(await database.db.stamp.findMany()).toEqual([{ id: 1, kind, keyFingerprint: 'our key', filledAt: at }]);
  });

  it('never lets a real programme be shown as a demonstration, where anybody may act as anybody', async () => {
    await start('real');
    const demonstration = start('demo');
    await expect(demonstration).rejects.toThrow(ConfigError);
    await expect(demonstration).rejects.toThrow(/holds a real programme.*DEMO=0/u);
  });

  it('does not mix a real programme into the demonstration', async () => {
    await start('demo');
    await expect(start('real')).rejects.toThrow(/demonstration programme.*DEMO=1.*another DATA_DIR/u);
  });

  it('refuses another key, and says which one is wanted', async () => {
    await start('real', 'first key');
    await expect(start('real', 'second key')).rejects.toThrow(/another key \(first key; this one is second key\).*Give back the old key/u);
    await start('real', 'first key');
  });

  it('is one when two servers start together', async () => {
    await Promise.all([start('demo'), start('demo')]);
    expect(await database.db.stamp.count()).toBe(1);
  });
});
