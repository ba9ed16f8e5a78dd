import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CADENCES } from '../calendar/periods.ts';
import { ROLES } from '../people/permissions.ts';
import { AssessmentsFile } from './assessment-format.ts';
import { Day, InDays, isoDate } from './day.ts';
import { PlanFile } from './plan-format.ts';
import { RegisterFile } from './register-format.ts';

/** The demonstration programme as it is written down in prisma/demo; that folder's README says what is real in it and what is made up. */

const Key = z.string().regex(/^[a-z0-9]+(\.[a-z0-9]+)*$/, 'is part of an address: a-z, 0-9 and dots');
const PHASES = ['primary', 'secondary', 'special', 'other'] as const;

const Organisation = z.strictObject({
  name: z.string(),
  kind: z.enum(['service', 'trust', 'charity', 'partnership', 'adviser', 'university', 'other']),
});

/** Some of the schools that have a number instead of a name, in their order: filtered, then every n-th, then a slice. */
const SomeSchools = z.strictObject({
  area: z.string().optional(),
  phases: z.array(z.enum(PHASES)).optional(),
  every: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  skip: z.int().min(0).optional(),
  take: z.int().min(1).optional(),
});

const Seeded = z.strictObject({
  /** The first period that has a reading. */
  from: Day,
  /** The value there, and the value reached at the load; a straight line between them. */
  level: z.number(),
  reaches: z.number(),
  /** Standard deviation of the noise around that line, in the KPI's unit. */
  spread: z.number().min(0),
  /** The m of "n of m". */
  of: z.int().min(1).optional(),
  /** The last values, written out. */
  ends: z.array(z.number()).optional(),
  /** The latest period that is due has no reading, so that something waits. */
  waits: z.boolean().default(false),
});

/** A figure of a paper, with the words that carry it. */
const PaperReading = z.strictObject({
  /** A day of the period that it is about. */
  on: isoDate,
  value: z.number().optional(),
  count: z.int().optional(),
  of: z.int().min(1).optional(),
  paper: z.string(),
  section: z.string(),
  words: z.string(),
});

const Kpi = z.strictObject({
  name: z.string(),
  aliases: z.array(z.string()),
  unit: z.string(),
  kind: z.enum(['outcome', 'process']),
  improvement: z.enum(['increase', 'decrease', 'neutral']),
  decimals: z.int().min(0).max(6),
  counts: z.enum(['children', 'schools', 'people', 'other']),
  base: z.enum(['of_each_reading', 'none']),
  cadence: z.enum(CADENCES),
  definition: z.string(),
  source: z.string(),
  /** Position of the criterion, from 1. */
  criterion: z.int().min(1).max(4),
  project: z.string().nullable(),
  /** Keys of people of the locality. */
  owner: Key,
  deputy: Key,
  tolerance: z.number(),
  baseline: z.strictObject({ value: z.number(), date: Day }).nullable(),
  target: z
    .strictObject({ value: z.number(), date: Day, milestones: z.array(z.strictObject({ value: z.number(), date: Day })) })
    .nullable(),
  papers: z.array(PaperReading),
  seeded: Seeded,
});

const LocalityFile = z.strictObject({
  /** First part of its people's addresses. */
  key: Key,
  name: z.string(),
  prefix: z.string().regex(/^[A-Z]{2,4}$/),
  /** Number of the pilot, from 1. */
  pilot: z.int().min(1),
  ledBy: z.string(),
  /** Where the numbers of schools come from. */
  schoolsFrom: z.string(),
  areas: z.array(z.strictObject({ code: z.string(), name: z.string(), schools: z.partialRecord(z.enum(PHASES), z.int().min(0)) })).min(1),
  organisations: z.array(Organisation),
  projects: z.array(
    z.strictObject({
      name: z.string(),
      /** What it shares with projects of other localities: "transition". */
      theme: z.string().optional(),
      theoryOfAction: z.string().nullable(),
      hypothesis: z.string().nullable(),
    }),
  ),
  people: z.array(
    z.strictObject({
      key: Key,
      post: z.string(),
      organisation: z.string(),
      role: z.enum(['lead', 'coordinator', 'partner']),
      /** The last day of the role, of somebody who has left it. */
      until: InDays.optional(),
    }),
  ),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      /** Code of a council area: all of its schools. */
      everySchoolOf: z.string().optional(),
      schools: SomeSchools.optional(),
      organisations: z.array(z.string()).default([]),
      people: z.array(Key).default([]),
    }),
  ),
  takingPart: z.array(
    z.strictObject({ project: z.string(), how: z.enum(['signed_up', 'attended', 'completed']), from: Day, schools: SomeSchools }),
  ),
  kpis: z.array(Kpi),
});

