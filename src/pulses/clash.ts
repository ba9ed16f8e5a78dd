import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';
import { inviteesOf } from './audience.ts';
import { askingDays, halfTermAfter, halfTermOf } from './half-term.ts';
import type { Invitee, Plan, Wave } from './pulse.ts';

/** At most one pulse per person per half-term, over everybody who runs them. */

export type Clash = {
  /** How many of those whom the wave asks would be asked twice, and how many it asks. */
  people: number;
  of: number;
  /** Of the other wave, or of the one that most of them are asked by. */
  title: string;
  /** YYYY-MM-DD */
  closesOn: string;
  /** YYYY-MM-DD: the first day of the next half-term in which nobody would be asked twice. */
  next: string;
};

type Other = { id: string; title: string; closesOn: string };

/** Half-terms that are looked at for a free one: beyond them nothing is planned. */
const FARTHEST = 12;

/** Whom the other waves of a half-term ask, or would: those that were opened, and those that are to open. */
const askedIn = async (
  tx: Tx,
  halfTerm: string,
  except: string,
  scheduledToo: boolean,
): Promise<{ other: Other; people: ReadonlySet<string> }[]> => {
  const opened = await tx.$queryRaw<(Other & { people: string[] })[]>`
    select w.id, w.title, w.closes_on::text as "closesOn", json_agg(i.person_id) as people
    from pulse_wave w join pulse_invited i on i.wave_id = w.id
    where w.half_term = ${halfTerm} and w.state in ('open', 'closed') and w.id <> ${except}::uuid
    group by w.id order by w.opened_at, w.id`;
  const scheduled = scheduledToo
    ? await tx.$queryRaw<(Other & Pick<Plan, 'audience' | 'places' | 'opensOn'>)[]>`
        select id, title, closes_on::text as "closesOn", opens_on::text as "opensOn", audience, places
        from pulse_wave where half_term = ${halfTerm} and state = 'scheduled' and id <> ${except}::uuid order by opens_on, id`
    : [];
  const all = opened.map(({ people, ...other }) => ({ other, people: new Set(people) as ReadonlySet<string> }));
  for (const wave of scheduled) {
    const people = await inviteesOf(tx, wave, wave.opensOn);
    all.push({ other: wave, people: new Set(people.map(({ personId }) => personId)) });
  }
  return all;
};

/** Whether somebody of these would be asked by another wave of the half-term, and by which most of them. */
const twice = async (tx: Tx, halfTerm: string, except: string, invitees: readonly Invitee[], scheduledToo: boolean) => {
  const people = new Set<string>();
  let most: { other: Other; count: number } | undefined;
  for (const { other, people: asked } of await askedIn(tx, halfTerm, except, scheduledToo)) {
    const both = invitees.filter(({ personId }) => asked.has(personId));
    for (const { personId } of both) people.add(personId);
    if (both.length > (most?.count ?? 0)) most = { other, count: both.length };
  }
  return most ? { people: people.size, other: most.other } : undefined;
};

/**
 * The clash of a wave that is to open on a day, or undefined.
 * @param scheduledToo false for one that was scheduled itself: those that were scheduled after it give way
 */
export const clashOf = async (
  tx: Tx,
  wave: Pick<Wave, 'id' | 'audience' | 'places'>,
  day: Temporal.PlainDate,
  invitees: readonly Invitee[],
  scheduledToo = true,
): Promise<Clash | undefined> => {
  const found = await twice(tx, halfTermOf(day).key, wave.id, invitees, scheduledToo);
  if (!found) return undefined;
  const days = await askingDays(tx, wave);
  let halfTerm = halfTermAfter(halfTermOf(day));
  for (let left = FARTHEST; left > 0 && (await twice(tx, halfTerm.key, wave.id, invitees, true)); left -= 1)
    halfTerm = halfTermAfter(halfTerm);
  const { title, closesOn } = found.other;
  return { people: found.people, of: invitees.length, title, closesOn, next: days.from(halfTerm.start).toString() };
};
