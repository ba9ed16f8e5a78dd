import type { Tx } from '../db/client.ts';
import type { ScopeKind } from './actor.ts';
import type { Mention } from './mention.ts';
import type { RoleName, ScopePath } from './permissions.ts';

/** Everybody who holds or has held a role in some places: who takes over, and from whom, even from somebody who has left. */

/** A role as it was given: `from` and `to` are its first and last day, YYYY-MM-DD. */
export type Held = {
  id: string;
  role: RoleName;
  scopeKind: ScopeKind;
  scopeId: string;
  /** Where it is held, for permission checks. */
  at: ScopePath;
  /** "Wakefield", "Vulnerable children", "LocalEd" */
  place: string;
  from: string;
  to: string | null;
};

export type Known = {
  id: string;
  post: string;
  email: string | null;
  /** The first day on which they are gone. */
  leftOn: string | null;
  /** Their accounts at the workspace or tenant of whoever asks. */
  users: string[];
  /** All of their roles, wherever they are. */
  roles: Held[];
};

/**
 * Who holds or has held a role for some scopes, by post, in one statement; also somebody who has left and whose only role there was
 * withdrawn before it began: the audit alone knows that they were to be here.
 * @param also ids of people who are wanted whatever their roles: owners
 */
export const knownIn = (tx: Tx, scopeIds: string[], account: { platform: string; tenant: string }, also: string[] = []): Promise<Known[]> =>
  tx.$queryRaw<Known[]>`
  select p.id, p.post, p.email, p.left_on::text as "leftOn",
    array(select i."user" from identity i where i.person_id = p.id and i.platform = ${account.platform} and i.tenant = ${account.tenant}
      union select c.reference ->> 'member' from conversation_reference c
        where c.person_id = p.id and c.platform = ${account.platform} and c.tenant = ${account.tenant} and c.kind = 'personal' and c.reference ->> 'member' is not null) as users,
    coalesce((select json_agg(json_build_object('id', r.id, 'role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id, 'from', r."from", 'to', r."to",
        'place', coalesce(l.name, pi.name, pr.name),
        'at', json_build_object('programmeId', coalesce(lp.programme_id, pi.programme_id, r.scope_id), 'pilotId', coalesce(l.pilot_id, pi.id), 'localityId', l.id))
        order by r."from", r.id)
      from role r
        left join locality l on r.scope_kind = 'locality' and l.id = r.scope_id
        left join pilot lp on lp.id = l.pilot_id
        left join pilot pi on r.scope_kind = 'pilot' and pi.id = r.scope_id
        left join programme pr on r.scope_kind = 'programme' and pr.id = r.scope_id
      where r.person_id = p.id), '[]') as roles
  from person p
  where p.id = any(${also}::uuid[]) or exists (select 1 from role r where r.person_id = p.id and r.scope_id = any(${scopeIds}::uuid[]))
    or p.left_on is not null and exists (
      select 1 from audit_event e cross join jsonb_array_elements(e.detail -> 'roles') as ended
      where e.subject_kind = 'person' and e.subject_id = p.id::text and e.what = 'role.ended' and ended ->> 'scopeId' = any(${scopeIds}::text[])
    )
  order by p.post, p.id`;

/** The roles that count on a day, YYYY-MM-DD. */
export const heldOn = ({ roles, leftOn }: Pick<Known, 'roles' | 'leftOn'>, day: string): Held[] =>
  leftOn !== null && leftOn <= day ? [] : roles.filter(({ from, to }) => from <= day && (to === null || to >= day));

/** The roles that count on that day or on a later one. */
export const heldFrom = ({ roles, leftOn }: Pick<Known, 'roles' | 'leftOn'>, day: string): Held[] =>
  leftOn !== null && leftOn <= day ? [] : roles.filter(({ to }) => to === null || to >= day);

export type Meant =
  /** `sure`: by mention, address, "me" or the whole post. */
  { kind: 'one'; person: Known; sure: boolean } | { kind: 'several'; people: Known[] } | { kind: 'none'; mentioned: boolean };

