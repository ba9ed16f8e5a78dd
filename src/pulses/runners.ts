import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
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

/** Says something of a wave to those who run it, each once, however often it is said. */
export const tellRunners = async (
  { tx, now, newId }: Pick<Core, 'newId'> & { tx: Tx; now: Temporal.Instant },
  waveId: string,
  text: string,
): Promise<void> => {
  const told = await tx.$queryRaw<{ id: string }[]>`
    select person_id as id from news where about_kind = 'pulse' and about_id = ${waveId}::uuid and text = ${text}`;
  for (const personId of await runnersOf(tx, waveId, dayIn(now).toString()))
    if (!told.some(({ id }) => id === personId))
      await leaveNews({ tx, now, newId, personId: null }, { personId, text, aboutKind: 'pulse', aboutId: waveId });
};

/** It is no longer so: who has not read it need not. */
export const takeBackFromRunners = (tx: Tx, waveId: string, text: string) => tx.$executeRaw`
  delete from news where about_kind = 'pulse' and about_id = ${waveId}::uuid and text = ${text} and seen_at is null`;
