import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Card, Part } from '../../src/cards/card.ts';
import { capital } from '../../src/cards/format.ts';
import { UserError } from '../../src/errors.ts';
import { quietUntil } from '../../src/nudges/settings.ts';
import { type Channel, type Every, receiversIn } from '../../src/summaries/receivers.ts';
import { endableBy, endLapsed, endSubscription, subscribe as subscribeTo, subscriptionsFor } from '../../src/summaries/subscriptions.ts';
import {
  type ByRole,
  byRoleCard,
  everyWords,
  insteadLabel,
  listCard,
  otherEvery,
  subscribedCard,
  subscriptionsPart,
} from '../../src/views/summary-subscribe.ts';
import { writerOf } from '../rag/context.ts';
import { notPosted, Previewed, placeIn, previewCard } from '../sharing.ts';
import { drawFor } from './say.ts';
import { namedScope, type Scope, State, scopeOf } from './scope.ts';

/** `summary subscribe` and `unsubscribe`: a summary that comes by itself, to whoever asks or to the channel in which they ask. */

const Wanted = State.pick({ kind: true, scope: true }).extend({ every: z.enum(['week', 'month']) });
type Wanted = z.infer<typeof Wanted>;

const EVERY = /^(?:every\s+|each\s+|a\s+)?(?<how>week|month)(?:ly)?$/iu;
const LEADING = /^(?:to|of|for|in)\s+/iu;

/** "wakefield every month", "monthly", "weekly wakefield": whose, and how often; every week unless it is said. */
const readWords = (words: string): { scope: string; every: Every } => {
  const said = words.trim().split(/\s+/u).filter(Boolean);
  for (const [from, to] of [
    [said.length - 2, said.length],
    [said.length - 1, said.length],
    [0, 2],
    [0, 1],
  ] as const) {
    if (from < 0) continue;
    const how = EVERY.exec(said.slice(from, to).join(' '))?.groups?.how?.toLowerCase();
    if (how === 'week' || how === 'month')
      return { scope: [...said.slice(0, from), ...said.slice(to)].join(' ').replace(LEADING, ''), every: how };
  }
  return { scope: said.join(' ').replace(LEADING, ''), every: 'week' };
};

/** Where this is posted; undefined where nobody else reads. A thread is no place of its own: it is posted where the thread is. */
const channelIn = (turn: Turn): Channel | undefined => {
  const place = placeIn(turn);
  const { conversation } = turn.where;
  if (!place || conversation === undefined) return undefined;
  const { to, platform, name } = place;
  return {
    platform,
    conversation,
    tenant: typeof to.tenant === 'string' ? to.tenant : turn.tenant,
    to: 'conversation' in to ? { ...to, conversation } : to,
    name,
  };
};

/** What comes to them by their role, by the names of the scopes. */
const byRole = async (turn: Turn): Promise<(ByRole & Pick<Wanted, 'kind' | 'scope'> & { name: string })[]> => {
  const receivers = await receiversIn(turn.tx, { day: turn.today.toString(), only: [turn.actor.personId] });
  const mine = receivers.filter(({ subscriptionId }) => subscriptionId === null);
  const named = [];
  for (const { scopeKind: kind, scopeId, every } of mine) {
    const { name } = await scopeOf(turn, { kind, scope: scopeId });
    named.push({ kind, scope: scopeId, name, every });
  }
  return named;
};

/** Those that the actor may end: their own, and of channels what they coordinate, or read where they ask. */
const endable = (turn: Turn) => {
  const { personId, roles } = turn.actor;
  return endableBy(turn.tx, turn.today.toString(), { personId, roles, here: channelIn(turn) });
};

/** Everything that comes to them, and to the channel in which they ask or that they answer for. */
const listFor = async (turn: Turn): Promise<Part[]> => {
  const { personId } = turn.actor;
  const now = turn.now.toString();
  await endLapsed(writerOf(turn), turn.today.toString(), [personId]);
  const own = await subscriptionsFor(turn.tx, { personId }, now);
  const channel = channelIn(turn);
  const here = channel ? (await subscriptionsFor(turn.tx, channel, now)).filter((one) => one.personId !== personId) : [];
  const ids = new Set((await endable(turn)).keys());
  const shown = new Set([...own, ...here].map(({ id }) => id));
  const others = await subscriptionsFor(turn.tx, { ids: [...ids].filter((id) => !shown.has(id)) }, now);
  const roles = (await byRole(turn)).map(({ name, every }) => ({ scope: name, every }));
  const quiet = await quietUntil(writerOf(turn), turn.today);
  const reader = { personId, endable: ids, quiet, today: turn.today, slash: SLASH[turn.platform] };
  return subscriptionsPart([...own, ...here, ...others], roles, reader);
};

