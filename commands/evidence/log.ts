import { z } from 'zod';
import { criteria } from '../../src/actions/criteria.ts';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import { UserError } from '../../src/errors.ts';
import {
  REGISTER_KINDS,
  type RegisterEntry,
  type RegisterKind,
  readableEntries,
  saveEntry,
  withdrawEntry,
} from '../../src/evidence/register.ts';
import { type EntryParts, readEntry } from '../../src/evidence/register-fields.ts';
import { thingsOf } from '../../src/evidence/register-queries.ts';
import type { Place } from '../../src/people/directory.ts';
import { entryForm, entryName, kindsCard, loggedCard, unloggedCard } from '../../src/views/evidence/register.ts';
import { writerOf } from '../kpi/context.ts';
import { placesFor } from '../rag/places.ts';
import { pageAt } from './pages.ts';

/** Logging what was heard, seen and read in the evidence register, and taking it out again. Correcting is for the register's own pages. */

const State = z.object({
  kind: z.enum(REGISTER_KINDS),
  /** Of the entry to be: a form that is sent twice makes one. */
  id: z.guid().optional(),
});

const KIND = new RegExp(`^(${REGISTER_KINDS.join('|')})s?(?![\\p{L}\\p{N}])[:,]?\\s*`, 'iu');

/** The kind that words begin with, and what follows it. */
const readKind = (words: string): { kind: RegisterKind | undefined; rest: string } => {
  const found = KIND.exec(words);
  const kind = REGISTER_KINDS.find((known) => known === found?.[1]?.toLowerCase());
  return { kind, rest: found ? words.slice(found[0].length) : words };
};

const placesHere = async (turn: Turn): Promise<Place[]> => {
  const places = await placesFor(turn, 'register.write');
  if (places.length > 0) return places;
  throw new UserError('Nothing was saved. The evidence register is written by pilot leads, coordinators and evaluators.');
};

/** Of one locality all that an entry can be about; of several only what they share. */
const partsOf = async (turn: Turn, places: readonly Place[]): Promise<EntryParts> => {
  const [place, ...others] = places;
  const things = place && others.length === 0 ? await thingsOf(turn.tx, place.localityId) : { projects: [], kpis: [] };
  return { criteria: await criteria(turn.tx), ...things };
};

const entryById = async (turn: Turn, places: readonly Place[], id: string): Promise<RegisterEntry | undefined> =>
  (
    await readableEntries(
      turn.tx,
      turn.actor,
      places.map(({ localityId }) => localityId),
      { id },
    )
  )[0];

const saidOf = async (turn: Turn, entry: RegisterEntry) =>
  loggedCard(entry, await criteria(turn.tx), pageAt(turn, `/register/${entry.id}`), turn.today);

export const log = formVerb({
  state: State,
  form: async (turn, { words, state }) => {
    const places = await placesHere(turn);
    const { kind, rest } = state ? { kind: state.kind, rest: words } : readKind(words);
    if (!kind) return noteRefusal(turn.platform, words) ?? kindsCard(REGISTER_KINDS, words, pageAt(turn, '/register'));
    return entryForm({
      kind,
      places,
      parts: await partsOf(turn, places),
      opens: { date: kind === 'document' ? undefined : turn.today.toString(), summary: rest },
      submit: { label: 'Save', press: { verb: 'evidence.log', state: { kind, id: state?.id ?? turn.core.newId() } } },
    });
  },
  submit: async (turn, { values, state }) => {
    if (!state?.id) throw new UserError('Nothing was saved: this form is too old. Open it again.');
    const places = await placesHere(turn);
    const place = places.length === 1 ? places[0] : places.find(({ localityId }) => localityId === values.locality);
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    const read = readEntry(state.kind, values, await partsOf(turn, [place]), { locality: place.locality, today: turn.today });
    if ('fields' in read) return read;
    const saved = await saveEntry(writerOf(turn), place.localityId, read.draft, state.id);
    const entry = await entryById(turn, places, state.id);
    if (!entry) throw new UserError('Nothing was saved: this form was sent already, and what it logged was taken out again. Open it anew.');
    if (saved) return saidOf(turn, entry);
    const said = await saidOf(turn, entry);
    return { ...said, title: `It was logged already: ${entryName(entry, turn.today)}. Open it on the web to correct it.` };
  },
});

export const unlog = cardVerb({
  state: z.object({ entry: z.guid(), version: z.number() }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Nothing was changed. Log something first, as in: evidence log workshop');
    const entry = await entryById(turn, await placesHere(turn), state.entry);
    if (!entry) throw new UserError('Nothing was changed: it is no longer in the register.');
    if (entry.version !== state.version || !(await withdrawEntry(writerOf(turn), entry)))
      throw new UserError('Nothing was changed: it was corrected or checked since. Open the register and look at it first.');
    return unloggedCard(entry, pageAt(turn, `/register/${entry.id}`), turn.today);
  },
});
