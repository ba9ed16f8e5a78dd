import { z } from 'zod';
import type { Turn } from '../src/bot/contract.ts';
import type { Card, Part, Press } from '../src/cards/card.ts';
import { plainText } from '../src/cards/plain-text.ts';
import { UserError } from '../src/errors.ts';
import { hasOutsiders } from '../src/people/conversations.ts';

/**
 * Sharing: the only way in which a card is shown to others, and only after a preview of just what they will see.
 * A verb draws its card with or without names and reasons; which of the two others see is decided here.
 */

/** Draws what others will see; without names and reasons when told so. Throws UserError where there is nothing to share any more. */
export type Draw = (withReasons: boolean) => Promise<Card>;

/**
 * What the button under a preview carries, besides what it is a preview of: `State.extend(Previewed.shape)`.
 * `id`: of this preview, so that it is posted once however often its button is pressed.
 * `reasons`: the preview had them. What was learnt of the readers since may take them away, and never adds them.
 */
export const Previewed = z.object({ id: z.uuid(), reasons: z.boolean().default(false) });

const WITHOUT: Part = {
  type: 'text',
  style: 'small',
  text: 'Without names and notes, because people from outside may read there.',
};

/** Whether names and reasons may be shown to all who read where this was asked: nobody from outside does, and that is known. */
export const readersKnown = async ({ tx, platform, where, now }: Turn): Promise<boolean> =>
  where.conversation !== undefined && platform !== 'web' && !(await hasOutsiders(tx, platform, where.conversation, now));

/** Where a card can be posted from here; undefined where nobody else reads, or on the web. */
export const placeIn = ({ where, platform }: Turn) =>
  platform !== 'web' && (where.kind === 'channel' || where.kind === 'group') && where.to !== undefined
    ? { platform, to: where.to, name: where.name ?? 'this conversation' }
    : undefined;

/**
 * The card as others would see it, with a button that posts it; where it cannot be posted, its words to copy.
 * @param label of the button, before the place's name
 */
export const previewCard = async (turn: Turn, draw: Draw, press: Press, label = 'Post in'): Promise<Card> => {
  const withReasons = await readersKnown(turn);
  const card = await draw(withReasons);
  const place = placeIn(turn);
  if (!place) {
    return {
      title: 'Nothing was posted: here are the words to copy.',
      parts: [
        { type: 'text', text: plainText(card) },
        { type: 'text', style: 'small', text: 'To post it for others, ask me in their channel and press Share there.' },
      ],
    };
  }
  return {
    title: `Preview: ${place.name} would see this.`,
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
            label: `${label} ${place.name}`.slice(0, 30),
            press: { ...press, state: { ...press.state, id: turn.core.newId(), reasons: withReasons } },
            style: 'primary',
          },
        ],
      },
    ],
  };
};

/** Why nothing is posted where there is no preview, or nobody to post for. */
export const notPosted = () => new UserError('Nothing was posted. Ask me in the channel itself, then press Share.');

type Shared = {
  /** From the preview's button. */
  previewed: z.infer<typeof Previewed>;
  /** What the card is about, and whatever else tells in the audit which it was. */
  subject: { kind: string; id: string; detail?: Record<string, string> };
};

/** Posts what was previewed, once; drawn anew, so that others see what is true now. */
export const postOnce = async (turn: Turn, draw: Draw, { previewed, subject }: Shared): Promise<Card> => {
  const place = placeIn(turn);
  if (!place) throw notPosted();
  const withReasons = previewed.reasons && (await readersKnown(turn));
  const card = turn.seal(await draw(withReasons));
  // The row's own key is the guard: of two presses at once the second waits for the first, then inserts nothing.
  const { count } = await turn.tx.auditEvent.createMany({
    skipDuplicates: true,
    data: {
      id: previewed.id,
      at: new Date(turn.now.epochMilliseconds),
      personId: turn.actor.personId,
      what: 'card.shared',
      subjectKind: subject.kind,
      subjectId: subject.id,
      detail: { platform: turn.platform, conversation: turn.where.conversation ?? null, ...subject.detail },
    },
  });
  if (count === 0) return { title: `Posted already in ${place.name}: nothing was posted again.`, parts: [] };
  await turn.core.later(turn.tx, { kind: 'card', platform: place.platform, to: place.to, card });
  return {
    title: `Posted in ${place.name}.`,
    parts: [{ type: 'text', style: 'small', text: card.title }, ...(previewed.reasons && !withReasons ? [WITHOUT] : [])],
  };
};