const MENTION = /^<@(?<user>[^<>|\s]+)(?:\|[^<>]*)?>$/u;
const ME = /^(?:me|myself)$/iu;
const folded = (words: string) =>
  words
    .trim()
    .replace(/^@/u, '')
    .replace(/[\s.,;:!]+$/u, '')
    .replace(/\s+/gu, ' ')
    .toLowerCase();

const among = (people: Known[], sure: boolean): Meant | undefined => {
  const [person, ...others] = people;
  if (!person) return undefined;
  return others.length > 0 ? { kind: 'several', people } : { kind: 'one', person, sure };
};

/** Who is meant by some words, of the people who are known: a mention, "me", an address, a post or a part of one. Pure. */
export const meant = (words: string, known: readonly Known[], asker: { id: string; mentions: readonly Mention[] }): Meant => {
  const said = folded(words);
  if (said === '') return { kind: 'none', mentioned: false };
  const user = MENTION.exec(words.trim())?.groups?.user;
  const users = user ? [user] : asker.mentions.filter((mention) => folded(mention.said) === said).map((mention) => mention.user);
  const byMention = known.filter((person) => person.users.some((one) => users.includes(one)));
  if (user || byMention.length > 0) return among(byMention, true) ?? { kind: 'none', mentioned: true };
  if (ME.test(said))
    return (
      among(
        known.filter(({ id }) => id === asker.id),
        true,
      ) ?? { kind: 'none', mentioned: false }
    );
  return (
    among(
      known.filter(({ post, email }) => folded(post) === said || email === said),
      true,
    ) ??
    among(
      known.filter(({ post }) => folded(post).includes(said)),
      false,
    ) ?? { kind: 'none', mentioned: false }
  );
};

const SCORE = { none: 0, several: 1, one: 2 } as const;
const score = (found: Meant) => SCORE[found.kind] + (found.kind === 'one' && found.sure ? 1 : 0);

export type Parted<A, B> = { left: A; right: B; said: [string, string] };

/**
 * Parts "FROM to TO" where both sides mean somebody or something; a post may hold the word itself.
 * @param word what stands between, as in `to`
 * @returns the reading in which both sides are surest, the first of equals; undefined where the word is not there
 */
export const partedBy = <A, B>(
  words: string,
  word: string,
  read: { left: (said: string) => A; right: (said: string) => B; sure: (left: A, right: B) => number },
): Parted<A, B> | undefined =>
  [...words.matchAll(new RegExp(`(?<=\\s)${word}(?=\\s)`, 'giu'))]
    .map((found): Parted<A, B> => {
      const said: [string, string] = [words.slice(0, found.index).trim(), words.slice(found.index + found[0].length).trim()];
      return { left: read.left(said[0]), right: read.right(said[1]), said };
    })
    .sort((one, other) => read.sure(other.left, other.right) - read.sure(one.left, one.right))[0];

/** How sure it is that both are meant: a reading in which one of them is nobody comes last. */
export const bothSure = (one: Meant, other: Meant) => score(one) * score(other);

const MOST_NAMED = 6;

/** Why a person was not found, in a sentence that shows no id; `words` as they were typed. */
export const whoIsMeant = (found: Exclude<Meant, { kind: 'one' }>, words: string, where: string): string => {
  if (found.kind === 'several') {
    const posts = found.people
      .slice(0, MOST_NAMED)
      .map(({ post, email }) => (found.people.filter((other) => other.post === post).length > 1 && email ? `${post} (${email})` : post));
    return `Which one? ${posts.join(', ')}${found.people.length > MOST_NAMED ? ' …' : ''}.`;
  }
  if (found.mentioned) return `The person you mentioned is not linked to a post in ${where}. Write their post or address.`;
  const shown = words.replace(/<@[^<>]*>/gu, '…').trim();
  return shown === '' ? 'Write a post or an address, or mention the person.' : `Nobody in ${where} is called “${shown}”.`;
};
