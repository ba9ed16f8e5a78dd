import { createHmac, hkdfSync, randomInt } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { tell } from './notices.ts';

/**
 * Linking an account to a person: by an address that a configured workspace or tenant vouches for, or by a code.
 * Every link is told to the person's other accounts and to the coordinators of their scope.
 */

type Account = { platform: 'slack' | 'teams' | 'web'; tenant: string; user: string };

/** How long a code works, in days. */
export const CODE_DAYS = 14;
/** Wrong codes that one account may try in an hour. */
const MOST_TRIES = 5;
/** Letters that cannot be mistaken for one another (Crockford's base 32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new code, 50 bits, in two groups of five: said over the telephone without mistakes. */
export const newCode = () => {
  const letters = Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
};

/** What is kept of a code: a keyed hash, so that a copy of the database is of no use for guessing. */
export const hashCode = (secret: Uint8Array, code: string) => {
  const read = code
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/gu, '1')
    .replaceAll(/[^0-9A-Z]/gu, '');
  return createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', 'common-cause invitation codes v1', 32)))
    .update(read)
    .digest('base64url');
};

const asDate = (day: string) => new Date(`${day}T00:00:00Z`);
/** As in `findActor`: from the day they leave, somebody is nobody. */
const hasLeft = ({ leftOn }: { leftOn: Date | null }, now: Temporal.Instant) => leftOn !== null && leftOn <= asDate(dayIn(now).toString());

type Linked = { personId: string; post: string; email: string | null };

const coordinatorsOf = (tx: Tx, personId: string, today: string) => tx.$queryRaw<{ id: string; email: string | null }[]>`
  select distinct c.id, c.email
  from role mine
    left join locality l on mine.scope_kind = 'locality' and l.id = mine.scope_id
    left join pilot p on p.id = l.pilot_id
    join role r on r.role = 'coordinator' and r.scope_id in (mine.scope_id, l.pilot_id, p.programme_id)
    join person c on c.id = r.person_id
  where mine.person_id = ${personId}::uuid and c.id <> ${personId}::uuid and (c.left_on is null or c.left_on > ${today}::date)
    and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date)`;

const PLATFORM_WORDS = { slack: 'Slack', teams: 'Microsoft Teams', web: 'web' } as const;

const link = async (core: Core, tx: Tx, account: Account, person: Linked, how: 'email' | 'code', now: Temporal.Instant) => {
  const at = new Date(now.epochMilliseconds);
  const today = dayIn(now).toString();
  // Whoever has left and comes back in a new post brings the same account: it is theirs to link anew.
  await tx.identity.deleteMany({
    where: { platform: account.platform, tenant: account.tenant, user: account.user, person: { leftOn: { lte: asDate(today) } } },
  });
  await tx.identity.create({
    data: {
      id: core.newId(),
      personId: person.personId,
      platform: account.platform,
      tenant: account.tenant,
      user: account.user,
      linkedAt: at,
      how,
    },
  });
  await tx.auditEvent.create({
    data: {
      id: core.newId(),
      at,
      personId: person.personId,
      what: 'identity.linked',
      subjectKind: 'person',
      subjectId: person.personId,
      detail: { platform: account.platform, how },
    },
  });
  const words = PLATFORM_WORDS[account.platform];
  await tell(
    core,
    tx,
    { id: person.personId, email: person.email },
    {
      title: `A ${words} account was linked to you as ${person.post}`,
      parts: [{ type: 'text', text: 'If this was you, there is nothing to do. If it was not, tell your coordinator today.' }],
    },
    account,
  );
  for (const coordinator of await coordinatorsOf(tx, person.personId, today)) {
    await tell(core, tx, coordinator, {
      title: `${person.post} is linked on ${words}`,
      parts: [{ type: 'text', text: 'If you do not expect this, write to your administrator. There is nothing else to do.' }],
    });
  }
};

/**
 * Who has the address that an account's own workspace or tenant vouches for.
 * The caller has made sure that the tenant is a configured one and that the account is no guest, bot or outside user.
 * Outside the demonstration, administrators and evaluators always link by code.
 */
export const personByAddress = async (
  core: Core,
  tx: Tx,
  address: string,
  now: Temporal.Instant,
): Promise<{ id: string; post: string; email: string | null } | undefined> => {
  const email = address.trim().toLowerCase();
  const domain = email.split('@')[1];
  if (!domain || !core.config.trustedEmailDomains.includes(domain)) return undefined;
  const person = await tx.person.findUnique({
    where: { email },
    select: { id: true, post: true, email: true, leftOn: true, roles: { select: { role: true } } },
  });
  if (!person || hasLeft(person, now)) return undefined;
  if (!core.config.demo && person.roles.some(({ role }) => role === 'administrator' || role === 'evaluator')) return undefined;
  return person;
};

/**
 * Links an account by that address.
 * @returns whether it is linked now
 */
export const linkByAddress = async (core: Core, tx: Tx, account: Account, address: string, now: Temporal.Instant): Promise<boolean> => {
  const person = await personByAddress(core, tx, address, now);
  if (!person) return false;
  await link(core, tx, account, { personId: person.id, post: person.post, email: person.email }, 'email', now);
  return true;
};

/** What became of a code. `tooMany`, `wrong` are saved as tries: the caller commits, then says so. */
export type Joined = { kind: 'linked'; post: string } | { kind: 'wrong' } | { kind: 'tooMany' };

/** Links an account by its code, or counts the try. */
export const linkByCode = async (core: Core, tx: Tx, account: Account, code: string, now: Temporal.Instant): Promise<Joined> => {
  const by = hashCode(core.secret, JSON.stringify([account.platform, account.tenant, account.user]));
  const at = new Date(now.epochMilliseconds);
  const tries = await tx.attempt.count({ where: { kind: 'join', by, at: { gt: new Date(now.subtract({ hours: 1 }).epochMilliseconds) } } });
  if (tries >= MOST_TRIES) return { kind: 'tooMany' };
  const codeHash = hashCode(core.secret, code);
  // One statement takes the code, so that two accounts cannot both have it.
  const { count } = await tx.invitation.updateMany({
    where: { codeHash, usedAt: null, burntAt: null, expiresAt: { gt: at } },
    data: { usedAt: at },
  });
  if (count === 0) {
    await tx.attempt.create({ data: { id: core.newId(), kind: 'join', by, at } });
    return { kind: 'wrong' };
  }
  const { person } = await tx.invitation.findUniqueOrThrow({
    where: { codeHash },
    select: { person: { select: { id: true, post: true, email: true, leftOn: true } } },
  });
  if (hasLeft(person, now)) throw new UserError('This code is for a post that has ended. Ask your coordinator for a new one.');
  await link(core, tx, account, { personId: person.id, post: person.post, email: person.email }, 'code', now);
  return { kind: 'linked', post: person.post };
};

/** A code that others could read is of no more use to anybody. */
export const burnCode = async (core: Core, tx: Tx, code: string, now: Temporal.Instant) => {
  const at = new Date(now.epochMilliseconds);
  const { count } = await tx.invitation.updateMany({
    where: { codeHash: hashCode(core.secret, code), usedAt: null, burntAt: null },
    data: { burntAt: at },
  });
  if (count > 0)
    await tx.auditEvent.create({
      data: { id: core.newId(), at, what: 'invitation.burnt', subjectKind: 'invitation', subjectId: hashCode(core.secret, code) },
    });
};
