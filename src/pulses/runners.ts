import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import { leaveNews } from '../people/news.ts';
import { may, PERMISSIONS, type RoleName } from '../people/permissions.ts';
import { placesNamed, waveById } from './queries.ts';

type Held = { id: string; role: RoleName; scopeKind: 'programme' | 'pilot' | 'locality'; scopeId: string };

/**
 * Who hears that something is wrong with a wave: whoever runs it, the coordinators of its places, and whoever may begin it anew where its key is
 * lost; with the next thing they read.
 */
const runnersOf = async (tx: Tx, waveId: string, day: string): Promise<string[]> => {
  const wave = await waveById(tx, waveId);
  if (!wave) return [];
  const paths = (await placesNamed(tx, wave.places)).map(({ path }) => path);
  const scopes = paths.flatMap((path) => Object.values(path));
  const held = await tx.$queryRaw<Held[]>`
    select person_id as id, role, scope_kind as "scopeKind", scope_id as "scopeId" from role
    where role = any(${Object.keys(PERMISSIONS['pulse.reopen'])}::text[]) and scope_id = any(${scopes}::uuid[])
      and "from" <= ${day}::date and ("to" is null or "to" >= ${day}::date)
    order by 1`;
  const others = [...Map.groupBy(held, ({ id }) => id)].filter(
    ([, roles]) => roles.some(({ role }) => role === 'coordinator') || paths.every((path) => may({ roles }, 'pulse.reopen', path)),
  );
  return [...new Set([...(wave.runById ? [wave.runById] : []), ...others.map(([id]) => id)])];
};

type Telling = Pick<Core, 'newId'> & { tx: Tx; now: Temporal.Instant };

/** What each was told last of a wave, by their id. */
const lastTold = async (tx: Tx, waveId: string): Promise<Map<string, string>> => {
  const rows = await tx.$queryRaw<{ id: string; text: string }[]>`
    select distinct on (person_id) person_id as id, text from news
    where about_kind = 'pulse' and about_id = ${waveId}::uuid order by person_id, at desc, id desc`;
  return new Map(rows.map(({ id, text }) => [id, text]));
};

/** Says something of a wave to those who hear of it, each once until they are told something else, however often it is said. */
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