const ProgrammeFile = z.strictObject({
  key: Key,
  name: z.string(),
  zone: z.string(),
  began: isoDate,
  papers: z.record(z.string(), z.strictObject({ title: z.string(), month: z.string(), published: isoDate })),
  pilots: z.array(z.strictObject({ name: z.string(), theme: z.string() })),
  /** Files in localities/ and plans/, in the order they are shown. */
  localities: z.array(Key),
  /** The whole of England, for the published series. */
  nation: z.strictObject({ code: z.string(), name: z.string() }),
  organisations: z.array(Organisation),
  people: z.array(
    z.strictObject({
      key: Key,
      post: z.string(),
      organisation: z.string(),
      role: z.enum(ROLES),
      scope: z.union([z.literal('programme'), z.int().min(1)]).describe('the programme, or the number of a pilot'),
    }),
  ),
});

const CriteriaFile = z.strictObject({
  source: z.string(),
  criteria: z.array(z.strictObject({ name: z.string(), questions: z.array(z.string()) })).length(4),
});

const SchoolsFile = z.strictObject({
  source: z.string(),
  readFrom: z.string(),
  caution: z.string(),
  /** Name of a council area → its schools. */
  areas: z.record(z.string(), z.array(z.strictObject({ name: z.string(), urn: z.string(), phase: z.enum(PHASES) }))),
});

/** A pulse that has closed. Its answers are made up at the load, and only what may be published of them is written. */
const PulseFile = z.strictObject({
  title: z.string(),
  /** Number of the pilot that it asked, from 1: the heads of all schools of its localities. */
  pilot: z.int().min(1),
  opensOn: Day,
  closesOn: Day,
  /** Of src/pulses/bank.ts; `weights`: of a hundred people about so many chose each option, in the order of the scale. */
  questions: z
    .array(z.strictObject({ item: z.string(), version: z.int().min(1), weights: z.array(z.number().min(0)) }))
    .min(1)
    .max(5),
  /** Key of a locality → how many heads answered. */
  answered: z.record(Key, z.int().min(0)),
  /** Key of a locality → comments that are read there: ten or more. */
  comments: z.record(Key, z.array(z.string()).min(10)),
  /** What a coordinator answered. */
  reply: z.strictObject({ by: Key, on: Day, text: z.string().max(1_000) }),
});

const SeriesFile = z.strictObject({
  measure: z.string(),
  unit: z.string(),
  period: z.enum(['week', 'school year']),
  source: z.string(),
  readFrom: z.string(),
  licence: z.string(),
  caution: z.string(),
  /** School year → the day its figures were published, where that is known. */
  published: z.record(z.string(), isoDate),
  /** Points: `2025-W37` or `2023/24` → value. What was suppressed is left out. */
  series: z.array(z.strictObject({ area: z.string(), phase: z.string(), points: z.record(z.string(), z.number()) })),
});

/** The published series, in the order they are shown. A written list: the folder is never read to know. */
const SERIES = [
  'attendance-by-week',
  'absence-of-children-in-need',
  'persistent-absence-of-children-in-need',
  'suspensions',
  'elective-home-education',
];

/** The folder that holds the demonstration programme. */
const DEMO_ROOT = new URL('../../prisma/demo/', import.meta.url);

const reading =
  (root: URL | string) =>
  <T>(file: string, format: z.ZodType<T>): T =>
    format.parse(JSON.parse(readFileSync(typeof root === 'string' ? `${root}/${file}.json` : new URL(`${file}.json`, root), 'utf8')));

/** The evaluation's four criteria with their questions, which a real programme has too. */
export const readCriteria = () => reading(DEMO_ROOT)('criteria', CriteriaFile).criteria;

/**
 * Reads the whole demonstration programme.
 * @param root the folder it is in, as a URL that ends in a slash or as a path
 * @throws ZodError when a file is not in the format above
 */
export const readDemonstration = (root: URL | string = DEMO_ROOT) => {
  const read = reading(root);
  const programme = read('programme', ProgrammeFile);
  return {
    programme,
    criteria: read('criteria', CriteriaFile).criteria,
    schools: read('schools', SchoolsFile).areas,
    localities: programme.localities.map((key) => ({ ...read(`localities/${key}`, LocalityFile), plan: read(`plans/${key}`, PlanFile) })),
    pulse: read('pulse', PulseFile),
    assessments: read('assessments', AssessmentsFile),
    register: read('register', RegisterFile),
    series: SERIES.map((key) => read(`context/${key}`, SeriesFile)),
  };
};

export type Demonstration = ReturnType<typeof readDemonstration>;
export type LocalityInFile = Demonstration['localities'][number];
export type KpiInFile = LocalityInFile['kpis'][number];
