import { z } from 'zod';
import { Day, InDays } from './day.ts';

/** The evidence register as it is written down in prisma/demo/register.json: what was gathered in rounds, and some entries of their own. */

const Area = z.int().min(1).max(4);

export const RegisterFile = z.strictObject({
  source: z.string(),
  rounds: z.array(
    z.strictObject({
      kind: z.enum(['interview', 'workshop', 'observation', 'document']),
      /** The same for each of them. */
      summary: z.string().max(1_000),
      /** Spread over so many days from this one on. */
      from: Day,
      days: z.int().min(1),
      /** Positions of the criteria, from 1. */
      areas: z.array(Area),
      /** Key of a locality → how many. */
      of: z.record(z.string(), z.int().min(1)),
    }),
  ),
  entries: z.array(
    z.strictObject({
      locality: z.string(),
      kind: z.enum(['story', 'cycle']),
      method: z.enum(['pdsa', 'var']).optional(),
      from: InDays,
      /** Of a cycle; none = it goes on. */
      to: InDays.nullable().optional(),
      areas: z.array(Area),
      project: z.string(),
      kpi: z.string(),
      summary: z.string().max(1_000),
      quote: z.string().max(1_000).optional(),
      /** It is about fewer than 10 children. */
      few: z.boolean(),
      /** Key of whoever ticked it as checked for identification. */
      checkedBy: z.string().optional(),
    }),
  ),
});
