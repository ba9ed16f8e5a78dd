import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { CODE_DAYS, hashCode, newCode } from '../people/linking.ts';
import { loadBank } from '../pulses/bank.ts';
import { readCriteria } from './format.ts';
import { type ProgrammeSetup, refuse } from './setup-file.ts';

/**
 * Starts a real programme from a file. What is there already stays as it is and what is new is added, so the same file again
 * changes nothing, and a longer one adds to it. Every administrator in it gets a fresh code each time: whoever runs the server
 * can always let one in.
 */

type Context = Pick<Core, 'now' | 'newId' | 'secret'> & { tx: Tx };
type Invited = { code: string; post: string; email: string; role: string; scope: string };

/** How many rows of each kind were added. */
type Added = { pilots: number; localities: number; organisations: number; people: number };

const findProgramme = async ({ tx, newId }: Context, name: string): Promise<string> => {
  const other = await tx.programme.findFirst({ where: { name: { not: name } } });
  if (other) refuse([`programme: this database holds the programme “${other.name}”, and it holds only one`]);
  // Two of these may run at once: the second waits here until the first has ended.
  await tx.programme.createMany({ data: [{ id: newId(), name }], skipDuplicates: true });
  return (await tx.programme.findUniqueOrThrow({ where: { name } })).id;
};

const addCriteria = async ({ tx, newId }: Context): Promise<void> => {
  if ((await tx.criterion.count()) > 0) return;
  for (const [at, { name, questions }] of readCriteria().entries()) {
    const criterionId = newId();
    await tx.criterion.create({ data: { id: criterionId, name, position: at + 1 } });
    await tx.criterionQuestion.createMany({
      data: questions.map((text, position) => ({ id: newId(), criterionId, position: position + 1, text })),
    });
  }
};

/** Pilots, localities and organisations. @returns the ids by name, and what was added */
const addPlaces = async ({ tx, newId }: Context, programmeId: string, { pilots }: ProgrammeSetup, added: Added) => {
  const pilotIds = new Map((await tx.pilot.findMany({ where: { programmeId } })).map(({ name, id }) => [name, id]));
  const known = await tx.locality.findMany();
  const localityIds = new Map(known.map(({ name, id }) => [name, id]));
  const problems: string[] = [];
  for (const pilot of pilots) {
    const pilotId = pilotIds.get(pilot.name) ?? newId();
    if (!pilotIds.has(pilot.name)) {
      await tx.pilot.create({ data: { id: pilotId, programmeId, name: pilot.name, theme: pilot.theme, position: pilotIds.size + 1 } });
      pilotIds.set(pilot.name, pilotId);
      added.pilots += 1;
    }
    for (const { name, prefix, ledBy, organisations } of pilot.localities) {
      const there = known.find((locality) => locality.name === name);
      const taken = known.find((locality) => locality.prefix === prefix && locality.name !== name);
      if (taken) problems.push(`pilots: the prefix ${prefix} belongs to ${taken.name}`);
      else if (there && there.prefix !== prefix) problems.push(`pilots: ${name} is there already, with the prefix ${there.prefix}`);
      if (there && there.pilotId !== pilotId) problems.push(`pilots: ${name} is there already, in another pilot`);
      if (problems.length > 0) continue;
      const localityId = there?.id ?? newId();
      if (!there) {
        await tx.locality.create({ data: { id: localityId, pilotId, name, prefix, ledBy, position: localityIds.size + 1 } });
        localityIds.set(name, localityId);
        added.localities += 1;
      }
      const { count } = await tx.organisation.createMany({
        data: organisations.map((organisation) => ({ id: newId(), localityId, ...organisation })),
        skipDuplicates: true,
      });
      added.organisations += count;
    }
  }
  return { pilotIds, localityIds, problems };
};

/** A fresh code for somebody; older ones that nobody used stop working. */
const makeCode = async ({ tx, now, newId, secret }: Context, personId: string, createdById: string, role: string): Promise<string> => {
  const at = new Date(now().epochMilliseconds);
  const code = newCode();
  await tx.invitation.updateMany({ where: { personId, usedAt: null, burntAt: null }, data: { burntAt: at } });
  await tx.invitation.create({
    data: {
      id: newId(),
      personId,
      codeHash: hashCode(secret, code),
      createdAt: at,
      createdById,
      expiresAt: new Date(now().add({ hours: CODE_DAYS * 24 }).epochMilliseconds),
    },
  });
  await tx.auditEvent.create({
    data: { id: newId(), at, what: 'person.invited', subjectKind: 'person', subjectId: personId, detail: { role, by: 'setup' } },
  });
  return code;
};

