import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import type { Card, Part } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { UserError } from '../../src/errors.ts';
import { concealTelling } from '../../src/kpis/conceal.ts';
import { given } from '../../src/kpis/kpi.ts';
import { hasOutsiders } from '../../src/people/conversations.ts';
import { sharedCard } from '../../src/views/kpi.ts';
import { readableKpi, terms } from './context.ts';

/** Sharing: the only way in which a reading is shown to others, and only after a preview of just what they will see. */

const State = z.object({ kpi: z.string(), period: z.string() });
/**
 * `id`: of this preview, so that it is posted once however often its button is pressed.
 * `reasons`: the preview had them. What was learnt of the readers since may take them away, and never adds them.
 */
const Previewed = State.extend({ id: z.uuid(), reasons: z.boolean().default(false) });

const WITHOUT: Part = {
  type: 'text',
  style: 'small',
  text: 'Without names and notes, because people from outside may read there.',
};

/** What others will see; without names and reasons where outsiders read, or where that is not known. */
const shareOf = async (turn: Turn, state: z.infer<typeof State>, reasons = true): Promise<{ card: Card; withReasons: boolean }> => {
  // Whoever reads along: nobody's own figures about very few children leave the locality in a shared card.
  const kpi = concealTelling(await readableKpi(turn, state.kpi));
  const reading = given(kpi).find(({ period }) => period === state.period);
  if (!reading) throw new UserError('Nothing was shared: this reading was withdrawn meanwhile.');
  const { platform, where } = turn;
  const withReasons =
    reasons &&
    where.conversation !== undefined &&
    platform !== 'web' &&
    !(await hasOutsiders(turn.tx, platform, where.conversation, turn.now));
  return { card: sharedCard(kpi, reading, periodFromKey(state.period, terms), turn.today, withReasons), withReasons };
};

const canPost = ({ where, platform }: Turn) =>
  platform !== 'web' && (where.kind === 'channel' || where.kind === 'group') && where.to !== undefined;

export const share = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Name a KPI first, then press Share.');
    const { card, withReasons } = await shareOf(turn, state);
    if (!canPost(turn)) {
      return {
        title: 'Nothing was posted: here are the words to copy.',
        parts: [
          { type: 'text', text: plainText(card) },
          { type: 'text', style: 'small', text: 'To post it for others, ask me in their channel and press Share there.' },
        ],
      };
    }
    const place = turn.where.name ?? 'this conversation';
    return {
      title: `Preview: ${place} would see this.`,
      parts: [
        { type: 'divider' },
        { type: 'text', style: 'strong', text: card.title },
        ...card.parts,
        { type: 'divider' },
        ...(withReasons ? [] : [WITHOUT]),
        {
          type: 'buttons',
          buttons: [
            {
              label: `Post in ${place}`.slice(0, 30),
              press: { verb: 'kpi.post', state: { ...state, id: turn.core.newId(), reasons: withReasons } },
              style: 'primary',
            },
          ],
        },
      ],
    };
  },
});

export const post = cardVerb({
  state: Previewed,
  run: async (turn, { state }) => {
    if (!state || !canPost(turn) || turn.platform === 'web')
      throw new UserError('Nothing was posted. Ask me in the channel itself, then press Share.');
    const { card: shown, withReasons } = await shareOf(turn, state, state.reasons);
    const card: Card = turn.core.config.demo ? { ...shown, demonstration: true } : shown;
    const place = turn.where.name ?? 'this conversation';
    // The row's own key is the guard: of two presses at once the second waits for the first, then inserts nothing.
    const { count } = await turn.tx.auditEvent.createMany({
      skipDuplicates: true,
      data: {
        id: state.id,
        at: new Date(turn.now.epochMilliseconds),
        personId: turn.actor.personId,
        what: 'card.shared',
        subjectKind: 'kpi',
        subjectId: state.kpi,
        detail: { platform: turn.platform, conversation: turn.where.conversation ?? null, period: state.period },
      },
    });
    if (count === 0) return { title: `Posted already in ${place}: nothing was posted again.`, parts: [] };
    await turn.core.later(turn.tx, { kind: 'card', platform: turn.platform, to: turn.where.to as Record<string, unknown>, card });
    return {
      title: `Posted in ${place}.`,
      parts: [{ type: 'text', style: 'small', text: card.title }, ...(state.reasons && !withReasons ? [WITHOUT] : [])],
    };
  },
});
