import { z } from 'zod';
import { type Action, RATINGS, type Rating, type RatingKind } from '../../src/actions/action.ts';
import { type RatingWish, rateAction } from '../../src/actions/change.ts';
import { definitionsFor } from '../../src/actions/definitions.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { ratingAt } from '../../src/actions/history.ts';
import { actionStatus } from '../../src/actions/status.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { SaidRating } from '../../src/bot/grammar.ts';
import { noteRefusal, openFormCard } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { hasPassed } from '../../src/views/actions/buttons.ts';
import { askedAfter, askRatingCard, changeWords, type Rated, ratedCard } from '../../src/views/actions/rated.ts';
import { ownerWords } from '../../src/views/ownership.ts';
import { alsoOf } from './adviser.ts';
import { isMine, kpiWordsOf, readableAction, writerOf } from './context.ts';
import { FORMS } from './finds.ts';
import { Flow } from './flow.ts';
import { goOn } from './next.ts';
import { checkMayRate, otherKindOf } from './rights.ts';

/** Rating an action, by its owner or its adviser: one path for what is typed, pressed and sent. */

/** What travels in the buttons and forms of a rating. */
export const RateState = z.object({
  action: z.string().optional(),
  kind: z.enum(['self', 'independent']).optional(),
  rating: z.enum([...RATINGS, 'same']).optional(),
  /** The version that they saw: what came after it is told to them. */
  version: z.number().optional(),
  /** What was typed, so that it need not be typed again. */
  reason: z.string().optional(),
  flow: Flow.optional(),
});
export type RateState = z.infer<typeof RateState>;

/** A rating as somebody wishes it saved. */
export type Wish = Omit<RatingWish, 'rating'> & {
  rating: SaidRating;
  /** As whom; the owner's own unless they may only rate independently. */
  kind?: RatingKind | undefined;
  seen?: number | undefined;
  flow?: z.infer<typeof Flow> | undefined;
};

export const ratingOf = (action: Action, kind: RatingKind) => (kind === 'self' ? action.self : action.independent);

/** What an adviser says of an action; that it rests or was stopped is for those who lead it. */
const OF_AN_ADVISER: readonly string[] = ['green', 'amber', 'red', 'complete'];

/** What must be said before a rating is saved. An adviser's red needs no remedy: putting it right is the owner's. */
const lacking = (kind: RatingKind, { rating, reason, remedy }: RatingWish) =>
  (rating === 'amber' && !reason) || (rating === 'red' && (!reason || (kind === 'self' && !remedy)));

/**
 * What is to be saved for the words "same as before"; a card where that cannot be. "Before" is what the card of the button showed: what
 * others said since is theirs, and is not said again in this person's name unseen.
 */
const sameAs = async (turn: Turn, action: Action, kind: RatingKind, wish: Wish): Promise<RatingWish | Card> => {
  const stands = ratingOf(action, kind);
  const seen = wish.seen ?? stands?.version;
  const before = seen === undefined || seen === stands?.version ? stands : await ratingAt(turn.tx, action.id, kind, seen);
  const theirs = kind === 'self' || before?.byId === turn.actor.personId;
  const ask = (why: string) => askRatingCard(action, kind, why, turn.today, { flow: wish.flow, reason: wish.reason, repeats: theirs });
  const definite = before && /^(?:green|amber|red)$/u.test(before.rating);
  if (!definite) return ask(before ? 'nothing is expected of it now' : 'no rating yet; what is it?');
  if (!theirs) return ask("the one before is another adviser's; what do you say?");
  if (before.rating === 'red' && hasPassed(before.remedyBy, turn.today)) return ask('the date by which it was to be put right has passed');
  return {
    rating: before.rating,
    ...(wish.reason || before.reason ? { reason: wish.reason ?? (before.reason as string) } : {}),
    ...(before.remedy ? { remedy: before.remedy } : {}),
    ...(before.remedyBy ? { remedyBy: before.remedyBy } : {}),
  };
};

/**
 * Saves a rating, or answers with what is to be asked first. Nothing is saved unless the answer says so.
 * Who rated between the reader's look and now is told to them; both ratings are kept.
 */
