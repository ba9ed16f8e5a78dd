import { z } from 'zod';
import { ROLES } from '../people/permissions.ts';

/** The file that starts a real programme: docs/programme.example.json shows one. */

const Name = z.string().trim().min(2, 'is 2 to 100 characters').max(100, 'is 2 to 100 characters');

const ProgrammeSetup = z.strictObject({
  programme: Name,
  pilots: z
    .array(
      z.strictObject({
        name: Name,
        theme: z.string().trim().min(2, 'is 2 to 200 characters').max(200, 'is 2 to 200 characters'),
        localities: z
          .array(
            z.strictObject({
              name: Name,
              prefix: z.string().regex(/^[A-Z]{2,4}$/u, 'is 2 to 4 capital letters, as in WAK-12'),
              ledBy: Name,
              organisations: z
                .array(
                  z.strictObject({
                    name: Name,
                    kind: z.enum(['school', 'service', 'trust', 'charity', 'partnership', 'adviser', 'university', 'other']),
                  }),
                )
                .default([]),
            }),
          )
          .min(1, 'name at least one locality'),
      }),
    )
    .min(1, 'name at least one pilot'),
  people: z.array(
    z.strictObject({
      post: Name,
      email: z.string().trim().toLowerCase().pipe(z.email('is an e-mail address')),
      role: z.enum(ROLES),
      /** The name of a locality, or of a pilot; the whole programme when neither is given. */
      locality: z.string().trim().optional(),
      pilot: z.string().trim().optional(),
    }),
  ),
});
export type ProgrammeSetup = z.infer<typeof ProgrammeSetup>;

// What can be read of a file that is not right yet, so that what its parts say of each other is checked at the same time.
const word = z.string().trim().catch('');
const listOf = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const Readable = z.object({
  pilots: listOf(
    z.object({
      name: word,
      localities: listOf(z.object({ name: word, prefix: word, organisations: listOf(z.object({ name: word })) })),
    }),
  ),
  people: listOf(z.object({ email: word, role: word, locality: word, pilot: word })),
});

const twice = (what: string, names: string[]) => {
  const seen = new Set<string>();
  const again = names.filter((name) => name !== '' && (seen.has(name.toLowerCase()) || !seen.add(name.toLowerCase())));
  return [...new Set(again)].map((name) => `${what} “${name}” is there twice`);
};

const acrossParts = ({ pilots, people }: z.infer<typeof Readable>): string[] => {
  const localities = pilots.flatMap((pilot) => pilot.localities);
  const isPilot = (name: string) => pilots.some((pilot) => pilot.name === name);
  const isLocality = (name: string) => localities.some((locality) => locality.name === name);
  return [
    ...twice(
      'pilots: the pilot',
      pilots.map(({ name }) => name),
    ),
    ...twice(
      'pilots: the locality',
      localities.map(({ name }) => name),
    ),
    ...twice(
      'pilots: the prefix',
      localities.map(({ prefix }) => prefix),
    ),
    ...localities.flatMap(({ name, organisations }) =>
      twice(
        `pilots: in ${name}, the organisation`,
        organisations.map((organisation) => organisation.name),
      ),
    ),
    ...twice(
      'people: the address',
      people.map(({ email }) => email),
    ),
    ...people.flatMap(({ role, locality, pilot }, at) => {
      const say = (wrong: boolean, problem: string) => (wrong ? [`people[${at}]: ${problem}`] : []);
      return [
        ...say(locality !== '' && !isLocality(locality), `there is no locality “${locality}” in this file`),
        ...say(pilot !== '' && !isPilot(pilot), `there is no pilot “${pilot}” in this file`),
        ...say(locality !== '' && pilot !== '', 'name a locality or a pilot, not both'),
        ...say((role === 'lead' || role === 'partner') && locality === '', `a ${role} needs a locality`),
        ...say(
          role === 'administrator' && locality + pilot !== '',
          'an administrator is for the whole programme: name no locality or pilot',
        ),
      ];
    }),
    ...(people.some(({ role }) => role === 'administrator') ? [] : ['people: at least one is an administrator, who can invite the others']),
  ];
};

/** Refuses with every problem at once. */
export const refuse = (problems: string[]): never => {
  throw new Error(`Nothing was set up. Put this right in the file:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
};

const pathOf = (path: PropertyKey[]) =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`)).join('');

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse([`it is no JSON: ${(error as Error).message}`]);
  }
};

/**
 * Reads the file's text.
 * @throws Error with every problem at once
 */
export const readSetup = (text: string): ProgrammeSetup => {
  const json = parsed(text);
  const strict = ProgrammeSetup.safeParse(json);
  const readable = Readable.safeParse(json);
  const problems = [
    ...(strict.error?.issues ?? []).map(({ path, message }) => `${path.length > 0 ? `${pathOf(path)}: ` : ''}${message}`),
    ...(readable.success ? acrossParts(readable.data) : []),
  ];
  return strict.success && problems.length === 0 ? strict.data : refuse(problems);
};
