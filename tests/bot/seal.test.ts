import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../src/bot/contract.ts';
import { createSealer } from '../../src/bot/seal.ts';
import { noteProblem } from '../../src/people/notes.ts';

// What travels in a card: only for the one it was made for, only for a while, never more than a button holds.

const SLACK_BUTTON = 2_000;
const NOW = { epochMilliseconds: Date.parse('2026-11-19T14:00:00Z') };
const DAY = 24 * 60 * 60 * 1000;
const lead: Account = { platform: 'slack', tenant: 'T1', user: 'U1' };
const sealer = createSealer(new Uint8Array(32).fill(7));
const SEED = { seed: 20261119 };

/** The fullest state that any button of a reading carries, with a note. */
const saveState = (note: string) => ({
  kpi: '01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6071',
  period: '2026/27-autumn-1',
  version: 123,
  value: 123456.789012,
  of: 9999999,
  note,
  sure: true,
});

/** Notes of every kind of letter, most of them near the limits; only those that may be kept. */
const letter = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0xa0, max: 0x7ff }),
  fc.integer({ min: 0x800, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0xffff }),
  fc.integer({ min: 0x10000, max: 0x10ffff }),
  fc.constantFrom(0x22, 0x5c, 0x0a, 0x09, 0x0d, 0x2028),
);
const note = fc
  .oneof(
    fc.array(letter, { maxLength: 1_000 }),
    fc.array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 990, maxLength: 1_000 }),
    fc.array(fc.constantFrom(0x22, 0x5c, 0x0a, 0x09, 0x0d), { minLength: 990, maxLength: 1_000 }),
    fc.array(fc.integer({ min: 0x80, max: 0x7ff }), { minLength: 590, maxLength: 600 }),
    fc.array(fc.integer({ min: 0x4e00, max: 0x9fff }), { minLength: 390, maxLength: 400 }),
    fc.array(fc.integer({ min: 0x10000, max: 0x10ffff }), { minLength: 295, maxLength: 300 }),
  )
  .map((codes) => String.fromCodePoint(...codes))
  .filter((text) => noteProblem(text) === undefined);

describe('a sealed press', () => {
  test('fits a button and comes back whole, with any note that may be kept', () => {
    fc.assert(
      fc.property(note, (text) => {
        const state = saveState(text);
        const token = sealer.seal(lead, { verb: 'kpi.save', state }, NOW);
        expect(token.length).toBeLessThanOrEqual(1_900);
        expect(sealer.open(lead, token, NOW)).toEqual({ verb: 'kpi.save', words: '', state });
      }),
      { ...SEED, numRuns: 300 },
    );
  });

  test('so do words to be tried again, and words that a name was not understood in', () => {
    fc.assert(
      fc.property(note, (words) => {
        expect(sealer.seal(lead, { verb: 'again', words }, NOW).length).toBeLessThanOrEqual(1_900);
        const state = { kpi: saveState('').kpi, words };
        expect(sealer.seal(lead, { verb: 'kpi.say', state }, NOW).length).toBeLessThanOrEqual(1_900);
      }),
      { ...SEED, numRuns: 200 },
    );
  });

  test('control: what could not fit is an error of ours, not a broken button', () => {
    const random = fc.sample(fc.array(fc.integer({ min: 0x4e00, max: 0x9fff }), { minLength: 900, maxLength: 900 }), {
      ...SEED,
      numRuns: 1,
    })[0] as number[];
    const tooMuch = String.fromCodePoint(...random);
    expect(() => sealer.seal(lead, { verb: 'kpi.save', state: saveState(tooMuch) }, NOW)).toThrow(/1900 fit/);
    expect(1_900).toBeLessThan(SLACK_BUTTON);
  });

  test('is never the same twice, and shows nothing of what is in it', () => {
    const press = { verb: 'kpi.save', state: saveState('a quiet secret') };
    const tokens = [sealer.seal(lead, press, NOW), sealer.seal(lead, press, NOW)];
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const token of tokens) {
      expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
      const bytes = Buffer.from(token, 'base64url').toString('latin1');
      for (const secret of ['secret', 'kpi.save', '01a2b3c4']) expect(bytes).not.toContain(secret);
    }
  });

  test('is invalid with any one byte changed, cut off or added', () => {
    const token = sealer.seal(lead, { verb: 'kpi.undo', state: { kpi: 'x', period: '2026-W47', version: 1 } }, NOW);
    const bytes = Buffer.from(token, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      for (const flip of [1, 128]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ flip;
        expect(sealer.open(lead, changed.toString('base64url'), NOW), `byte ${at}`).toBe('invalid');
      }
      expect(sealer.open(lead, bytes.subarray(0, at).toString('base64url'), NOW)).toBe('invalid');
    }
    expect(sealer.open(lead, Buffer.concat([bytes, Buffer.from([0])]).toString('base64url'), NOW)).toBe('invalid');
    expect(sealer.open(lead, token, NOW), 'control: unchanged it opens').toMatchObject({ verb: 'kpi.undo' });
  });

  test('opens for nobody else, on no other workspace and no other platform', () => {
    const token = sealer.seal(lead, { verb: 'kpi.undo' }, NOW);
    for (const other of [
      { ...lead, user: 'U2' },
      { ...lead, tenant: 'T2' },
      { ...lead, platform: 'teams' as const },
      { platform: 'slack' as const, tenant: 'T', user: '1U1' },
    ])
      expect(sealer.open(other, token, NOW)).toBe('invalid');
  });

  test('for anyone opens for everybody of its workspace, and says that it did; elsewhere for nobody', () => {
    const token = sealer.seal(lead, { verb: 'pulse.answer', state: { wave: 'w' }, anyone: true }, NOW);
    for (const user of ['U1', 'U2'])
      expect(sealer.open({ ...lead, user }, token, NOW)).toEqual({ verb: 'pulse.answer', words: '', state: { wave: 'w' }, anyone: true });
    for (const other of [
      { ...lead, tenant: 'T2' },
      { ...lead, platform: 'teams' as const },
    ])
      expect(sealer.open(other, token, NOW)).toBe('invalid');
    const own = sealer.seal(lead, { verb: 'pulse.answer' }, NOW);
    expect(sealer.open(lead, own, NOW), 'control: one of its own does not say so').not.toHaveProperty('anyone');
  });

  test('opens under no other key', () => {
    const token = sealer.seal(lead, { verb: 'kpi.undo' }, NOW);
    expect(createSealer(new Uint8Array(32).fill(8)).open(lead, token, NOW)).toBe('invalid');
  });

  test('expires after sixty days', () => {
    const token = sealer.seal(lead, { verb: 'kpi.undo' }, NOW);
    expect(sealer.open(lead, token, { epochMilliseconds: NOW.epochMilliseconds + 60 * DAY })).toMatchObject({ verb: 'kpi.undo' });
    expect(sealer.open(lead, token, { epochMilliseconds: NOW.epochMilliseconds + 60 * DAY + 1000 })).toBe('expired');
  });

  test('whatever comes instead of a token is invalid, and nothing breaks', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000 }), (text) => {
        expect(sealer.open(lead, text, NOW)).toBe('invalid');
      }),
      SEED,
    );
  });
});