export const rate = async (turn: Turn, action: Action, wish: Wish): Promise<Card> => {
  const kind = checkMayRate(turn, action, wish.kind);
  const refused = noteRefusal(turn.platform, wish.reason) ?? noteRefusal(turn.platform, wish.remedy);
  if (refused) return refused;
  const before = ratingOf(action, kind);
  const { rating, kind: _, seen, flow, ...rest } = wish;
  const asked = rating === 'same' ? await sameAs(turn, action, kind, wish) : { ...rest, rating };
  if ('parts' in asked) return asked;
  if (lacking(kind, asked))
    return askRatingCard(action, kind, `what is in the way? ${WORD[asked.rating]} is saved once that is said`, turn.today, { flow });

  if (kind === 'independent') {
    if (!OF_AN_ADVISER.includes(asked.rating))
      throw new UserError(
        `Not saved. An adviser rates green, amber, red or complete: ${RATING_WORDS[asked.rating].toLowerCase()} is for those who lead it to say.`,
      );
    // What else they are there is kept with the rating, as it is now.
    const also = await alsoOf(turn, action);
    if (also) asked.also = also;
  }

  const { definitions, isFirst } = await definitionsFor(turn.tx, turn.actor.personId);
  const mine = before?.byId === turn.actor.personId;
  // The same press once more, from a card that shows what was before it.
  const again = mine && seen !== undefined && before.version > seen && sameRating(before, asked);
  const { id, version } = again ? before : await rateAction(writerOf(turn), action, kind, asked, definitions.version);
  const now = again ? before : ratingFrom(turn, asked, id, version);
  const after: Action = { ...action, [kind]: now };
  const kpis = (await kpiWordsOf(turn, kind === 'self' && asked.rating === 'green' ? [action] : []))(action);
  const rated: Rated = {
    action: after,
    kind,
    before: again ? null : before,
    now,
    status: actionStatus(after, turn.today),
    kpis,
    today: turn.today,
    zone: turn.actor.zone,
    forOwner: kind === 'self' && !isMine(turn, action) ? ownerWords(action, turn.today) : undefined,
    meanwhile: before && !mine && (seen === undefined ? before.on === now.on : before.version > seen) ? before : undefined,
    again,
    otherKind: otherKindOf(turn, action, kind),
    definitions: isFirst && !flow ? definitions : undefined,
    flow: flow && { ...flow, did: [...flow.did.filter((code) => code !== action.code), action.code] },
  };
  return rated.flow && !askedAfter(rated) && !rated.meanwhile
    ? goOn(turn, rated.flow, `Saved: ${action.code} ${changeWords(rated.before, now)}.`)
    : ratedCard(rated);
};

const WORD = { not_started: 'it', green: 'it', amber: 'Amber', red: 'Red', complete: 'it', on_hold: 'it', stopped: 'it' } as const;

const sameRating = (before: Rating, wish: RatingWish) =>
  before.rating === wish.rating &&
  before.reason === (wish.reason ?? null) &&
  before.remedy === (wish.remedy ?? null) &&
  before.remedyBy === (wish.remedyBy ?? null);

/** The rating as the next reading will bring it. */
const ratingFrom = (turn: Turn, wish: RatingWish, id: string, version: number): Rating => ({
  id,
  version,
  rating: wish.rating,
  reason: wish.reason ?? null,
  remedy: wish.remedy ?? null,
  remedyBy: wish.remedyBy ?? null,
  decidedBy: wish.decidedBy ?? null,
  decidedOn: wish.decidedOn ?? null,
  evidence: wish.evidence ?? null,
  also: wish.also ?? null,
  on: turn.today.toString(),
  at: turn.now.toString(),
  byId: turn.actor.personId,
  by: turn.actor.post,
});

/** A colour chosen by a button. */
export const say = cardVerb({
  state: RateState,
  run: async (turn, { state }) => {
    if (!state?.action || !state.rating) throw new UserError('Name an action first, as in: rag 12');
    const { action, rating, version, ...rest } = state;
    // An adviser confirms complete in one press; what shows it is the owner's to say.
    const form = rest.kind === 'independent' ? undefined : FORMS[rating];
    if (form) return openFormCard({ verb: `rag.${form}`, state: { action } });
    return rate(turn, await readableAction(turn, action), { ...rest, rating, seen: version });
  },
});
