import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import type { Card } from '../../src/cards/card.ts';
import { formatNumber } from '../../src/cards/format.ts';
import { UserError } from '../../src/errors.ts';
import { type Kpi, standing } from '../../src/kpis/kpi.ts';
import { choosePeriod, type When } from '../../src/kpis/period.ts';
import { recordReading } from '../../src/kpis/record.ts';
import { checkValue, isPercentage } from '../../src/kpis/value.ts';
import { askValueCard, correctCard, type SavedCard, savedCard, withReading } from '../../src/views/reading.ts';
import { dashboardButton, withButton } from '../dashboard.ts';
import { checkMayLog, terms, wholeKpi, writerOf } from './context.ts';

/** A reading as somebody wishes it saved, from words, a form or a button. */
export type Wished = {
  value: number;
  of?: number;
  when?: When;
  note?: string;
  evidence?: string;
  /** The version of the period that they saw and mean to correct. */
  seen?: number;
  /** They were asked about an unlikely value and said yes. */
  sure?: boolean;
  /** They were asked “84 of how many?” and said: without. */
  bare?: boolean;
};

/** What travels in the buttons of a reading that is not saved yet. */
const SaveState = z.object({
  kpi: z.string(),
  period: z.string(),
  value: z.number(),
  of: z.number().optional(),
  note: z.string().optional(),
  evidence: z.string().optional(),
  version: z.number().optional(),
  sure: z.boolean().optional(),
  bare: z.boolean().optional(),
});

/** A count of so many of so many, said without the second number: saved as it is, it would lose what it is out of. */
const lacksBase = (kpi: Kpi, { value, of, bare }: Wished) =>
  kpi.base === 'of_each_reading' && !isPercentage(kpi) && of === undefined && !bare && Number.isInteger(value) && value >= 0;

const lastBase = (kpi: Kpi) => standing(kpi).findLast(({ denominator }) => denominator !== null)?.denominator ?? undefined;

/** The answer to a reading that was saved, with the way to its KPI's page. */
export const savedAnswer = (turn: Turn, saved: Omit<SavedCard, 'today'>): Card =>
  withButton(
    savedCard({ ...saved, today: turn.today }),
    dashboardButton(turn, `/kpis/${saved.kpi.id}`, `${saved.kpi.name}, ${saved.kpi.locality}`),
  );

/** Saves a reading of a KPI with all its periods, or answers with what is to be asked first. Nothing is saved unless the answer says so. */
export const save = async (turn: Turn, kpi: Kpi, wished: Wished): Promise<Card> => {
  checkMayLog(turn, kpi);
  const refused = noteRefusal(turn.platform, wished.note);
  if (refused) return refused;
  const { period, other } = choosePeriod(kpi, wished.when, turn.today, terms);
  const state = {
    kpi: kpi.id,
    period: period.key,
    ...(wished.of === undefined ? {} : { of: wished.of }),
    ...(wished.note ? { note: wished.note } : {}),
    ...(wished.evidence ? { evidence: wished.evidence } : {}),
    ...(wished.seen === undefined ? {} : { version: wished.seen }),
    ...(wished.bare === undefined ? {} : { bare: wished.bare }),
  };
  const change = {
    kpi: kpi.id,
    at: period.key,
    value: String(wished.value),
    ...(wished.of === undefined ? {} : { of: String(wished.of) }),
    ...(wished.note ? { note: wished.note } : {}),
    ...(wished.evidence ? { evidence: wished.evidence } : {}),
  };
  const sure = wished.sure === undefined ? {} : { sure: wished.sure };
  const checked = checkValue(kpi, wished);
  if (checked.kind !== 'fine' && !(checked.kind === 'unlikely' && wished.sure)) {
    const offers = [
      ...(checked.meant === undefined
        ? []
        : [{ label: `Save ${formatNumber(checked.meant, kpi.decimals)}`, state: { ...state, value: checked.meant } }]),
      ...(checked.kind === 'unlikely'
        ? [
            {
              label: `Save ${formatNumber(wished.value, kpi.decimals)} all the same`.slice(0, 30),
              state: { ...state, value: wished.value, sure: true },
            },
          ]
        : []),
    ];
    return askValueCard({
      why: checked.why,
      ...(checked.meant === undefined
        ? checked.kind === 'unlikely'
          ? { question: `Is ${formatNumber(wished.value, kpi.decimals)} right?` }
          : {}
        : { question: `Did you mean ${formatNumber(checked.meant, kpi.decimals)}?` }),
      save: offers,
      change,
    });
  }
  if (lacksBase(kpi, wished)) {
    const figure = formatNumber(wished.value, kpi.decimals);
    const base = lastBase(kpi);
    return askValueCard({
      why: `${kpi.name} is given with how many there are in all.`,
      question: `${figure} of how many?`,
      save: [
        ...(base === undefined || base < wished.value
          ? []
          : [{ label: `Save ${figure} of ${formatNumber(base, 0)}`, state: { ...state, value: wished.value, of: base, ...sure } }]),
        { label: `Save ${figure} without a base`.slice(0, 30), state: { ...state, value: wished.value, bare: true, ...sure } },
      ],
      change,
    });
  }
  const wish = { ...checked.kept, period, note: wished.note ?? null, evidence: wished.evidence ?? null };
  const done = await recordReading(writerOf(turn), kpi, wish, wished.seen);
  if (done.kind === 'exists') return correctCard(kpi, period, done.current, wish, wished.seen !== undefined);
  const { reading } = done;
  return savedAnswer(turn, {
    kpi: withReading(kpi, reading),
    reading,
    period,
    replaced: done.kind === 'saved' ? done.replaced : undefined,
    other,
    again: done.kind === 'same',
  });
};

/** From a button: the state says which period, and it is checked again. */
const saveFromState = (turn: Turn, kpi: Kpi, state: z.infer<typeof SaveState>) =>
  save(turn, kpi, {
    value: state.value,
    when: { kind: 'period', key: periodFromKey(state.period, terms).key },
    ...(state.of === undefined ? {} : { of: state.of }),
    ...(state.note === undefined ? {} : { note: state.note }),
    ...(state.evidence === undefined ? {} : { evidence: state.evidence }),
    ...(state.version === undefined ? {} : { seen: state.version }),
    ...(state.sure === undefined ? {} : { sure: state.sure }),
    ...(state.bare === undefined ? {} : { bare: state.bare }),
  });

export const savePressed = cardVerb({
  state: SaveState,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Nothing was saved. Type kpi, a name and a figure.');
    return saveFromState(turn, await wholeKpi(turn, state.kpi), state);
  },
});
