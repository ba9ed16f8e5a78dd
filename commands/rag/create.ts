import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { createAction } from '../../src/actions/change.ts';
import { versionsFrom } from '../../src/actions/versions.ts';
import { settleWorry, type Worry, worryById } from '../../src/actions/worries.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import { changedCard } from '../../src/views/actions/changed.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { raiseOffer } from '../raising.ts';
import { readableAction, readableActions, writerOf } from './context.ts';
import { edit, saveEdit } from './edit.ts';
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

/** Who is told what became of the worry that it was made of. */
const fromWorry = async (turn: Turn, { code, localityId }: Action, id: string | undefined): Promise<string[]> => {
  const worry = isId(id) ? await worryById(turn.tx, [localityId], id) : undefined;
  return worry ? [`From the worry ${quoted(worry.text)}: ${worry.by} is told that it became ${code}.`] : [];
};

/** The version that whoever sends the form again has seen: the last one before somebody else changed it. */
const lastOfTheirs = async (turn: Turn, id: string): Promise<number> => {
  const versions = await versionsFrom(turn.tx, id, 1);
  const other = versions.findIndex(({ byId }) => byId !== turn.actor.personId);
  return other === -1 ? versions.length : Math.max(other, 1);
};

export const create = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    // It was added already and is being corrected: from now on it is edited.
    const [made] = state?.id ? await readableActions(turn, state.id) : [];
    if (made) return edit.form(turn, { words: '', state: { action: made.id } });
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
    // The same form once more: what it made is there, and what was corrected in it meanwhile is saved.
    const [made] = state?.id ? await readableActions(turn, state.id) : [];
    if (made && isId(values.locality) && values.locality !== made.localityId)
      throw new UserError(`Nothing was changed. ${made.code} was added in ${made.locality} already: stop it there, then add a new one.`);
    if (made)
      return (
        (await saveEdit(turn, made, values, await lastOfTheirs(turn, made.id))) ??
        savedCard(turn, made, await fromWorry(turn, made, state?.worry))
      );
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
    return savedCard(turn, action, [...(await fromWorry(turn, action, worry.id)), ...read.notes]);
  },
});
