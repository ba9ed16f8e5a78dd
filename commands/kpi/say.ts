import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName, parseReading, type Reading } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import type { Card } from '../../src/cards/card.ts';
import { formatNumber } from '../../src/cards/format.ts';
import { UserError } from '../../src/errors.ts';
import { publishedFor } from '../../src/kpis/context.ts';
import { candidates, given, isOwn, type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { choosePeriod } from '../../src/kpis/period.ts';
import { checkValue } from '../../src/kpis/value.ts';
import { may, PERMISSIONS } from '../../src/people/permissions.ts';
import { allCard, listCard, showCard } from '../../src/views/kpi.ts';
import { askValueCard } from '../../src/views/reading.ts';
import { dashboardButton, dashboardOf, withButton } from '../dashboard.ts';
import { checkMayLog, lined, mayEdit, mayLog, readable, readableKpi, terms, wholeKpi } from './context.ts';
import { mayRebase } from './rebase.ts';
import { save } from './save.ts';

/** What is typed after `kpi`: nothing (my KPIs), a name (that KPI), or a name with a reading. */

/** One KPI with its chart. */
const show = async (turn: Turn, { id }: Pick<Kpi, 'id'>): Promise<Card> => {
  const kpi = await wholeKpi(turn, id);
  const last = given(kpi).at(-1);
  const [line] = await lined(turn, [kpi]);
  const card = showCard(
    kpi,
    turn.today,
    (line as NonNullable<typeof line>).waiting,
    { own: mayLog(turn, kpi), edit: mayEdit(turn, kpi), rebase: mayRebase(turn, kpi), raise: may(turn.actor, 'worry.raise', placeOf(kpi)) },
    last && periodFromKey(last.period, terms),
    await publishedFor(turn.tx, kpi),
  );
  return withButton(card, dashboardButton(turn, `/kpis/${kpi.id}`, `${kpi.name}, ${kpi.locality}`));
};

/** Which one is meant? Each as a button that goes on with the rest of the words. */
const whichCard = (title: string, kpis: Kpi[], rest: string): Card => ({
  title,
  parts: [
    {
      type: 'buttons',
      buttons: kpis.slice(0, 8).map((kpi) => ({
        label: new Set(kpis.map(({ localityId }) => localityId)).size > 1 ? `${kpi.name}, ${kpi.locality}` : kpi.name,
        press: { verb: 'kpi.say', state: { kpi: kpi.id, words: rest } },
      })),
    },
  ],
});

/** What follows the name of one KPI. */
const heard = async (turn: Turn, kpi: Kpi, rest: string): Promise<Card> => {
  const parsed = parseReading(rest, { today: turn.today, cadence: kpi.cadence, terms, unit: kpi.unit });
  if (parsed.kind === 'nothing') return show(turn, kpi);
  if (parsed.kind === 'reading') return save(turn, isOwn(kpi, turn.actor.personId) ? kpi : await wholeKpi(turn, kpi.id), parsed);
  checkMayLog(turn, kpi);
  const refused = noteRefusal(turn.platform, rest);
  if (refused) return refused;
  return unclear(turn, kpi, parsed, rest);
};

/** One press for a reading as it may have been meant; undefined where that cannot be, because offering it would be unkind. */
const offerOf = (turn: Turn, kpi: Kpi, reading: Reading | undefined, withNote: boolean) => {
  if (!reading || checkValue(kpi, reading).kind === 'impossible') return undefined;
  try {
    const { period } = choosePeriod(kpi, reading.when, turn.today, terms);
    const figure = `${formatNumber(reading.value, reading.decimals)}${reading.of === undefined ? '' : ` of ${formatNumber(reading.of, 0)}`}`;
    const words = `${figure}${reading.when ? `, ${period.label}` : ''}`;
    const label = withNote ? `Save ${figure}, the rest a note` : `Save ${words}`;
    const given = { ...(reading.of === undefined ? {} : { of: reading.of }), ...(reading.note ? { note: reading.note } : {}) };
    return {
      words,
      save: {
        label: label.length <= 30 ? label : `Save ${figure}`,
        state: { kpi: kpi.id, period: period.key, value: reading.value, ...given },
      },
      change: { at: period.key, value: String(reading.value), ...given, ...(given.of === undefined ? {} : { of: String(given.of) }) },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
};

/** "Not saved. “93,2” is not clear: write a point before the decimals. Did you mean 93.2?" */
const unclear = (
  turn: Turn,
  kpi: Kpi,
  { said, expected, meant, noted }: { said: string; expected: string; meant?: Reading; noted?: Reading },
  rest: string,
): Card => {
  const change = { kpi: kpi.id, note: rest };
  const checked = meant && checkValue(kpi, meant);
  if (!noted && checked?.kind === 'impossible') return askValueCard({ why: checked.why, save: [], change });
  const why = `${quoted(said)} is not clear for ${kpi.name}: write ${expected}.`;
  const likely = offerOf(turn, kpi, meant, false);
  const literal = offerOf(turn, kpi, noted, true);
  const offers = [likely, literal].filter((offer) => offer !== undefined);
  return askValueCard({
    why,
    ...(likely ? { question: `Did you mean ${likely.words}?` } : {}),
    save: offers.map(({ save: offer }) => offer),
    change: { kpi: kpi.id, ...offers[0]?.change },
  });
};

/** My KPIs. */
const list = async (turn: Turn): Promise<Card> => {
  const kpis = await readable(turn);
  if (kpis.length === 0) {
    const mayAdd = turn.actor.roles.some(({ role }) => role in PERMISSIONS['kpi.write']);
    return {
      title: 'There are no KPIs that you can see yet.',
      parts: mayAdd
        ? [{ type: 'buttons', buttons: [{ label: 'New KPI', press: { verb: 'kpi.new' }, style: 'primary' }] }]
        : [{ type: 'text', text: 'Your pilot lead or coordinator can add one.' }],
    };
  }
  const card = listCard(
    await lined(turn, kpis),
    turn.today,
    kpis.some((kpi) => mayEdit(turn, kpi)),
  );
  return withButton(card, dashboardOf(turn, kpis));
};

export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    if (words === '') return list(turn);
    const kpis = await readable(turn);
    const match = matchName(words, candidates(kpis));
    const named = (ids: string[]) => ids.flatMap((id) => kpis.find((kpi) => kpi.id === id) ?? []);
    if (match.kind === 'one') return heard(turn, named([match.id])[0] as Kpi, match.rest);
    if (kpis.length === 0) return list(turn);
    // What was typed travels in the buttons: so it must be fit to be kept.
    const refused = match.kind === 'none' ? undefined : noteRefusal(turn.platform, match.rest);
    if (refused) return refused;
    if (match.kind === 'several') {
      const found = named(match.ids);
      const own = found.filter((kpi) => isOwn(kpi, turn.actor.personId));
      if (own.length === 1) return heard(turn, own[0] as Kpi, match.rest);
      return whichCard(`Which one do you mean? ${found.length} KPIs fit ${quoted(words)}. Nothing was saved.`, found, match.rest);
    }
    if (match.kind === 'near')
      return whichCard(`I do not know ${quoted(words)}. Did you mean one of these? Nothing was saved.`, named(match.ids), match.rest);
    const own = kpis.filter((kpi) => isOwn(kpi, turn.actor.personId));
    return whichCard(
      `I do not know a KPI called ${quoted(words)}. Nothing was saved. ${own.length > 0 ? 'These are yours:' : 'You can see these:'}`,
      (own.length > 0 ? own : kpis).slice(0, 6),
      '',
    );
  },
});

/** A KPI chosen by a button, with the rest of what was typed. */
export const chosen = cardVerb({
  state: z.object({ kpi: z.string(), words: z.string() }),
  run: async (turn, { state }) => (state ? heard(turn, await readableKpi(turn, state.kpi), state.words) : list(turn)),
});

export const chart = cardVerb({
  state: z.object({ kpi: z.string() }),
  run: async (turn, { state }) => (state ? show(turn, { id: state.kpi }) : list(turn)),
});

/** Every KPI that they may see. */
export const all = cardVerb({
  state: z.undefined(),
  run: async (turn) => allCard(await lined(turn, await readable(turn)), turn.today),
});
