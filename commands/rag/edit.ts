import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { changeAction } from '../../src/actions/change.ts';
import { type DraftKey, draftChanges, mergeDrafts, type PastVersion, versionsFrom } from '../../src/actions/versions.ts';
import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changedCard, unchangedCard } from '../../src/views/actions/changed.ts';
import { mayChange, readableAction, writerOf } from './context.ts';
import { actionForm, type FormParts } from './form.ts';
import { readAction } from './form-read.ts';
import { FIELD_LABELS, partsFor, partWords } from './parts.ts';
import { notTheirs, placeFrom } from './places.ts';
import { tellHands } from './told.ts';
import { askedAction } from './which.ts';

/** Changing an action. What others changed while the form was open stays, and is said; where both changed the same, it is asked. */

const State = z.object({
  action: z.string().optional(),
  /** The version that the form was opened with. */
  version: z.number().optional(),
});

const check = (turn: Turn, action: Action) => {
  if (!mayChange(turn, action)) throw notTheirs(turn, action, `${action.code} is edited`);
};

/** "Wakefield coordinator changed this meanwhile, to: Monday 1 March 2027." */
const meanwhile = (key: DraftKey, versions: PastVersion[], action: Action, parts: FormParts): string => {
  const by = versions.findLast((version, at) => {
    const earlier = versions[at - 1];
    return earlier !== undefined && draftChanges(earlier, version).includes(key);
  })?.by;
  return `${by ?? 'Somebody else'} changed this meanwhile, to: ${partWords(key, action, parts) || 'none'}.`;
};

/** Saves what was filled in since a version of the action was seen; undefined where that changes nothing. */
export const saveEdit = async (
  turn: Turn,
  action: Action,
  values: Record<string, string>,
  opened: number,
): Promise<Card | FieldErrors | undefined> => {
  check(turn, action);
  const versions = await versionsFrom(turn.tx, action.id, opened);
  const [base] = versions;
  if (!base) throw new UserError('Nothing was changed: this form is too old. Open it again.');
  const parts = await partsFor(turn, [placeFrom(action)]);
  const read = await readAction(turn, values, placeFrom(action), parts, { ...base, self: action.self });
  /** Said at each field and above the form: sent once more, the form's own version is the one of now. */
  const changedBy = (keys: readonly DraftKey[]): Record<string, string> => ({
    ...Object.fromEntries(
      keys.map((key) => [
        FIELD_LABELS[key].field,
        `${meanwhile(key, versions, action, parts)} To change it back to what stands here, save again.`,
      ]),
    ),
    meanwhile: `Not saved yet: ${action.code} was changed while you had it open. Look at what is marked, then save again.`,
  });
  if ('fields' in read) {
    const since = draftChanges(base, action);
    return since.length === 0 ? read : { fields: { ...changedBy(since), ...read.fields } };
  }
  const { draft, theirs, both } = mergeDrafts(base, read.draft, action);
  if (both.length > 0) return { fields: changedBy(theirs) };
  const changed = draftChanges(action, draft);
  if (changed.length === 0) return undefined;
  await changeAction(writerOf(turn), action, 'edited', draft);
  const after = await readableAction(turn, action.id);
  await tellHands(turn, action, after);
  return changedCard({
    action: after,
    says: 'saved',
    notes: [...theirs.map((key) => `${FIELD_LABELS[key].label}: ${meanwhile(key, versions, action, parts)} It stays so.`), ...read.notes],
    changes: changed.map((key) => ({
      label: FIELD_LABELS[key].label,
      from: partWords(key, action, parts) || 'none',
      to: partWords(key, after, parts),
    })),
    buttons: [{ label: 'Edit', press: { verb: 'rag.edit', state: { action: action.id } }, says: `Edit ${action.code}` }],
  });
};

export const edit = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.edit', { words, state });
    if (!('action' in asked)) return asked;
    const { action } = asked;
    check(turn, action);
    return actionForm(action, await partsFor(turn, [placeFrom(action)]), {
      title: '',
      intro: `${action.code}, ${action.locality}. Every change is kept beside what it was before.`,
      state: { action: action.id, version: action.version },
      submit: { label: 'Save', verb: 'rag.edit' },
    });
  },
  submit: async (turn, { values, state }) => {
    if (!state?.action) throw new UserError('Nothing was changed. Name an action first, as in: rag 12 edit');
    const action = await readableAction(turn, state.action);
    return (await saveEdit(turn, action, values, state.version ?? action.version)) ?? unchangedCard(action, 'it is as you wrote it');
  },
});
