import type { Writer } from '../app.ts';
import type { Period } from '../calendar/periods.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Kpi, Reading, Standing } from './kpi.ts';
import { insertReading, versionsOf } from './queries.ts';
import type { Kept } from './value.ts';

/** Giving, correcting and undoing readings. Nothing is ever updated: each is a new version of its period. */

export type Wish = Kept & { period: Period; note: string | null; evidence: string | null };

export type Recorded =
  | { kind: 'saved'; reading: Standing; replaced: Reading | undefined }
  /** The period has a reading, or another version than the person saw: ask before correcting. */
  | { kind: 'exists'; current: Reading }
  /** It says so already: a double press, a redelivery, or the same value twice. Nothing was written. */
  | { kind: 'same'; reading: Standing };

const isSame = (reading: Reading, wish: Wish): reading is Standing =>
  reading.value === wish.value && reading.numerator === wish.numerator && reading.denominator === wish.denominator;

/** The current version of a period, from what was read with the KPI or, for an old period, from the chain. */
const currentOf = async (tx: Tx, kpi: Kpi, period: Period): Promise<Reading | undefined> => {
  const read = kpi.readings.find((reading) => reading.period === period.key);
  const oldest = kpi.readings[0];
  if (read || !oldest || oldest.periodStart <= period.start.toString()) return read;
  return (await versionsOf(tx, kpi.id, period.key)).at(-1);
};

/**
 * Saves a reading.
 * @param seen the version the person saw and means to correct; undefined = they saw none
 */
export const recordReading = async (writer: Writer, kpi: Kpi, wish: Wish, seen?: number): Promise<Recorded> => {
  const current = await currentOf(writer.tx, kpi, wish.period);
  const standing = current?.value == null ? undefined : current;
  if (seen === undefined ? standing : current && current.version !== seen) {
    const there = current as Reading;
    return isSame(there, wish) && there.note === (wish.note ?? there.note)
      ? { kind: 'same', reading: there }
      : { kind: 'exists', current: there };
  }
  const reading: Standing = {
    period: wish.period.key,
    periodStart: wish.period.start.toString(),
    periodEnd: wish.period.end.toString(),
    version: (current?.version ?? 0) + 1,
    kind: standing ? 'correction' : 'reading',
    value: wish.value,
    numerator: wish.numerator,
    denominator: wish.denominator,
    note: wish.note,
    evidence: wish.evidence,
    origin: 'person',
    recordedById: writer.personId,
  };
  await insertReading(writer.tx, {
    ...reading,
    id: writer.newId(),
    kpiId: kpi.id,
    recordedAt: writer.now.toString(),
    recordedById: writer.personId,
  });
  return { kind: 'saved', reading, replaced: standing };
};

export type Undone = { kind: 'undone' | 'same'; reading: Reading; undone: Reading };

/**
 * Undoes one version, by its author, restoring the version before it (or none).
 * @throws UserError when it is somebody else's, or has been changed since.
 */
export const undoReading = async (writer: Writer, kpiId: string, period: string, version: number): Promise<Undone> => {
  const versions = await versionsOf(writer.tx, kpiId, period);
  const last = versions.at(-1);
  const meant = versions.find((candidate) => candidate.version === version);
  if (!last || !meant) throw new UserError('There is nothing to undo here.');
  if (meant.recordedById !== writer.personId)
    throw new UserError('Only the person who gave a reading can undo it. You can correct it instead: log the right value.');
  if (last.version === version + 1 && last.kind === 'undo' && last.recordedById === writer.personId)
    return { kind: 'same', reading: last, undone: meant };
  if (last.version !== version)
    throw new UserError('Nothing was undone: this reading has been changed since. Look at it again before you change it.');
  const before = versions.at(-2);
  const reading: Reading = {
    ...meant,
    version: version + 1,
    kind: 'undo',
    value: before?.value ?? null,
    numerator: before?.numerator ?? null,
    denominator: before?.denominator ?? null,
    note: before?.note ?? null,
    evidence: before?.evidence ?? null,
    origin: before?.origin ?? 'person',
    recordedById: writer.personId,
  };
  await insertReading(writer.tx, {
    ...reading,
    id: writer.newId(),
    kpiId,
    recordedAt: writer.now.toString(),
    recordedById: writer.personId,
  });
  return { kind: 'undone', reading, undone: meant };
};
