import { z } from 'zod';
import { RATINGS } from '../actions/action.ts';
import { Day, InDays } from './day.ts';

/** A locality's plan as it is written down in prisma/demo/plans: its actions and what has been said of each, and the adviser's meetings. */

const Person = z.string();
const DaysAgo = z.int().min(1).max(1000);
const AnyDay = z.union([InDays, Day]);

const Rating = z.strictObject({
  daysAgo: DaysAgo,
  rating: z.enum(RATINGS),
  /** Amber, red: what is in the way. Complete: what shows it. On hold, stopped: what was learned. */
  reason: z.string().optional(),
  /** Of a red: what would put it right, and by when. */
  remedy: z.string().optional(),
  remedyBy: InDays.optional(),
  /** Of one that rests or was stopped. */
  decidedBy: z.string().optional(),
  /** The owner when none. */
  by: Person.optional(),
});

const Action = z.strictObject({
  /** The 12 of WAK-12. */
  number: z.int().min(1),
  title: z.string().max(150),
  /** What shows that it is done. */
  measure: z.string(),
  /** Days before the load on which it came into the plan. */
  since: DaysAgo,
  due: AnyDay.nullable(),
  /** Its due date was another one until then. */
  moved: z.strictObject({ daysAgo: DaysAgo, from: AnyDay }).optional(),
  owner: Person,
  deputy: Person.nullable(),
  /** Position of the criterion, from 1. */
  criterion: z.int().min(1).max(4),
  project: z.string().nullable(),
  /** Names of the KPIs that it should move. */
  kpis: z.array(z.string()).default([]),
  steps: z.array(z.strictObject({ text: z.string(), due: AnyDay.optional(), doneDaysAgo: DaysAgo.optional() })).default([]),
  /** Oldest first, each on a day of its own. */
  ratings: z.array(Rating).default([]),
  /** The adviser's ratings. */
  adviser: z.array(Rating).default([]),
  comments: z.array(z.strictObject({ daysAgo: DaysAgo, by: Person, text: z.string() })).default([]),
});

export const PlanFile = z.strictObject({
  /** Who rates independently; people of the programme are named by their own keys, those of the locality by theirs in it. */
  adviser: Person,
  meetings: z.array(z.strictObject({ adviser: Person, ...InDays.shape })),
  /** What else an adviser is in the locality, in their own words. */
  ties: z.array(z.strictObject({ adviser: Person, daysAgo: DaysAgo, words: z.string() })),
  actions: z.array(Action),
});

export type PlanInFile = z.infer<typeof PlanFile>;
export type ActionInFile = PlanInFile['actions'][number];
