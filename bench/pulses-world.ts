import type { Db } from '../src/db/client.ts';
import { TEAM } from '../tests/support/world.ts';

/** Whom the benchmark's pulses ask: everybody of two localities, and the headteachers of a programme as large as England. Nothing in it is thrown. */

/** One in so many of those who answer over HTTP writes a comment. */
export const COMMENTS = 5;
/** What is done as fast as can be before everybody answers: readings and answers to be rid of the first slow ones, then at most so many of each. */
export const FAST = { warmUp: 100, readings: 800, answers: 400 };

const id = (kind: string, key: string) => `md5('pulse ${kind} ' || ${key})::uuid`;
const run = async (db: Db, statements: readonly string[]) => {
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};

/** Slack's user id of the nth respondent, from 1: none of the leads' (world.ts). */
const USER = `'U5' || lpad(n::text, 7, '0')`;

/** Adds so many people to each of some localities of their own, ten to an organisation. They hold a role of people who work all year: any day will do. */
export const buildRespondents = async (db: Db, localities: readonly number[]): Promise<void> => {
  const sizes = `unnest(array[${localities.join()}]) with ordinality as z (size, i)`;
  const people = `(select i, s, row_number() over (order by i, s) as n from ${sizes}, generate_series(1, size) as s) as people`;
  const organisation = id('organisation', `i || '-' || ceil(s / 10.0)`);
  await run(db, [
    `insert into pilot (id, programme_id, name, theme, position) select ${id('pilot', `''`)}, id, 'Pulses', 'Benchmark', 98 from programme limit 1`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position)
     select ${id('locality', 'i')}, ${id('pilot', `''`)}, 'Asked place ' || i, 'Q' || i, 'council', i from ${sizes}`,
    `insert into organisation (id, locality_id, name, kind) select distinct ${organisation}, ${id('locality', 'i')}, 'Service ' || ceil(s / 10.0), 'service' from ${people}`,
    `insert into person (id, post, organisation_id) select ${id('person', 'n')}, 'Respondent ' || n, ${organisation} from ${people}`,
    `insert into identity (id, person_id, platform, tenant, "user", linked_at, how)
     select ${id('identity', 'n')}, ${id('person', 'n')}, 'slack', '${TEAM}', ${USER}, now(), 'code' from ${people}`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from")
     select ${id('role', 'n')}, ${id('person', 'n')}, 'lead', 'locality', ${id('locality', 'i')}, '2020-01-01' from ${people}`,
    'analyze',
  ]);
};

/** The localities and those who are asked in one of them, in their order. */
export const respondentsIn = async (
  db: Db,
  position: number,
): Promise<{ locality: string; people: { user: string; personId: string }[] }> => {
  const locality = await db.locality.findFirstOrThrow({ where: { pilot: { name: 'Pulses' }, position } });
  const people = await db.identity.findMany({
    where: { platform: 'slack', tenant: TEAM, person: { organisation: { localityId: locality.id } } },
    orderBy: { user: 'asc' },
  });
  return { locality: locality.id, people: people.map(({ user, personId }) => ({ user, personId })) };
};

/** The schools of nine real areas: Rochdale, Coventry, Wakefield, Wiltshire, Ealing, Milton Keynes, Sheffield, Surrey, North of Tyne. */
const SCHOOLS = [83, 116, 131, 284, 93, 110, 183, 400, 365];

export type Country = { /** Each has nine localities. */ pilots: number };
export const COUNTRY: Country = { pilots: 17 };
export const localitiesOf = ({ pilots }: Country) => pilots * SCHOOLS.length;
export const schoolsOf = ({ pilots }: Country) => pilots * SCHOOLS.reduce((sum, size) => sum + size, 0);

/** Fills an empty database with a programme of headteachers, one to a school. At the turn of the year one in 33 is another person. */
export const buildCountry = async (db: Db, { pilots }: Country): Promise<void> => {
  const localities = `(select p, (p - 1) * ${SCHOOLS.length} + i as n, size
    from generate_series(1, ${pilots}) as p, unnest(array[${SCHOOLS.join()}]) with ordinality as z (size, i)) as localities`;
  const schools = `${localities}, generate_series(1, size) as s`;
  const key = `n || '-' || s`;
  const person = id('person', `${key} || '-' || who`);
  const heads = `${schools}, (values ('first'), ('next')) as h (who) where who = 'first' or s % 33 = 0`;
  await run(db, [
    `insert into programme (id, name) values (${id('programme', `''`)}, 'A large programme')`,
    `insert into pilot (id, programme_id, name, theme, position) select ${id('pilot', 'p')}, ${id('programme', `''`)}, 'Pilot ' || p, 'Benchmark', p from generate_series(1, ${pilots}) as p`,
    `insert into locality (id, pilot_id, name, prefix, led_by, position) select ${id('locality', 'n')}, ${id('pilot', 'p')}, 'Place ' || n, 'P' || n, 'council', n from ${localities}`,
    `insert into organisation (id, locality_id, name, kind, phase)
     select ${id('organisation', key)}, ${id('locality', 'n')}, 'School ' || s || ' of place ' || n, 'school', case when s % 20 = 0 then 'special' when s % 5 = 0 then 'secondary' else 'primary' end from ${schools}`,
    `insert into person (id, post, organisation_id) select ${person}, 'Headteacher', ${id('organisation', key)} from ${heads}`,
    `insert into role (id, person_id, role, scope_kind, scope_id, "from", "to")
     select ${id('role', `${key} || '-' || who`)}, ${person}, 'partner', 'locality', ${id('locality', 'n')},
       case when who = 'next' then date '2027-01-01' else date '2020-01-01' end, case when who = 'first' and s % 33 = 0 then date '2026-12-31' end from ${heads}`,
    'analyze',
  ]);
};
