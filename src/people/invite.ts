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
const MOST_INVITED = 50;

export type Line = { number: number; post: string; organisation: string; role: RoleName; email: string | null };

/** What people call a role → the role. */
export const ROLE_WORDS: Record<string, RoleName> = {
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

/** The cells of one line: tabs or semicolons part them where there are any, else commas. */
const cellsOf = (row: string) =>
  row
    .split(/[;\t]/u.test(row) ? /[;\t]/u : /,/u)
    .map((cell) => cell.trim().replaceAll(/^"|"$/gu, ''))
    .filter((cell) => cell !== '');

/** Posts and organisations have commas in them ("Police, Wakefield"): the organisation is the longest ending that is one. */
const parted = (cells: string[], isOrganisation: (name: string) => boolean): { post: string; organisation: string } => {
  const ends = cells.map((_, from) => from).slice(1);
  const at = ends.find((from) => isOrganisation(cells.slice(from).join(', '))) ?? 1;
  return { post: cells.slice(0, at).join(', '), organisation: cells.slice(at).join(', ') };
};

/**
 * Reads a pasted list: tabs, semicolons or commas between the columns, an address optional, a role "partner" when none is given.
 * @param organisations the names that there are in the place
 * @returns the lines, or what is wrong with each by its number
 */
export const readList = (text: string, organisations: readonly string[]): { lines: Line[]; problems: string[] } => {
  const known = new Set(organisations.map((name) => name.toLowerCase()));
  const isOrganisation = (name: string) => known.has(name.toLowerCase());
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
    const cells = cellsOf(row);
    const email = cells.find((cell) => cell.includes('@'))?.toLowerCase() ?? null;
    const words = cells.filter((cell) => !cell.includes('@'));
    const last = words.at(-1) ?? '';
    const named = ROLE_WORDS[last.toLowerCase()];
    // What follows an organisation can only be meant as a role.
    const misnamed =
      !named && words.length > 2 && !isOrganisation(parted(words, isOrganisation).organisation)
        ? isOrganisation(parted(words.slice(0, -1), isOrganisation).organisation)
        : false;
    const role = named ?? (misnamed ? undefined : 'partner');
    const { post, organisation } = parted(named || misnamed ? words.slice(0, -1) : words, isOrganisation);
    const say = (problem: string) => problems.push(`Line ${number}: ${problem}`);
    if (post.length < 2 || post.length > 100) say('a post or name has 2 to 100 characters.');
    if (pupilIdentifier(row))
      say("this looks as if it has a pupil's number or date of birth in it. Only adults who work here are invited.");
    if (!organisation) say('the organisation is missing: post or name, organisation, role, address.');
    if (!role) say(`“${last}” is no role. Use partner, lead or coordinator.`);
    if (email && !ADDRESS.test(email)) say(`“${email}” is no e-mail address.`);
    const key = email ?? `${post.toLowerCase()}|${organisation.toLowerCase()}`;
    if (seen.has(key)) say(`the same person is on line ${seen.get(key)}.`);
    seen.set(key, number);
    if (role) lines.push({ number, post, organisation, role, email });
  }
  return { lines, problems };
};

/** The organisations that somebody invited to a place can belong to: its own, and the programme's. */
export const organisationsAt = (tx: Tx, { localityId }: Pick<Place, 'localityId'>): Promise<{ id: string; name: string }[]> =>
  tx.organisation.findMany({ where: { OR: [{ localityId }, { localityId: null }] }, select: { id: true, name: true } });

/** At most three names that may have been meant, the nearest first, in quotation marks. */
export const nearest = (name: string, names: string[]) =>
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
  organisations: { id: string; name: string }[],
): Promise<{ invited: Invited[] } | { problems: string[] }> => {
  const byName = new Map(organisations.map((organisation) => [organisation.name.toLowerCase(), organisation]));
  const known = await tx.person.findMany({
    where: { email: { in: lines.flatMap(({ email }) => email ?? []) } },
    select: { id: true, post: true, email: true, leftOn: true, roles: { select: { role: true, scopeId: true, to: true } } },
  });
  const from = new Date(`${today.toString()}T00:00:00Z`);
  /** Held today or from a later day on: a role with an end to come is as good as any. */
  const isHeld = ({ to }: { to: Date | null }) => to === null || to >= from;
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
        person.roles.some((held) => isHeld(held) && !(held.scopeId === place.localityId && grantable.includes(held.role as RoleName))))
    ) {
      found.push(`Line ${line.number}: this address is known elsewhere in the programme. Ask an administrator to invite them.`);
    }
    return found;
  });
  if (problems.length > 0) return { problems };

  const at = new Date(now.epochMilliseconds);
  const invited: Invited[] = [];
  for (const line of lines) {
    const organisation = byName.get(line.organisation.toLowerCase()) as { id: string; name: string };
    const person = byEmail.get(line.email);
    const personId = person?.id ?? core.newId();
    if (!person) await tx.person.create({ data: { id: personId, post: line.post, email: line.email, organisationId: organisation.id } });
    if (!person?.roles.some((held) => held.role === line.role && held.scopeId === place.localityId && isHeld(held))) {
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
