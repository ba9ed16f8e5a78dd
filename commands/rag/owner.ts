import { z } from 'zod';
import { type Action, isClosed } from '../../src/actions/action.ts';
import { changeAction } from '../../src/actions/change.ts';
import { daysFor } from '../../src/actions/due.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { personHere, whoLeft } from '../../src/people/here.ts';
import { whoExpected } from '../../src/people/mention.ts';
import { may } from '../../src/people/permissions.ts';
import { changedCard, showButton, unchangedCard } from '../../src/views/actions/changed.ts';
import { headline, shortened } from '../../src/views/actions/parts.ts';
import { ownerWords } from '../../src/views/ownership.ts';
import { NOBODY, personMeant } from '../hands.ts';
import { termsOnceHanded } from './calendar.ts';
import { mayChange, readableAction, writerOf } from './context.ts';
import { dayWords } from './form.ts';
import { notTheirs } from './places.ts';
import { tellHands } from './told.ts';
import { askedAction } from './which.ts';

/** Who answers for an action, and who stands in. Whoever has it now, or no longer, is told. */

type Hand = 'owner' | 'deputy';

const State = z.object({
  action: z.string().optional(),
  /** Somebody chosen by a button. */
  person: z.string().optional(),
});

/** Characters of a post that fit into a first line. */
const SHORT_POST = 60;
const named = (post: string | null) => shortened(post ?? 'nobody', SHORT_POST);

const save = async (turn: Turn, action: Action, hand: Hand, personId: string | null): Promise<Card> => {
  const before = hand === 'owner' ? action.ownerId : action.deputyId;
  if (before === personId) return unchangedCard(action, hand === 'owner' ? 'its owner stays' : 'who stands in stays');
  if (hand === 'deputy' && personId !== null && personId === action.ownerId)
    throw new UserError(`Nothing was changed. ${action.owner} owns ${action.code}: somebody else has to stand in.`);
  const moved = hand === 'owner' && personId !== null && personId === action.deputyId;
  const { ownerId, deputyId } = action;
  const hands = hand === 'owner' ? { ownerId: personId, deputyId: moved ? null : deputyId } : { ownerId, deputyId: personId };
  // A school is not at work on every day on which a service is: the days follow whoever must act now.
  const { theirs, isAnother } = await termsOnceHanded(turn, action.localityId, hands, action);
  const days = isAnother && !isClosed(action) ? daysFor(action, turn.today, theirs) : { changed: {}, moved: [] };
  await changeAction(writerOf(turn), action, 'owner', { ...hands, ...days.changed });
  const after = await readableAction(turn, action.id);
  await tellHands(turn, action, after);
  const other = personId !== null && personId !== turn.actor.personId;
  return changedCard({
    action: after,
    says: hand === 'owner' ? `owner ${named(after.owner)}` : `${named(after.deputy)} stands in`,
    notes: [
      ...(moved ? ['Nobody stands in now.'] : []),
      ...days.moved,
      ...(other ? ['They are told with the next thing they read here.'] : []),
      ...(hand === 'owner' && personId === null ? [`It shows as ${ownerWords(after, turn.today)} until somebody takes it.`] : []),
    ],
    changes: [
      hand === 'owner'
        ? { label: 'Owner', from: action.owner ?? 'nobody', to: after.owner ?? 'nobody' }
        : { label: 'Stands in', from: action.deputy ?? 'nobody', to: after.deputy ?? 'nobody' },
      ...(action.due && after.due && action.due !== after.due
        ? [{ label: 'Due', from: dayWords(action.due), to: dayWords(after.due) }]
        : []),
    ],
  });
};

const run =
  (hand: Hand) =>
  async (turn: Turn, { words, state }: { words: string; state: z.infer<typeof State> | undefined }): Promise<Card> => {
    const asked = await askedAction(turn, `rag.${hand}`, { words, state });
    if (!('action' in asked)) return asked;
    const { action, rest } = asked;
    if (!mayChange(turn, action))
      throw notTheirs(turn, action, `${hand === 'owner' ? 'The owner' : 'Who stands in'} for ${action.code} is chosen`);
    const today = turn.today.toString();
    if (state?.person !== undefined) {
      const known = z.guid().safeParse(state.person).success && (await personHere(turn.tx, action.localityId, state.person, today));
      if (!known) throw new UserError(`Nothing was changed. They do not work in ${action.locality} any more.`);
      return save(turn, action, hand, state.person);
    }
    if (rest === '')
      return {
        title: headline(action, ownerWords(action, turn.today)),
        parts: [
          {
            type: 'text',
            text: `To change it, type who, as in: rag ${action.number} ${hand} @person · a post · an e-mail address · me · nobody`,
          },
          { type: 'buttons', buttons: [showButton(action)] },
        ],
      };
    const refused = noteRefusal(turn.platform, rest);
    if (refused) return refused;
    if (NOBODY.test(rest)) return save(turn, action, hand, null);
    const found = await personMeant(turn, action, rest);
    if (found.kind === 'one') return save(turn, action, hand, found.id);
    if (found.kind === 'several')
      return {
        title: headline(action, 'which one do you mean?', 'Not saved. '),
        parts: [
          {
            type: 'list',
            items: found.people.map(({ id, post }) => ({
              text: post,
              button: { label: 'This one', press: { verb: `rag.${hand}`, state: { action: action.id, person: id } }, says: post },
            })),
          },
        ],
      };
    const left = await whoLeft(turn.tx, action.localityId, rest, today);
    if (left) throw new UserError(`Nothing was changed. ${left} has left ${action.locality}. Choose somebody who works there now.`);
    const invites = found.unfit === undefined && may(turn.actor, 'people.invite', action);
    throw new UserError(
      `Nothing was changed. ${whoExpected(found, action.locality, rest)}${invites ? ' If they are new, invite them first.' : ''}`,
      invites ? { label: 'Invite people', press: { verb: 'partners.invite' } } : undefined,
    );
  };

export const owner = cardVerb({ state: State, run: run('owner') });
export const deputy = cardVerb({ state: State, run: run('deputy') });