type Places = { programmeId: string; pilotIds: Map<string, string>; localityIds: Map<string, string> };

const scopeOf = ({ locality, pilot }: ProgrammeSetup['people'][number], places: Places) => {
  if (locality) return { scopeKind: 'locality', scopeId: places.localityIds.get(locality) as string };
  if (pilot) return { scopeKind: 'pilot', scopeId: places.pilotIds.get(pilot) as string };
  return { scopeKind: 'programme', scopeId: places.programmeId };
};

/** Whoever is new, with a role and a code; of the others only the administrators, with a code. */
const addPeople = async (context: Context, setup: ProgrammeSetup, places: Places, added: Added) => {
  const { tx, now, newId } = context;
  const today = new Date(`${dayIn(now())}T00:00:00Z`);
  const known = await tx.person.findMany({
    where: { email: { in: setup.people.map(({ email }) => email) } },
    select: { id: true, post: true, email: true, leftOn: true, roles: { select: { role: true, scopeId: true, to: true } } },
  });
  const people = setup.people.map((person) => {
    const there = known.find(({ email }) => email === person.email);
    return { ...person, there, id: there?.id ?? newId() };
  });
  const administrators = people.filter(({ role }) => role === 'administrator');
  const problems = administrators.flatMap(({ there, email }) => {
    const isOne = there?.roles.some(
      ({ role, scopeId, to }) => role === 'administrator' && scopeId === places.programmeId && (to === null || to >= today),
    );
    const leftOn = there?.leftOn ?? null;
    const hasLeft = leftOn !== null && leftOn <= today;
    return there && (hasLeft || !isOne)
      ? [`people: ${email} is known here already, and is no administrator now: name another address`]
      : [];
  });
  const invited: Invited[] = [];
  if (problems.length > 0) return { problems, invited };
  for (const person of people) {
    const { id, there, post, email, role } = person;
    if (there && role !== 'administrator') continue;
    if (!there) {
      await tx.person.create({ data: { id, post, email } });
      await tx.role.create({ data: { id: newId(), personId: id, role, ...scopeOf(person, places), from: today } });
      added.people += 1;
    }
    const code = await makeCode(context, id, administrators[0]?.id as string, role);
    invited.push({ code, post: there?.post ?? post, email, role, scope: person.locality ?? person.pilot ?? 'the whole programme' });
  }
  return { problems, invited };
};

const NOUNS: Record<keyof Added, [one: string, more: string]> = {
  pilots: ['pilot', 'pilots'],
  localities: ['locality', 'localities'],
  organisations: ['organisation', 'organisations'],
  people: ['person', 'people'],
};

const told = (name: string, added: Added, invited: Invited[], bare: string[]): string => {
  const counts = (Object.keys(NOUNS) as (keyof Added)[])
    .filter((kind) => added[kind] > 0)
    .map((kind) => `${added[kind]} ${NOUNS[kind][added[kind] === 1 ? 0 : 1]}`);
  const width = Math.max(...invited.map(({ post }) => post.length));
  return [
    counts.length > 0 ? `${name} is set up. Added: ${counts.join(', ')}.` : `${name} was there already, and stays as it is.`,
    ...bare.map((locality) => `Nobody can be invited to ${locality} yet: name its organisations in the file and run this again.`),
    '',
    `Give each person their code. They send the bot: join CODE, in a direct message. A code works once, for ${CODE_DAYS} days; you see it only now.`,
    '',
    ...invited.map(({ code, post, email, role, scope }) => `${code}  ${post.padEnd(width)}  ${email}  ${role} for ${scope}`),
  ].join('\n');
};

/**
 * Writes the programme in the caller's transaction, which must end when this throws.
 * @returns what to print, with the codes in it: never log it
 * @throws Error with every problem at once
 */
export const setUp = async (context: Context, setup: ProgrammeSetup): Promise<string> => {
  const added: Added = { pilots: 0, localities: 0, organisations: 0, people: 0 };
  const programmeId = await findProgramme(context, setup.programme);
  await addCriteria(context);
  await loadBank({ tx: context.tx, now: context.now() }); // its questions belong to the criteria
  const { problems, ...ids } = await addPlaces(context, programmeId, setup, added);
  const people = problems.length > 0 ? { problems: [], invited: [] } : await addPeople(context, setup, { programmeId, ...ids }, added);
  if (problems.length + people.problems.length > 0) refuse([...problems, ...people.problems]);
  const bare = await context.tx.locality.findMany({ where: { organisations: { none: {} } }, orderBy: { position: 'asc' } });
  return told(
    setup.programme,
    added,
    people.invited,
    bare.map(({ name }) => name),
  );
};
