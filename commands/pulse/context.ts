import { z } from 'zod';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { KeysUnavailable, UserError } from '../../src/errors.ts';
import { may, PERMISSIONS, type ScopePath } from '../../src/people/permissions.ts';
import { AUDIENCES, MOST_ITEMS, type PlaceKind, type Plan, type PulsePlace, type Wave } from '../../src/pulses/pulse.ts';
import { type Placed, placesNamed, waveById, wavesRunIn } from '../../src/pulses/queries.ts';
import { LOWEST_K } from '../../src/statistics/disclosure/rule.ts';
import { allPlaces, partsIn } from '../../src/summaries/scopes.ts';

/** What the verbs that run pulses share: where the actor may run them, and which wave is meant. */

/** Most places of a pooled pulse: its plan travels in a button. */
export const MOST_PLACES = 8;

/** A plan that is not stored yet. */
export const PlanState = z.object({
  title: z.string(),
  audience: z.enum(AUDIENCES),
  places: z
    .array(z.object({ kind: z.enum(['programme', 'pilot', 'locality', 'group', 'project']), id: z.guid() }))
    .min(1)
    .max(MOST_PLACES),
  split: z.enum(['none', 'phase', 'group']),
  items: z.array(z.object({ item: z.string(), version: z.number().int() })).max(MOST_ITEMS),
  comment: z.boolean(),
  k: z.number().int().min(LOWEST_K),
  opensOn: z.iso.date(),
  closesOn: z.iso.date(),
}) satisfies z.ZodType<Plan>;

export const WaveState = z.object({ wave: z.guid() });

/** A wave that is stored, or a plan that is not yet. */
export const SubjectState = z.object({ wave: z.guid().optional(), plan: PlanState.optional() });
export type SubjectState = z.infer<typeof SubjectState>;

export const writerOf = ({ tx, now, core, actor }: Turn): Writer => ({ tx, now, newId: core.newId, personId: actor.personId });

type OverWaves = 'pulse.run' | 'pulse.reopen';

const rolesFor = ({ actor }: Turn, permission: OverWaves) => actor.roles.filter(({ role }) => role in PERMISSIONS[permission]);

/** Whether they may run pulses anywhere. */
export const runsPulses = (turn: Turn): boolean => rolesFor(turn, 'pulse.run').length > 0;

/** A place in which the actor may run pulses. */
export type RunPlace = Placed;

/** Where the actor may run pulses: the widest first. */
export const placesToRun = async (turn: Turn): Promise<RunPlace[]> => {
  if (!runsPulses(turn)) return [];
  const all = await allPlaces(turn.tx);
  const mayRun = (at: ScopePath) => may(turn.actor, 'pulse.run', at);
  const found = new Map<string, RunPlace>();
  const add = (kind: PlaceKind, id: string, name: string, path: ScopePath) => {
    if (!found.has(id) && mayRun(path)) found.set(id, { kind, id, name, path });
  };
  for (const { programmeId, programme } of all) add('programme', programmeId, programme, { programmeId });
  for (const { programmeId, pilotId, pilot } of all) add('pilot', pilotId, pilot, { programmeId, pilotId });
  const parts = await partsIn(
    turn.tx,
    all.filter(mayRun).map(({ localityId }) => localityId),
  );
  const localities = all.map(({ programmeId, pilotId, localityId, locality }) => ({
    locality,
    path: { programmeId, pilotId, localityId },
  }));
  for (const { locality, path } of localities) add('locality', path.localityId, locality, path);
  for (const { locality, path } of localities)
    for (const part of parts) if (part.localityId === path.localityId) add(part.kind, part.id, `${part.name}, ${locality}`, path);
  return [...found.values()];
};

export const notARunner = () =>
  new UserError('Pulses are run by coordinators and by the evaluation team: ask yours. Type pulse to see what is open for you.');

/** Where they may run pulses. @throws UserError where that is nowhere */
export const placesOfRunner = async (turn: Turn): Promise<RunPlace[]> => {
  const places = await placesToRun(turn);
  if (places.length === 0) throw notARunner();
  return places;
};

const NOWHERE = 'I cannot find this pulse. Type pulse to see yours.';

/** Names of the places of a pulse, as the actor may run it. What may not be run does not exist. @throws UserError */
export const namesFor = async (turn: Turn, places: readonly PulsePlace[], refusal = NOWHERE): Promise<string[]> => {
  const placed = await placesNamed(turn.tx, places);
  if (placed.length < places.length || placed.some(({ path }) => !may(turn.actor, 'pulse.run', path))) throw new UserError(refusal);
  return placed.map(({ name }) => name);
};

