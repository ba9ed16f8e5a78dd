import { z } from 'zod';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changesOf, createKpi, type Draft, editKpi, holdNames } from '../../src/kpis/define.ts';
import { candidates, type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { may } from '../../src/people/permissions.ts';
import { projectsIn } from '../../src/people/taking.ts';
import { placeFrom, placesFor } from '../rag/places.ts';
import { mayEdit, readable, readableKpi, writerOf } from './context.ts';
import { CADENCE_WORDS, formFor } from './define-form.ts';
import { readForm } from './define-read.ts';
import { verdictTime } from './verdict-time.ts';

/** Making a KPI and changing it: by the pilot lead or coordinator, who choose and assess their own. */

const State = z.object({
  /** The KPI that is edited; none = a new one. */
  kpi: z.string().optional(),
  versions: z.tuple([z.number(), z.number(), z.number()]).optional(),
});

type State = z.infer<typeof State>;

const projectsAt = (turn: Turn, places: { localityId: string }[]) =>
  projectsIn(
    turn.tx,
    places.map(({ localityId }) => localityId),
  );

const doneCard = (title: string, draft: Draft, id: string): Card => ({
  title,
  parts: [
    {
      type: 'text',
      text: `It is read ${CADENCE_WORDS[draft.cadence].toLowerCase()}. ${draft.coverage ? 'It is worked out from who takes part in its project: nobody logs it.' : `To log it, type: kpi ${draft.name.toLowerCase()} and the figure.`}`,
    },
    { type: 'text', style: 'small', text: verdictTime(draft.cadence) },
    {
      type: 'buttons',
      buttons: [
        draft.coverage
          ? { label: 'See it', press: { verb: 'kpi.chart', state: { kpi: id } } }
          : { label: 'Log a reading', press: { verb: 'kpi.log', state: { kpi: id } } },
        { label: 'Edit', press: { verb: 'kpi.edit', state: { kpi: id } } },
      ],
    },
  ],
});

export const create = formVerb({
  state: State,
  form: async (turn, { words }) => {
    const places = await placesFor(turn, 'kpi.write');
    if (places.length === 0) throw new UserError('KPIs are added by the pilot lead or the coordinator of the locality. Ask them.');
    return formFor(undefined, places, await projectsAt(turn, places), words, {});
  },
  submit: async (turn, { values }) => {
    const places = await placesFor(turn, 'kpi.write');
    const place = places.length === 1 ? places[0] : places.find(({ localityId }) => localityId === values.locality);
    if (places.length === 0) throw new UserError('Not saved. KPIs are added by the pilot lead or the coordinator of the locality.');
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    await holdNames(turn.tx, place.localityId);
    const found = await readForm(turn, values, place, undefined, await readable(turn), await projectsAt(turn, [place]));
    if ('fields' in found) return found;
    const id = await createKpi(writerOf(turn), place.localityId, found.draft);
    return doneCard(`Added: ${found.draft.name}, ${place.locality}.`, found.draft, id);
  },
});

/** The KPI that is to be edited: from a button, or by its name. */
const meantKpi = async (turn: Turn, words: string, state: State | undefined): Promise<Kpi> => {
  if (state?.kpi) return readableKpi(turn, state.kpi);
  const kpis = (await readable(turn)).filter((kpi) => mayEdit(turn, kpi));
  const match = matchName(words, candidates(kpis));
  const found = match.kind === 'one' ? kpis.find(({ id }) => id === match.id) : undefined;
  if (found) return found;
  const near =
    match.kind === 'several' || match.kind === 'near'
      ? match.ids.flatMap((id) => kpis.find((kpi) => kpi.id === id)?.name ?? [])
      : kpis.slice(0, 8).map(({ name }) => name);
  throw new UserError(
    `Which KPI do you want to edit? Type kpi edit and its name${near.length > 0 ? `: ${[...new Set(near)].join(', ')}` : ''}.`,
  );
};

export const edit = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    const kpi = await meantKpi(turn, words, state);
    if (!mayEdit(turn, kpi))
      throw new UserError(`${kpi.name} is edited by the pilot lead or the coordinator of ${kpi.locality}. Ask them.`);
    return formFor(kpi, [], await projectsAt(turn, [kpi]), '', {
      kpi: kpi.id,
      versions: [kpi.definitionVersion, kpi.targetVersion, kpi.ownerVersion],
    });
  },
  submit: async (turn, { values, state }) => {
    const kpi = await meantKpi(turn, '', state);
    if (!may(turn.actor, 'kpi.write', placeOf(kpi)))
      throw new UserError('Not saved. KPIs are edited by the pilot lead or the coordinator of the locality.');
    await holdNames(turn.tx, kpi.localityId);
    const found = await readForm(turn, values, placeFrom(kpi), kpi, await readable(turn), await projectsAt(turn, [kpi]));
    if ('fields' in found) return found;
    const changed = changesOf(kpi, found.draft);
    if (!changed.definition && !changed.target && !changed.owner)
      return doneCard(`Nothing was changed in ${kpi.name}.`, found.draft, kpi.id);
    if (
      state?.versions &&
      JSON.stringify(state.versions) !== JSON.stringify([kpi.definitionVersion, kpi.targetVersion, kpi.ownerVersion])
    ) {
      throw new UserError(`Not saved. Somebody changed ${kpi.name} after you opened the form. Open it again to see what it is now.`);
    }
    await editKpi(writerOf(turn), kpi, found.draft);
    return doneCard(`Saved: ${found.draft.name}, ${kpi.locality}.`, found.draft, kpi.id);
  },
});
