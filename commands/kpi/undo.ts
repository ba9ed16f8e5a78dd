import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { lastBy, versionsOf } from '../../src/kpis/queries.ts';
import { recordReading, undoReading } from '../../src/kpis/record.ts';
import { askUndoCard, correctCard, undoneCard, withReading } from '../../src/views/reading.ts';
import { checkMayLog, periodAt, readableKpi, terms, wholeKpi, writerOf } from './context.ts';
import { savedAnswer } from './save.ts';

/** Taking a reading back, or moving it to the period it was for. */

const Version = z.object({ kpi: z.string(), period: z.string(), version: z.number() });

/** How old, in milliseconds, somebody's last write may be and still surely be what "undo" means. */
const FRESH = 24 * 60 * 60 * 1_000;

const undoVersion = async (turn: Turn, { kpi: id, period, version }: z.infer<typeof Version>): Promise<Card> => {
  const kpi = await readableKpi(turn, id);
  checkMayLog(turn, kpi);
  const done = await undoReading(writerOf(turn), kpi.id, period, version);
  return undoneCard(kpi, periodFromKey(period, terms), done.reading, done.undone, done.kind === 'same');
};

/** "undo" with nothing named: only ever the very last thing they wrote, never an older one in its place. */
const undoLast = async (turn: Turn): Promise<Card> => {
  const last = await lastBy(turn.tx, turn.actor.personId);
  if (!last) throw new UserError('There is nothing of yours to undo.');
  const kpi = await readableKpi(turn, last.kpi);
  const period = periodFromKey(last.period, terms);
  const what = `${kpi.name}, ${kpi.locality}, ${period.label}`;
  if (last.kind === 'undo')
    throw new UserError(
      `Nothing was undone: you took your last reading back already (${what}). To change another one, log its right value.`,
    );
  if (!last.current) throw new UserError(`Nothing was undone: your last reading (${what}) has been changed since. Name the KPI to see it.`);
  if (turn.now.epochMilliseconds - last.recordedAt.getTime() <= FRESH) return undoVersion(turn, last);
  const reading = (await versionsOf(turn.tx, kpi.id, last.period)).at(-1);
  if (!reading) throw new UserError('There is nothing of yours to undo.');
  return askUndoCard(kpi, period, reading, dayIn(Temporal.Instant.fromEpochMilliseconds(last.recordedAt.getTime())), turn.today);
};

export const undo = cardVerb({
  state: Version,
  run: (turn, { state }) => (state ? undoVersion(turn, state) : undoLast(turn)),
});

/** "It was the week before": the reading is withdrawn where it is and saved where it belongs, in one transaction. */
export const move = cardVerb({
  state: Version.extend({ to: z.string() }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Log a reading first.');
    const kpi = await wholeKpi(turn, state.kpi);
    checkMayLog(turn, kpi);
    const to = periodAt(turn, kpi, state.to);
    const there = kpi.readings.find(({ period }) => period === state.to);
    const { undone, reading: restored, kind } = await undoReading(writerOf(turn), kpi.id, state.period, state.version);
    const wish = {
      period: to,
      value: undone.value ?? 0,
      numerator: undone.numerator,
      denominator: undone.denominator,
      note: undone.note,
      evidence: undone.evidence,
    };
    if (kind === 'same' && !(there && there.value === undone.value))
      throw new UserError('Nothing was moved: this reading was undone already. Log it anew.');
    const done = await recordReading(writerOf(turn), kpi, wish);
    // The period it belongs to has another reading: nothing is moved before that is settled (the transaction undoes the undo).
    if (done.kind === 'exists')
      throw new UserError(
        `Nothing was moved. ${correctCard(kpi, to, done.current, wish, false).title.replace(/^Not saved yet: /u, '')} Undo this one, then log it for that period.`,
      );
    return savedAnswer(turn, {
      kpi: withReading(withReading(kpi, restored), done.reading),
      reading: done.reading,
      period: to,
      replaced: undefined,
      other: undefined,
      again: done.kind === 'same',
    });
  },
});
