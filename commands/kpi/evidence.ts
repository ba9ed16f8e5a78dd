import { z } from 'zod';
import { formVerb } from '../../src/bot/contract.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { UserError } from '../../src/errors.ts';
import { versionsOf } from '../../src/kpis/queries.ts';
import { recordReading } from '../../src/kpis/record.ts';
import { linkProblem } from '../../src/people/links.ts';
import { withReading } from '../../src/views/reading.ts';
import { checkMayLog, readableKpi, terms, wholeKpi, writerOf } from './context.ts';
import { savedAnswer } from './save.ts';

/** A link to what shows it, beside a reading: a new version of the reading, like every change. */

const State = z.object({ kpi: z.string(), period: z.string(), version: z.number() });

export const evidence = formVerb({
  state: State,
  form: async (turn, { state }) => {
    if (!state) throw new UserError('Log a reading first, then add its evidence.');
    const kpi = await readableKpi(turn, state.kpi);
    checkMayLog(turn, kpi);
    const current = (await versionsOf(turn.tx, kpi.id, state.period)).at(-1);
    return {
      title: 'Add evidence',
      intro: `${kpi.name}, ${kpi.locality}, ${periodFromKey(state.period, terms).label}`,
      fields: [
        {
          kind: 'text',
          name: 'evidence',
          label: 'Link to what shows it',
          hint: 'As in https://example.org/minutes',
          ...(current?.evidence ? { value: current.evidence } : {}),
        },
      ],
      submit: { label: 'Save', press: { verb: 'kpi.evidence', state } },
    };
  },
  submit: async (turn, { values, state }) => {
    if (!state) throw new UserError('Log a reading first, then add its evidence.');
    const link = values.evidence?.trim() ?? '';
    const problem = linkProblem(link);
    if (problem) return { fields: { evidence: problem } };
    const kpi = await wholeKpi(turn, state.kpi);
    checkMayLog(turn, kpi);
    const versions = await versionsOf(turn.tx, kpi.id, state.period);
    const current = versions.at(-1);
    if (current?.value == null) throw new UserError('Not saved. This reading was withdrawn meanwhile. Log it anew.');
    if (current.version !== state.version) {
      if (current.evidence === link && current.recordedById === turn.actor.personId)
        return savedAnswer(turn, {
          kpi,
          reading: { ...current, value: current.value },
          period: periodFromKey(state.period, terms),
          replaced: undefined,
          other: undefined,
          again: true,
        });
      throw new UserError('Not saved. This reading was changed after you looked. Look at it again, then add the link.');
    }
    const period = periodFromKey(state.period, terms);
    const done = await recordReading(
      writerOf(turn),
      kpi,
      { period, value: current.value, numerator: current.numerator, denominator: current.denominator, note: current.note, evidence: link },
      current.version,
    );
    if (done.kind === 'exists')
      throw new UserError('Not saved. This reading was changed after you looked. Look at it again, then add the link.');
    return savedAnswer(turn, {
      kpi: withReading(kpi, done.reading),
      reading: done.reading,
      period,
      replaced: done.kind === 'saved' ? done.replaced : undefined,
      other: undefined,
      again: done.kind === 'same',
    });
  },
});
