import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { UserError } from '../../src/errors.ts';
import { concealTelling } from '../../src/kpis/conceal.ts';
import { given } from '../../src/kpis/kpi.ts';
import { sharedCard } from '../../src/views/reading.ts';
import { notPosted, Previewed, postOnce, previewCard } from '../sharing.ts';
import { terms, wholeKpi } from './context.ts';

/** Sharing a reading with others. */

const State = z.object({ kpi: z.string(), period: z.string() });

const draw = (turn: Turn, state: z.infer<typeof State>) => async (withReasons: boolean) => {
  // Whoever reads along: nobody's own figures about very few children leave the locality in a shared card.
  const kpi = concealTelling(await wholeKpi(turn, state.kpi));
  const reading = given(kpi).find(({ period }) => period === state.period);
  if (!reading) throw new UserError('Nothing was shared: this reading was withdrawn meanwhile.');
  return sharedCard(kpi, reading, periodFromKey(state.period, terms), turn.today, withReasons);
};

export const share = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Name a KPI first, then press Share.');
    return previewCard(turn, draw(turn, state), { verb: 'kpi.post', state });
  },
});

export const post = cardVerb({
  state: State.extend(Previewed.shape),
  run: async (turn, { state }) => {
    if (!state) throw notPosted();
    const { kpi, period, ...previewed } = state;
    return postOnce(turn, draw(turn, { kpi, period }), { previewed, subject: { kind: 'kpi', id: kpi, detail: { period } } });
  },
});
