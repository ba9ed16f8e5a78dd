import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { markSeen } from '../../src/summaries/scopes.ts';
import { hasMoreReds, type PlaceSummary, placeCard, redsCard } from '../../src/views/summary.ts';
import { placesCard } from '../../src/views/summary-places.ts';
import { figure } from '../../src/views/summary-words.ts';
import { dashboardButton } from '../dashboard.ts';
import { raiseButtons } from '../raising.ts';
import { splitAsAt } from './as-at.ts';
import { type Frame, frameOf, gatherPlace, gatherPlaces, PAGE } from './gather.ts';
import { isOwn, mayReadPlan, namedScope, type Scope, State, scopeOf } from './scope.ts';
import { asked, type ForReader } from './waits.ts';

/** What is typed after `summary`: nothing (my scope), a name, a day; and what its buttons open. */

export const isOnePlace = ({ kind }: Scope) => kind === 'locality' || kind === 'group' || kind === 'project';

const stateOf = ({ kind, id }: Scope, { asAt, day }: Frame): State => ({ kind, scope: id, ...(asAt ? { at: day.toString() } : {}) });

/** A project by its id: several may have one name. Only whole localities and projects can be listed by `rag`. */
const planButton = (scope: Scope, { summary }: PlaceSummary): Button[] =>
  scope.kind === 'group' || summary.actions === 0
    ? []
    : [
        {
          label: `All ${figure(summary.actions)}`,
          press:
            scope.kind === 'project'
              ? { verb: 'rag.more', state: { words: 'all', from: 0, project: scope.id } }
              : { verb: 'rag', words: `all ${scope.name}` },
          says: `All ${figure(summary.actions)} actions of ${scope.name}`,
        },
      ];

/** The page that shows the same: of a plan that may not be read, its pilot's. */
const dashboard = (turn: Turn, { kind, id, name, places }: Scope): Button => {
  const [place] = places;
  if (kind === 'pilot') return dashboardButton(turn, `/pilots/${id}`, name);
  if (!place || kind === 'programme' || kind === 'mine') return dashboardButton(turn, '/programme', 'the programme');
  if (!mayReadPlan(turn, place)) return dashboardButton(turn, `/pilots/${place.pilotId}`, place.pilot);
  return kind === 'project'
    ? dashboardButton(turn, `/projects/${id}`, name)
    : dashboardButton(turn, `/localities/${place.prefix}`, place.locality);
};

export const placeSummary = async (turn: Turn, scope: Scope, frame: Frame, forReader: ForReader): Promise<Card> => {
  const place = await gatherPlace(turn, scope, frame, { withReasons: true });
  const state = stateOf(scope, frame);
  return placeCard(place, {
    ...forReader,
    buttons: [
      ...(frame.asAt || !place.actions ? [] : planButton(scope, place)),
      ...(place.actions && hasMoreReds(place.summary) ? [{ label: 'All reds', press: { verb: 'summary.reds', state } }] : []),
      ...(frame.asAt ? [] : raiseButtons(turn, scope.places)),
      { label: 'Share', press: { verb: 'summary.share', state } },
      ...(frame.asAt ? [] : [dashboard(turn, scope)]),
    ],
  });
};

export const placesSummary = async (turn: Turn, scope: Scope, frame: Frame, from: number, forReader: ForReader): Promise<Card> => {
  const places = await gatherPlaces(turn, scope, frame, from, {});
  const state = stateOf(scope, frame);
  const at = frame.asAt ? { at: frame.day.toString() } : {};
  const next = from + PAGE < scope.places.length;
  return placesCard(places, {
    ...forReader,
    open: ({ localityId, locality }) => ({
      label: 'Open',
      press: { verb: 'summary.show', state: { kind: 'locality', scope: localityId, ...at } },
      says: `Open the summary of ${locality}`,
    }),
    buttons: [
      ...(next ? [{ label: 'More localities', press: { verb: 'summary.show', state: { ...state, from: from + PAGE } } }] : []),
      ...(frame.asAt ? [] : raiseButtons(turn, scope.places)),
      { label: 'Share', press: { verb: 'summary.share', state: { ...state, ...(from > 0 ? { from } : {}) } } },
      ...(frame.asAt ? [] : [dashboard(turn, scope)]),
    ],
  });
};

/** The summary, and that it was read today: the next one says what moved since. */
const tell = async (
  turn: Turn,
  scope: Scope,
  asAt: Temporal.PlainDate | undefined,
  { from = 0, own = false }: { from?: number | undefined; own?: boolean },
): Promise<Card> => {
  const frame = await frameOf(turn, scope, asAt);
  const forReader = frame.asAt || from > 0 ? { first: [], last: [] } : await asked(turn, scope, own);
  const card = isOnePlace(scope)
    ? await placeSummary(turn, scope, frame, forReader)
    : await placesSummary(turn, scope, frame, from, forReader);
  if (!frame.asAt)
    await markSeen(
      turn.tx,
      { personId: turn.actor.personId, scopeKind: scope.kind, scopeId: scope.id, day: turn.today.toString() },
      turn.now.toString(),
    );
  return card;
};

export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const { scope, asAt } = splitAsAt(words, turn.today);
    const at = asAt ? { at: asAt.toString() } : {};
    const found = await namedScope(turn, scope, (state) => ({ verb: 'summary.show', state: { ...state, ...at } }));
    return 'places' in found ? tell(turn, found, asAt, { own: isOwn(scope) }) : found;
  },
});

const dayFrom = (state: State) => (state.at === undefined ? undefined : Temporal.PlainDate.from(state.at));
const noSummary = () => new UserError('Type summary to see what there is.');

/** One that a button names. */
export const show = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    if (!state) throw noSummary();
    return tell(turn, await scopeOf(turn, state), dayFrom(state), { from: state.from });
  },
});

/** All its reds. */
export const reds = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    if (!state) throw noSummary();
    const scope = await scopeOf(turn, state);
    if (!isOnePlace(scope) || !scope.places.every((place) => mayReadPlan(turn, place))) throw noSummary();
    const place = await gatherPlace(turn, scope, await frameOf(turn, scope, dayFrom(state)), { withReasons: true });
    return redsCard(place, [{ label: 'The whole summary', press: { verb: 'summary.show', state } }]);
  },
});

/**
 * The card as others see it: nothing that waits for its reader, no buttons.
 * @param reader whose last look its changes are since; whoever asks when none
 */
export const drawFor =
  (turn: Turn, state: State, reader?: string) =>
  async (withReasons: boolean): Promise<Card> => {
    const scope = await scopeOf(turn, state);
    const frame = await frameOf(turn, scope, dayFrom(state), reader);
    return isOnePlace(scope)
      ? placeCard(await gatherPlace(turn, scope, frame, { shared: true, withReasons }), {})
      : placesCard(await gatherPlaces(turn, scope, frame, state.from ?? 0, { shared: true }), {});
  };
