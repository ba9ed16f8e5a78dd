import { z } from 'zod';
import { cardVerb } from '../../src/bot/contract.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { UserError } from '../../src/errors.ts';
import { lastBy } from '../../src/kpis/queries.ts';
import { recordReading, undoReading } from '../../src/kpis/record.ts';
import { correctCard, savedCard, undoneCard, withReading } from '../../src/views/kpi.ts';
import { checkMayLog, periodAt, readableKpi, terms, writerOf } from './context.ts';

/** Taking a reading back, or moving it to the period it was for. */

const Version = z.object({ kpi: z.string(), period: z.string(), version: z.number() });

export const undo = cardVerb({
  state: Version,
  run: async (turn, { state }) => {
    const last = state ? undefined : await lastBy(turn.tx, turn.actor.personId);
    const meant = state ?? (last && { kpi: last.kpiId, period: last.period, version: last.version });
    if (!meant) throw new UserError('There is nothing of yours to undo.');
    const kpi = await readableKpi(turn, meant.kpi);
    checkMayLog(turn, kpi);
    const done = await undoReading(writerOf(turn), kpi.id, meant.period, meant.version);
    return undoneCard(kpi, periodFromKey(meant.period, terms), done.reading, done.undone, done.kind === 'same');
  },
});

/** "It was the week before": the reading is withdrawn where it is and saved where it belongs, in one transaction. */
export const move = cardVerb({
  state: Version.extend({ to: z.string() }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Log a reading first.');
    const kpi = await readableKpi(turn, state.kpi);
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
    return savedCard({
      kpi: withReading(withReading(kpi, restored), done.reading),
      reading: done.reading,
      period: to,
      replaced: undefined,
      other: undefined,
      today: turn.today,
      again: done.kind === 'same',
    });
  },
});
