import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import { leaveNews } from '../people/news.ts';
import { placesNamed, waveById } from './queries.ts';

/** Who hears that something is wrong with a wave: whoever runs it, and the coordinators of its places; with the next thing they read. */
const runnersOf = async (tx: Tx, waveId: string, day: string): Promise<string[]> => {
  const wave = await waveById(tx, waveId);
  if (!wave) return [];
  const scopes = (await placesNamed(tx, wave.places)).flatMap(({ path }) => Object.values(path));
  const coordinators = await tx.$queryRaw<{ id: string }[]>`
    select distinct person_id as id from role
    where role = 'coordinator' and scope_id = any(${scopes}::uuid[]) and "from" <= ${day}::date and ("to" is null or "to" >= ${day}::date)
    order by 1`;
  return [...new Set([...(wave.runById ? [wave.runById] : []), ...coordinators.map(({ id }) => id)])];
};

type Telling = Pick<Core, 'newId'> & { tx: Tx; now: Temporal.Instant };

/** What each was told last of a wave, by their id. */
const lastTold = async (tx: Tx, waveId: string): Promise<Map<string, string>> => {
  const rows = await tx.$queryRaw<{ id: string; text: string }[]>`
    select distinct on (person_id) person_id as id, text from news
    where about_kind = 'pulse' and about_id = ${waveId}::uuid order by person_id, at desc, id desc`;
  return new Map(rows.map(({ id, text }) => [id, text]));
};

/** Says something of a wave to those who run it, each once until they are told something else, however often it is said. */
export const tellRunners = async ({ tx, now, newId }: Telling, waveId: string, text: string): Promise<void> => {
  const told = await lastTold(tx, waveId);
  for (const personId of await runnersOf(tx, waveId, dayIn(now).toString()))
    if (told.get(personId) !== text)
      await leaveNews({ tx, now, newId, personId: null }, { personId, text, aboutKind: 'pulse', aboutId: waveId });
};

/** Since when somebody is told something of a wave, ISO; undefined: nobody is. */
export const toldSince = async (tx: Tx, waveId: string, text: string): Promise<string | undefined> => {
  const [told] = await tx.$queryRaw<{ at: string | null }[]>`
    select ${isoOf(sql`min(at)`)} as at from news where about_kind = 'pulse' and about_id = ${waveId}::uuid and text = ${text}`;
  return told?.at ?? undefined;
};

/** Something that was said is over: who has not read it need not, and who has is told what is. */
export const tellOver = async (
  { tx, now, newId }: Telling,
  waveId: string,
  { was, is }: { was: readonly string[]; is: string },
): Promise<void> => {
  await tx.$executeRaw`
    delete from news where about_kind = 'pulse' and about_id = ${waveId}::uuid and text = any(${[...was]}::text[]) and seen_at is null`;
  for (const [personId, text] of await lastTold(tx, waveId))
    if (was.includes(text))
      await leaveNews({ tx, now, newId, personId: null }, { personId, text: is, aboutKind: 'pulse', aboutId: waveId });
};
