import { distance } from 'fastest-levenshtein';
import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from './actor.ts';
import type { Place } from './directory.ts';
import { pupilIdentifier } from './identifiers.ts';
import { CODE_DAYS, hashCode, newCode } from './linking.ts';
import { mayGrant, type RoleName } from './permissions.ts';

/** Inviting people: one line each, "post or name, organisation, role, address"; nothing is written unless every line is right. */

/** The most people in one paste; more come by import. */
export const MOST_INVITED = 50;

export type Line = { number: number; post: string; organisation: string; role: RoleName; email: string | null };

/** What people call a role → the role. */
const ROLE_WORDS: Record<string, RoleName> = {
  partner: 'partner',
  head: 'partner',
  headteacher: 'partner',
  lead: 'lead',
  'pilot lead': 'lead',
  coordinator: 'coordinator',
  'co-ordinator': 'coordinator',
  adviser: 'adviser',
  advisor: 'adviser',
  evaluator: 'evaluator',
  administrator: 'administrator',
  admin: 'administrator',
};

const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/u;

/**
 * Reads a pasted list: commas, semicolons or tabs between the columns, an address optional, a role "partner" when none is given.
 * @returns the lines, or what is wrong with each by its number
 */
export const readList = (text: string): { lines: Line[]; problems: string[] } => {
  const lines: Line[] = [];
  const problems: string[] = [];
  const rows = text
    .split(/\r?\n/u)
    .map((row, index) => ({ row: row.trim(), number: index + 1 }))
    .filter(({ row }) => row !== '');
  if (rows.length === 0) problems.push('Write one person a line: post or name, organisation, role, address.');
  if (rows.length > MOST_INVITED) problems.push(`At most ${MOST_INVITED} people at once; this is ${rows.length}.`);
  const seen = new Map<string, number>();
  for (const { row, number } of rows) {
    const cells = row.split(/\s*[,;\t]\s*/u).map((cell) => cell.trim());
    const email = cells.find((cell) => cell.includes('@'))?.toLowerCase() ?? null;
    const [post = '', organisation = '', roleWord = 'partner', ...rest] = cells.filter((cell) => !cell.includes('@') && cell !== '');
    const role = ROLE_WORDS[roleWord.toLowerCase()];
    const say = (problem: string) => problems.push(`Line ${number}: ${problem}`);
    if (post.length < 2 || post.length > 100) say('a post or name has 2 to 100 characters.');
    if (pupilIdentifier(row))
      say("this looks as if it has a pupil's number or date of birth in it. Only adults who work here are invited.");
    if (!organisation) say('the organisation is missing: post or name, organisation, role, address.');
    if (!role) say(`“${roleWord}” is no role. Use partner, lead or coordinator.`);
    if (rest.length > 0) say('there are more than four columns.');
    if (email && !ADDRESS.test(email)) say(`“${email}” is no e-mail address.`);
    const key = email ?? `${post.toLowerCase()}|${organisation.toLowerCase()}`;
    if (seen.has(key)) say(`the same person is on line ${seen.get(key)}.`);
    seen.set(key, number);
    if (role) lines.push({ number, post, organisation, role, email });
  }
  return { lines, problems };
};

const nearest = (name: string, names: string[]) =>
  names
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(3, candidate.length / 3) || candidate.toLowerCase().includes(name.toLowerCase()))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => `“${candidate}”`);

export type Invited = { post: string; organisation: string; role: RoleName; email: string | null; code: string };

/**
 * Invites everybody on the list to a locality and makes their codes, or says what is wrong and writes nothing.
 * A person whose address is known keeps their post and gets a new code; their older unused codes are burnt.
 */
export const invite = async (
  { core, tx, now, today }: { core: Core; tx: Tx; now: Temporal.Instant; today: Temporal.PlainDate },
  actor: Actor,
  place: Place,
  lines: Line[],
): Promise<{ invited: Invited[] } | { problems: string[] }> => {
  const organisations = await tx.organisation.findMany({
    where: { OR: [{ localityId: place.localityId }, { localityId: null }] },
    select: { id: true, name: true },
  });
  const byName = new Map(organisations.map((organisation) => [organisation.name.toLowerCase(), organisation]));
  const known = await tx.person.findMany({
    where: { email: { in: lines.flatMap(({ email }) => email ?? []) } },
    select: { id: true, post: true, email: true, leftOn: true, roles: { select: { role: true, scopeId: true, to: true } } },
  });
  const byEmail = new Map(known.map((person) => [person.email, person]));
  const grantable = mayGrant(actor, place);
  const problems = lines.flatMap((line) => {
    const found: string[] = [];
    if (!grantable.includes(line.role))
      found.push(`Line ${line.number}: you cannot give the role ${line.role} here. You can give: ${grantable.join(', ')}.`);
    if (!byName.has(line.organisation.toLowerCase())) {
      const near = nearest(
        line.organisation,
        organisations.map(({ name }) => name),
      );
      found.push(
        `Line ${line.number}: ${place.locality} has no organisation “${line.organisation}”.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''}`,
      );
    }
    const person = byEmail.get(line.email);
    // A code makes whoever has it that person: so only for people all of whose roles the inviter could have given.
    if (
      person &&
      (person.leftOn ||
        person.roles.some(
          ({ role, scopeId, to }) => to === null && !(scopeId === place.localityId && grantable.includes(role as RoleName)),
        ))
    ) {
      found.push(`Line ${line.number}: this address is known elsewhere in the programme. Ask an administrator to invite them.`);
    }
    return found;
  });
  if (problems.length > 0) return { problems };

  const at = new Date(now.epochMilliseconds);
  const from = new Date(`${today.toString()}T00:00:00Z`);
  const invited: Invited[] = [];
  for (const line of lines) {
    const organisation = byName.get(line.organisation.toLowerCase()) as { id: string; name: string };
    const person = byEmail.get(line.email);
    const personId = person?.id ?? core.newId();
    if (!person) await tx.person.create({ data: { id: personId, post: line.post, email: line.email, organisationId: organisation.id } });
    if (!person?.roles.some(({ role, scopeId, to }) => role === line.role && scopeId === place.localityId && to === null)) {
      await tx.role.create({
        data: {
          id: core.newId(),
          personId,
          role: line.role,
          scopeKind: 'locality',
          scopeId: place.localityId,
          from,
          grantedById: actor.personId,
        },
      });
    }
    await tx.invitation.updateMany({ where: { personId, usedAt: null, burntAt: null }, data: { burntAt: at } });
    const code = newCode();
    await tx.invitation.create({
      data: {
        id: core.newId(),
        personId,
        codeHash: hashCode(core.secret, code),
        createdAt: at,
        createdById: actor.personId,
        expiresAt: new Date(now.add({ hours: CODE_DAYS * 24 }).epochMilliseconds),
      },
    });
    await tx.auditEvent.create({
      data: {
        id: core.newId(),
        at,
        personId: actor.personId,
        what: 'person.invited',
        subjectKind: 'person',
        subjectId: personId,
        detail: { role: line.role, localityId: place.localityId },
      },
    });
    invited.push({ post: person?.post ?? line.post, organisation: organisation.name, role: line.role, email: line.email, code });
  }
  return { invited };
};
