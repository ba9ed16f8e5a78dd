import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { parseWhen } from '../../src/bot/grammar.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { UserError } from '../../src/errors.ts';
import { optionalDate } from '../../src/kpis/define.ts';
import { type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { holdRebases, isRebased, rebase as rebaseKpi, rebaseProblems, rebasesChanged, withdrawRebase } from '../../src/kpis/rebase.ts';
import { may } from '../../src/people/permissions.ts';
import { changedMeanwhileCard, otherRebaseCard, rebasedCard, rebaseForm, takenBackCard } from '../../src/views/kpi-rebase.ts';
import { namedKpi, terms, wholeKpi, writerOf } from './context.ts';

/** `rebase attendance from 12 Nov after the new register`: mean and limits begin anew, with a reason that everybody can read. */

const State = z.object({
  kpi: z.guid(),
  /** What stood when the form was opened (`rebasesSeen`). */
  seen: z.string().optional(),
});

export const mayRebase = (turn: Turn, kpi: Kpi) => may(turn.actor, 'kpi.rebase', placeOf(kpi));

const check = (turn: Turn, kpi: Kpi) => {
  if (!mayRebase(turn, kpi))
    throw new UserError(
      `Nothing was changed. The limits of ${kpi.name}, ${kpi.locality}, are begun anew by its pilot lead, its coordinator or an evaluator.`,
    );
};

/** The KPI as it stands once nobody else changes where its limits begin. */
const held = async (turn: Turn, id: string): Promise<Kpi> => {
  check(turn, await wholeKpi(turn, id));
  await holdRebases(turn.tx, id);
  const kpi = await wholeKpi(turn, id);
  check(turn, kpi);
  return kpi;
};

/** The most words that a date or period is said in. */
const MOST_WORDS = 5;

/** "from 12 Nov after the new register" → the day, and the rest as the reason. */
const said = (turn: Turn, kpi: Kpi, text: string): { date?: string; reason: string } => {
  const words = text
    .trim()
    .replace(/^(?:from|since|on|as of|starting)\b/iu, '')
    .trim()
    .split(/\s+/u);
  for (let taken = Math.min(MOST_WORDS, words.length); taken > 0; taken--) {
    const when = words
      .slice(0, taken)
      .join(' ')
      .replace(/[,:;]$/u, '');
    const parsed = parseWhen(when, { today: turn.today, cadence: kpi.cadence, terms });
    if ('problem' in parsed) continue;
    const date = parsed.when.kind === 'date' ? parsed.when.date : periodFromKey(parsed.when.key, terms).start;
    return { date: date.toString(), reason: words.slice(taken).join(' ') };
  }
  return { reason: text.trim() };
};

export const rebase = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    if (state) {
      const kpi = await wholeKpi(turn, state.kpi);
      check(turn, kpi);
      return rebaseForm(kpi, words === '' ? {} : said(turn, kpi, words));
    }
    const { kpi, rest } = await namedKpi(turn, words, 'rebase', (known) => mayRebase(turn, known));
    check(turn, kpi);
    const opens = said(turn, kpi, rest);
    return noteRefusal(turn.platform, opens.reason) ?? rebaseForm(kpi, opens);
  },
  submit: async (turn, { values, state }) => {
    if (!state) throw new UserError('Nothing was changed. Type kpi rebase and the name of the KPI.');
    const kpi = await held(turn, state.kpi);
    const date = optionalDate(values.date);
    const reason = values.reason?.trim() ?? '';
    const { date: when, reason: why } = rebaseProblems(kpi, { date: date ?? '', reason });
    const fields = {
      ...(date ? when && { date: when } : { date: 'Give a day, as in 12 11 2026.' }),
      ...(why && { reason: why }),
    };
    if (!date || Object.keys(fields).length > 0) return { fields };
    if (rebasesChanged(kpi, state.seen) && !isRebased(kpi, { date, reason }))
      return changedMeanwhileCard(kpi, { date, reason }, turn.today);
    return rebasedCard(kpi, await rebaseKpi(writerOf(turn), kpi, { date, reason }), { date, reason }, turn.today);
  },
});

/** Taking it back. */
export const unrebase = cardVerb({
  state: State.extend({ date: z.iso.date(), version: z.int() }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Nothing was changed. Name a KPI to see where its limits begin anew.');
    const kpi = await held(turn, state.kpi);
    const known = kpi.rebases.find(({ date }) => date === state.date);
    if (known && known.version !== state.version) return otherRebaseCard(kpi, known, turn.today);
    return takenBackCard(kpi, await withdrawRebase(writerOf(turn), kpi, state), state.date, turn.today);
  },
});