const stateOf = ({ kind, id }: Scope, every: Every): Wanted => ({ kind, scope: id, every });

/** To whoever asks. */
const forSelf = async (turn: Turn, scope: Scope, every: Every): Promise<Card> => {
  const role = (await byRole(turn)).find((one) => one.kind === scope.kind && one.scope === scope.id);
  if (role && (role.every === 'week' || every === 'month')) return byRoleCard(scope.name, role.every, await listFor(turn));
  const id = turn.core.newId();
  const before = await subscribeTo(writerOf(turn), { id, scopeKind: scope.kind, scopeId: scope.id, every, channel: null });
  const other = otherEvery(every);
  return subscribedCard({
    scope: scope.name,
    every,
    channel: null,
    before,
    other: role ? [] : [{ label: insteadLabel(other), press: { verb: 'summary.every', state: stateOf(scope, other) } }],
    list: await listFor(turn),
  });
};

const ask = async (turn: Turn, scope: Scope, every: Every): Promise<Card> => {
  const channel = channelIn(turn);
  if (!channel) return forSelf(turn, scope, every);
  const now = turn.now.toString();
  const here = await subscriptionsFor(turn.tx, channel, now);
  const before = here.find((one) => one.scopeKind === scope.kind && one.scopeId === scope.id && one.ended === null);
  if (before?.every === every)
    return subscribedCard({ scope: scope.name, every, channel: channel.name, before: every, other: [], list: await listFor(turn) });
  const state = stateOf(scope, every);
  return previewCard(turn, drawFor(turn, state), { verb: 'summary.subscribed', state }, capital(`${everyWords(every)} in`));
};

export const subscribe = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const { scope, every } = readWords(words);
    if (/^<?#|\bchannel\b/iu.test(scope))
      throw new UserError(
        'Nothing was changed. To have it posted in a channel of Slack or Teams, ask me in that channel: summary subscribe. Here it comes to you alone.',
      );
    const found = await namedScope(turn, scope, (state) => ({ verb: 'summary.every', state: { ...state, every } }));
    return 'places' in found ? ask(turn, found, every) : found;
  },
});

/** Another rhythm, or the scope that was meant. */
export const every = cardVerb({
  state: Wanted,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Type summary subscribe to have a summary sent.');
    return ask(turn, await scopeOf(turn, state), state.every);
  },
});

/** Posted in the channel in which it was previewed, from the next time on. */
export const subscribed = cardVerb({
  state: Wanted.extend(Previewed.shape),
  run: async (turn, { state }) => {
    const channel = channelIn(turn);
    if (!state || !channel) throw notPosted();
    const scope = await scopeOf(turn, state);
    const before = await subscribeTo(writerOf(turn), {
      id: state.id,
      scopeKind: scope.kind,
      scopeId: scope.id,
      every: state.every,
      channel: { ...channel, reasons: state.reasons },
    });
    return subscribedCard({ scope: scope.name, every: state.every, channel: channel.name, before, other: [], list: await listFor(turn) });
  },
});

export const unsubscribe = cardVerb({
  state: z.undefined(),
  run: async (turn) => listCard(undefined, await listFor(turn), SLASH[turn.platform]),
});

export const end = cardVerb({
  state: z.object({ subscription: z.guid() }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Type summary unsubscribe to see what comes by itself.');
    const one = (await endable(turn)).get(state.subscription);
    const ended = one !== undefined && (await endSubscription(writerOf(turn), one, turn.actor.post));
    return listCard(
      ended ? 'Ended: it does not come any more.' : 'Nothing was changed: it has ended already, or is not yours to end.',
      await listFor(turn),
      SLASH[turn.platform],
    );
  },
});
