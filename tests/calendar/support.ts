import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type Half, nationalTerms, type Terms } from '../../src/calendar/terms.ts';

export const date = (iso: string) => Temporal.PlainDate.from(iso);

/** Any day of a generation, so that leap years, 53-week years and early and late Easters all come up. */
export const anyDay = fc.integer({ min: 0, max: 365 * 40 }).map((days) => date('2010-01-01').add({ days }));

/** Whole calendars that some council might keep: six halves in order, with holidays of any length between them. */
export const anyTerms: fc.Arbitrary<Terms> = fc.oneof(
  fc.constant(nationalTerms),
  fc.record({
    closedInHolidays: fc.boolean(),
    years: fc
      .array(
        fc.record({
          year: fc.integer({ min: 2009, max: 2050 }),
          lengths: fc.array(fc.integer({ min: 2, max: 28 }), { minLength: 12, maxLength: 12 }),
        }),
        {
          maxLength: 5,
        },
      )
      .map((years) =>
        years.map(({ year, lengths }) => {
          let day = date(`${year}-09-01`);
          const halves = Array.from({ length: 6 }, (_, index): Half => {
            const start = day.add({ days: lengths[index * 2] as number });
            const end = start.add({ days: lengths[index * 2 + 1] as number });
            day = end;
            return { start, end };
          });
          return { year, assumed: false, assumedGaps: [], halves: halves as [Half, Half, Half, Half, Half, Half] };
        }),
      ),
  }),
);

export const seeded = { seed: 1_2026, numRuns: 300 };
