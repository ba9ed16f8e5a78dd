import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { createAction } from '../../src/actions/change.ts';
import { settleWorry, type Worry } from '../../src/actions/worries.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { changedCard } from '../../src/views/actions/changed.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { raiseOffer } from '../raising.ts';
import { readableAction, readableActions, writerOf } from './context.ts';
import { actionForm, MOST_TITLE } from './form.ts';
import { isId, readAction } from './form-read.ts';
import { FIELD_LABELS, partsFor, partWords } from './parts.ts';
import { placesFor } from './places.ts';
import { tellHands } from './told.ts';
import { openWorry, tellOutcome } from './worry.ts';

/** A new action: by the pilot lead or the coordinator, from words, or from a worry that somebody raised. */

const State = z.object({
  /** Of the action to be: a form that is sent twice makes one. */
  id: z.guid().optional(),
  worry: z.string().optional(),
});

const WHO = 'Actions are added by the pilot lead or the coordinator of the locality.';

const placesHere = async (turn: Turn, worry: Worry | undefined): Promise<Place[]> => {
  const places = (await placesFor(turn, 'action.write')).filter(({ localityId }) => !worry || worry.localityId === localityId);
  if (places.length > 0) return places;
  const [here] = await placesFor(turn, 'worry.raise');
  throw new UserError(`Nothing was changed. ${WHO}`, here && raiseOffer(turn, here, { locality: here.localityId }));
};

const savedCard = async (turn: Turn, action: Action, notes: readonly string[]): Promise<Card> => {
  const parts = await partsFor(turn, [{ ...action }]);
  const keys = ['due', 'ownerId', 'deputyId', 'kpiIds', 'steps'] as const;
  return changedCard({
    action,
    says: `added in ${action.locality}`,
    notes,
    changes: keys
      .map((key) => ({
        label: FIELD_LABELS[key].label,
        from: '',
        to: partWords(key, action, parts) || (key === 'ownerId' ? 'nobody yet' : ''),
      }))
      .filter(({ to }) => to !== ''),
    buttons: [{ label: 'Edit', press: { verb: 'rag.edit', state: { action: action.id } }, says: `Edit ${action.code}` }],
  });
};

export const create = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    const worry = state?.worry === undefined ? undefined : await openWorry(turn, state.worry);
    const places = await placesHere(turn, worry);
    const intro = worry
      ? `${worry.by} raised: “${worry.text}” They are told that it became an action.`
      : places.length === 1
        ? `For ${places[0]?.locality}.`
        : '';
    return actionForm(undefined, await partsFor(turn, places), {
      title: shortened(worry?.text.replaceAll(/\s+/gu, ' ') ?? words, MOST_TITLE),
      kpis: worry?.aboutKind === 'kpi' ? (worry.about ?? undefined) : undefined,
      intro,
      state: { ...state, id: state?.id ?? turn.core.newId() },
      submit: { label: 'Add the action', verb: 'rag.new' },
    });
  },
  submit: async (turn, { values, state }) => {
    // The same form once more: what it made is there.
    const [made] = state?.id ? await readableActions(turn, state.id) : [];
    if (made) return savedCard(turn, made, []);
    const worry = state?.worry === undefined ? undefined : await openWorry(turn, state.worry);
    const places = await placesHere(turn, worry);
    const place =
      places.length === 1 ? places[0] : places.find(({ localityId }) => isId(values.locality) && localityId === values.locality);
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    const read = await readAction(turn, values, place, await partsFor(turn, [place]), undefined);
    if ('fields' in read) return read;
    const writer = writerOf(turn);
    const { id } = await createAction(writer, place.localityId, read.draft, state?.id ? { id: state.id } : {});
    const action = await readableAction(turn, id);
    await tellHands(turn, { ownerId: null, deputyId: null }, action);
    if (!worry) return savedCard(turn, action, read.notes);
    await settleWorry(writer, worry.id, { outcome: 'action', actionId: id });
    await tellOutcome(turn, worry, { outcome: 'action', action });
    return savedCard(turn, action, [
      `From the worry ${quoted(worry.text)}: ${worry.by} is told that it became ${action.code}.`,
      ...read.notes,
    ]);
  },
});
