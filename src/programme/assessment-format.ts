import { z } from 'zod';

/** Steps and texts of the criteria as the demonstration writes them. */

const Text = z.string().max(1_000);
const Locality = z.string();
/** Terms before the one of the load; 0 = that one. */
const TermsAgo = z.int().min(0).max(6);
const DaysAgo = z.int().min(1).max(400);

export const AssessmentsFile = z.strictObject({
  source: z.string(),
  steps: z.array(
    z.strictObject({
      locality: Locality,
      lens: z.enum(['self', 'evaluator']),
      termsAgo: TermsAgo,
      /** Of the four areas in their order: the step, and what shows it. */
      areas: z.array(z.tuple([z.int().min(1).max(5), Text.nullable()])).length(4),
    }),
  ),
  findings: z.array(
    z.strictObject({
      locality: Locality,
      /** Position of the area, from 1. */
      area: z.int().min(1).max(4),
      termsAgo: TermsAgo,
      texts: z
        .array(
          z.strictObject({
            daysAgo: DaysAgo,
            text: Text,
            answers: z.array(z.strictObject({ daysAgo: DaysAgo, kind: z.enum(['agree', 'correct', 'context']), text: Text.nullable() })),
          }),
        )
        .min(1),
    }),
  ),
});
