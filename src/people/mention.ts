import type { Tx } from '../db/client.ts';
import { type Among, findPeople } from './directory.ts';
import { ANSWERING, ROLES } from './permissions.ts';

/** Who is meant where somebody names a person to own something or to stand in: by a mention, as "me", by post or by address. */

/** Somebody mentioned in what was typed, where the platform gives the words a name in place of the mention. */
export type Mention = {
  /** As it stands in the words. */
  said: string;
  /** The platform's own id of the account. */
  user: string;
};

type Found = { id: string; post: string };
export type FoundPerson =
  | ({ kind: 'one' } & Found)
  /** At most 6. */
  | { kind: 'several'; people: Found[] }
  /**
   * `mentioned`: it was a mention, so its words are an id that says nothing.
   * `unfit`: the post of somebody who is meant, but whose role there lets them own nothing, or has not begun.
   */
  | { kind: 'none'; mentioned: boolean; unfit?: string };

type Asked = {
  localityId: string;
  /** All that was said of the person, and nothing else. */
  words: string;
  /** Whom `me` means. */
  actorId: string;
  platform: string;
  /** The workspace or tenant of whoever asks: accounts of others are nobody here. */
  tenant: string;
  mentions?: readonly Mention[];
  /** ISO date. */
  today: string;
};

/** No post or address is longer (RFC 5321, 4.5.3.1.3). */
const LONGEST = 254;
const MENTION = /^<@([^<>|\s]+)(?:\|[^<>]*)?>$/u;
const ME = /^(?:me|myself|i|mine)$/iu;
const tidy = (words: string) => words.trim().replace(/[\s.,;:!]+$/u, '');
const folded = (words: string) => tidy(words).replace(/^@/u, '').replace(/\s+/gu, ' ').toLowerCase();

/**
 * The people behind accounts, or the actor, of those who hold such a role that covers the locality. In Teams a mention brings an id
 * of its own for every bot: it is the one that the person's chat with us is kept by.
 */
const peopleHere = (
  tx: Tx,
  { localityId, platform, tenant, today }: Asked,
  { roles, begunBy }: Among,
  users: string[],
  personId: string | null,
) => tx.$queryRaw<Found[]>`
  with meant as (
    select ${personId}::uuid as id
    union
    select person_id from identity where platform = ${platform} and tenant = ${tenant} and "user" = any(${users}::text[])
    union
    select c.person_id from conversation_reference c
      join identity i on i.person_id = c.person_id and i.platform = c.platform and i.tenant = c.tenant
      where c.platform = ${platform} and c.tenant = ${tenant} and c.kind = 'personal' and c.reference ->> 'member' = any(${users}::text[])
  )
  select p.id, p.post from meant
    join person p on p.id = meant.id
    join locality l on l.id = ${localityId}::uuid
    join pilot pi on pi.id = l.pilot_id
  where (p.left_on is null or p.left_on > ${today}::date)
    and exists (select 1 from role r where r.person_id = p.id and r.scope_id in (l.id, pi.id, pi.programme_id)
      and r.role = any(${roles}::text[]) and r."from" <= ${begunBy}::date and (r."to" is null or r."to" >= ${today}::date))
  order by p.post, p.id limit 6`;

const answer = (people: Found[], mentioned: boolean): FoundPerson => {
  const [first, ...others] = people;
  if (!first) return { kind: 'none', mentioned };
  return others.length > 0 ? { kind: 'several', people } : { kind: 'one', ...first };
};

const search = async (tx: Tx, asked: Asked, among: Among): Promise<FoundPerson> => {
  const words = asked.words.length > LONGEST ? '' : tidy(asked.words);
  if (words === '') return { kind: 'none', mentioned: false };
  if (ME.test(words)) return answer(await peopleHere(tx, asked, among, [], asked.actorId), false);
  const id = MENTION.exec(words)?.[1];
  if (id !== undefined) return answer(await peopleHere(tx, asked, among, [id], null), true);
  const users = (asked.mentions ?? []).filter(({ said }) => folded(said) === folded(words)).map(({ user }) => user);
  const mentioned = users.length > 0 ? await peopleHere(tx, asked, among, users, null) : [];
  if (mentioned.length > 0) return answer(mentioned, true);
  return answer(await findPeople(tx, asked.localityId, words.replace(/^@/u, ''), asked.today, among), false);
};

/** Whoever holds a role of any kind, now or later: only to say why they cannot be chosen. */
const ANYBODY: Among = { roles: ROLES, begunBy: '9999-12-31' };

/**
 * Who is meant, of the people whose role there lets them own what is theirs to rate: a mention (`<@U1>`, or the name in its place),
 * `me`, else a post or an address.
 */
export const findPerson = async (tx: Tx, asked: Asked): Promise<FoundPerson> => {
  const found = await search(tx, asked, { roles: ANSWERING, begunBy: asked.today });
  if (found.kind !== 'none') return found;
  const anybody = await search(tx, asked, ANYBODY);
  return anybody.kind === 'one' ? { ...found, unfit: anybody.post } : found;
};

/** Why a person was not found, in a sentence that shows no id; `words` as they were typed. */
export const whoExpected = (found: Exclude<FoundPerson, { kind: 'one' }>, locality: string, words: string): string => {
  if (found.kind === 'several') return `Which one? ${found.people.map(({ post }) => post).join(', ')}.`;
  if (found.unfit)
    return `${found.unfit} cannot own anything in ${locality} now. Partners, pilot leads and coordinators can, once their role has begun.`;
  if (found.mentioned) return `The person you mentioned is not linked to a post in ${locality}. Write their post or address.`;
  const shown = words.replace(/<@[^<>]*>/gu, '…').trim();
  return shown === '' ? 'Write a post or an address, or mention the person.' : `Nobody in ${locality} is called “${shown}”.`;
};