/** A wave that the actor runs, with the names of its places; `reopens`: they may do no more than begin it anew where its key is lost. */
export type MyWave = { wave: Wave; names: string[]; reopens?: true };

/** One that the actor may run. @throws UserError */
export const myWave = async (turn: Turn, id: string | undefined): Promise<MyWave> => {
  if (!runsPulses(turn)) throw notARunner();
  const wave = id === undefined ? undefined : await waveById(turn.tx, id);
  if (!wave) throw new UserError(NOWHERE);
  return { wave, names: await namesFor(turn, wave.places) };
};

/** One that the actor may run, or an open one that they may begin anew. @throws UserError */
export const waveToReopen = async (turn: Turn, id: string | undefined): Promise<MyWave> => {
  const wave = id === undefined ? undefined : await waveById(turn.tx, id);
  const placed = wave?.state === 'open' ? await placesNamed(turn.tx, wave.places) : [];
  const mayDo = (permission: OverWaves) =>
    placed.length === wave?.places.length && placed.every(({ path }) => may(turn.actor, permission, path));
  if (!wave || mayDo('pulse.run') || !mayDo('pulse.reopen')) return myWave(turn, id);
  return { wave, names: placed.map(({ name }) => name), reopens: true };
};

const wavesUnder = async (turn: Turn, permission: OverWaves): Promise<MyWave[]> => {
  const scopes = rolesFor(turn, permission).map(({ scopeId }) => scopeId);
  if (scopes.length === 0) return [];
  const waves = await wavesRunIn(turn.tx, scopes);
  const places = new Map(
    (
      await placesNamed(
        turn.tx,
        waves.flatMap((wave) => wave.places),
      )
    ).map(({ id, name }) => [id, name]),
  );
  return waves.map((wave) => ({ wave, names: wave.places.flatMap(({ id }) => places.get(id) ?? []) }));
};

/** Every wave that the actor may run: those that are open first, then what is to open, then what has closed. */
export const myWaves = (turn: Turn): Promise<MyWave[]> => wavesUnder(turn, 'pulse.run');

/** The open ones that others run and the actor may begin anew where their key is lost. @param mine those they run */
export const wavesToReopen = async (turn: Turn, mine: readonly MyWave[]): Promise<MyWave[]> =>
  (await wavesUnder(turn, 'pulse.reopen'))
    .filter(({ wave }) => wave.state === 'open' && !mine.some((one) => one.wave.id === wave.id))
    .map((one) => ({ ...one, reopens: true }));

const matchTitle = (waves: readonly MyWave[], words: string) =>
  matchName(
    words,
    waves.map(({ wave }) => ({ id: wave.id, name: wave.title, aliases: [wave.title.replace(/^(?:the|an?) /iu, '')] })),
  );

/** The only one that words mean, of some, where they are nothing but its title. */
export const waveCalled = (waves: readonly MyWave[], words: string): MyWave | undefined => {
  const match = matchTitle(waves, words);
  return match.kind === 'one' && match.rest === '' ? waves.find(({ wave }) => wave.id === match.id) : undefined;
};

/** The one that words mean, of some; or a card that asks which. */
export const namedWave = (
  waves: readonly MyWave[],
  words: string,
  which: (title: string, some: readonly MyWave[]) => Card,
): MyWave | Card => {
  const only = waveCalled(waves, words);
  if (only) return only;
  const match = matchTitle(waves, words);
  const ids = match.kind === 'none' ? [] : match.kind === 'one' ? [match.id] : match.ids;
  const found = waves.filter(({ wave }) => ids.includes(wave.id));
  if (match.kind === 'several' && match.rest === '') return which(`Which pulse do you mean by ${quoted(words)}?`, found);
  return which(`I do not know a pulse called ${quoted(words)}.`, found.length > 0 ? found : waves);
};

/** Keeps in the log of events who did what to a pulse that others rely on; who answered is kept nowhere. */
export const recordEvent = async (
  { tx, now, core, actor }: Turn,
  what: 'pulse.opened' | 'pulse.scheduled' | 'pulse.extended' | 'pulse.begun_anew',
  { id }: Pick<Wave, 'id'>,
  detail: Record<string, string> = {},
): Promise<void> => {
  await tx.auditEvent.create({
    data: {
      id: core.newId(),
      at: new Date(now.epochMilliseconds),
      personId: actor.personId,
      what,
      subjectKind: 'pulse',
      subjectId: id,
      detail,
    },
  });
};

/** What needs a new key; says in words where none can be kept. @throws UserError */
export const withKeys = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    throw new UserError(
      'Nobody was asked: the key of the pulse could not be kept. Ask whoever runs this server to look at KEYS_DIR, and try again.',
    );
  }
};
