import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { inSummary } from '../../src/nudges/goes.ts';
import { answeredBy } from '../../src/nudges/pulses.ts';
import { type Due, dueSummary, forgetDrawing, keepTold, toldBefore } from '../../src/summaries/due.ts';
import { markSeen } from '../../src/summaries/scopes.ts';
import { asks, shownOf } from '../../src/views/nudge-words.ts';
import { namedOf, noUpdatePart, waitingLinesParts } from '../../src/views/summary-due.ts';
import { readersKnown } from '../sharing.ts';
import { frameOf } from './gather.ts';
import { pulsesPart } from './pulses.ts';
import { drawFor, isOnePlace, placeSummary, placesSummary } from './say.ts';
import { type Scope, scopeOf } from './scope.ts';
import { told, waitsFor } from './waits.ts';

/** The summary that comes by itself. Nobody types it: it is drawn when its moment has come, for whom it goes to. */

const State = z.object({ delivery: z.guid() });

/** An e-mail has the titles of what waits and a link: what else there is to read, they read when they open it. */
const isMail = ({ where }: Turn) => where.kind === 'web';

/** For the person themselves: what waits for them, what is told once, and the summary as they would have asked for it. */
const forReader = async (turn: Turn, due: Due, scope: Scope): Promise<Card> => {
  const { all, without: withoutUpdate } = await waitsFor(turn, scope.places);
  const before = await toldBefore(
    turn.tx,
    due,
    all.map(({ key }) => key),
  );
  const lines = inSummary(all, before);
  const without = await withoutUpdate(due);
  const shown = shownOf(lines, before);
  await keepTold(
    turn.tx,
    due,
    isMail(turn) ? shown.filter(asks).map(({ key }) => key) : [...shown.map(({ key }) => key), ...namedOf(without).map(told)],
  );
  const frame = await frameOf(turn, scope, undefined);
  const answered = await answeredBy(
    turn.tx,
    turn.actor.personId,
    lines.map(({ key }) => key),
  );
  const first = waitingLinesParts(lines, { today: turn.today, slash: SLASH[turn.platform], answered, told: before });
  const unasked = { first, last: [...noUpdatePart(without), ...(await pulsesPart(turn, scope))] };
  return isOnePlace(scope) ? placeSummary(turn, scope, frame, unasked) : placesSummary(turn, scope, frame, 0, unasked);
};

/** Where others read it: no buttons, nothing that waits for anybody, and names and reasons only if its preview had them and it is known who reads. */
const forChannel = async (turn: Turn, { scopeKind, scopeId }: Due, channel: NonNullable<Due['channel']>): Promise<Card> => {
  const { platform, conversation, reasons } = channel;
  const withReasons = reasons && (await readersKnown({ ...turn, platform, where: { ...turn.where, conversation } }));
  return drawFor(turn, { kind: scopeKind, scope: scopeId }, channel.subscriptionId)(withReasons);
};

export const due = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    const found = state && (await dueSummary(turn.tx, state.delivery));
    if (!found || found.personId !== turn.actor.personId) throw new UserError('Type summary to see what there is.');
    const { scopeKind, scopeId, channel } = found;
    const scope = await scopeOf(turn, { kind: scopeKind, scope: scopeId });
    const reader = channel?.subscriptionId ?? turn.actor.personId;
    await forgetDrawing(turn.tx, found, reader);
    const card = channel ? await forChannel(turn, found, channel) : await forReader(turn, found, scope);
    if (!isMail(turn)) await markSeen(turn.tx, { personId: reader, scopeKind, scopeId, day: turn.today.toString() }, turn.now.toString());
    return card;
  },
});
