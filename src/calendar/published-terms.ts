import type { YearDates } from './school-year.ts';

/**
 * Term dates that were published for council areas, by GSS code: facts, read in November 2026, only what each source says. Holidays are
 * given with the bank holidays next to them, as `YearDates` has them.
 *
 * A council's own page, and a newspaper that quotes the council, count as published. Other sites that say they copy a council, and the
 * page of one school in its area, do not speak for the council: their dates are likelier than the national rule, so they fill what is
 * not known, but stay assumed until somebody who answers for the area says that they are right.
 *
 * Left out: what a council only proposes (Wiltshire's two options for July 2027), training days that one school chose for itself, and
 * the start of Northumberland's summer term 2026 as one site prints it (5 May), because the same site's Easter holiday ends on 17 April.
 */
export type PublishedYear = {
  year: number;
  dates: YearDates;
  /** INSET days for all schools of the area, YYYY-MM-DD. */
  inset?: readonly string[];
  /** Who published it; `official` only where that is the council, or a newspaper that quotes it. */
  source: string;
  official: boolean;
};

export const publishedTerms: Readonly<Record<string, readonly PublishedYear[]>> = {
  // Coventry
  E08000026: [
    {
      year: 2023,
      dates: {
        start: '2023-09-01',
        autumnHalfTerm: ['2023-10-30', '2023-11-03'],
        christmas: ['2023-12-25', '2024-01-05'],
        springHalfTerm: ['2024-02-12', '2024-02-16'],
        easter: ['2024-03-25', '2024-04-05'],
        summerHalfTerm: ['2024-05-27', '2024-05-31'],
        end: '2024-07-19',
      },
      inset: ['2023-09-01'],
      source: 'coventry.gov.uk',
      official: true,
    },
  ],
  // Ealing
  E09000009: [
    {
      year: 2024,
      dates: {
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-04-07', '2025-04-21'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-23',
      },
      source: 'featherstonehigh.ealing.sch.uk, one school',
      official: false,
    },
    {
      year: 2025,
      dates: {
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        christmas: ['2025-12-22', '2026-01-02'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        easter: ['2026-03-30', '2026-04-10'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-23',
      },
      source: 'cliftonprimaryschool.com, one school',
      official: false,
    },
    {
      year: 2026,
      dates: {
        start: '2026-09-02',
        autumnHalfTerm: ['2026-10-26', '2026-10-30'],
        christmas: ['2026-12-21', '2027-01-01'],
        springHalfTerm: ['2027-02-15', '2027-02-19'],
        easter: ['2027-03-26', '2027-04-09'],
        summerHalfTerm: ['2027-05-31', '2027-06-04'],
        end: '2027-07-27',
      },
      source: 'ealing.gov.uk',
      official: true,
    },
  ],
  // Milton Keynes
  E06000042: [
    {
      year: 2024,
      dates: {
        start: '2024-09-03',
        autumnHalfTerm: ['2024-10-28', '2024-11-01'],
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-04-07', '2025-04-21'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-23',
      },
      source: 'miltonkeynes.co.uk, quoting the council',
      official: true,
    },
    {
      year: 2025,
      dates: {
        start: '2025-09-01',
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        christmas: ['2025-12-22', '2026-01-02'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        easter: ['2026-03-30', '2026-04-10'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-20',
      },
      source: 'miltonkeynes.co.uk, quoting the council',
      official: true,
    },
  ],
  // Newcastle upon Tyne
  E08000021: [
    {
      year: 2022,
      dates: {
        autumnHalfTerm: ['2022-10-24', '2022-10-28'],
        christmas: ['2022-12-26', '2023-01-06'],
        springHalfTerm: ['2023-02-20', '2023-02-24'],
        easter: ['2023-04-03', '2023-04-14'],
        summerHalfTerm: ['2023-05-29', '2023-06-02'],
        end: '2023-07-21',
      },
      source: 'scp.newcastle.sch.uk, one school',
      official: false,
    },
  ],
  // North Tyneside
  E08000022: [
    {
      year: 2025,
      dates: {
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-17',
      },
      source: 'a Whitley Bay business calendar',
      official: false,
    },
  ],
  // Northumberland
  E06000057: [
    {
      year: 2022,
      dates: {
        start: '2022-09-05',
        autumnHalfTerm: ['2022-10-24', '2022-10-28'],
        christmas: ['2022-12-26', '2023-01-06'],
        springHalfTerm: ['2023-02-20', '2023-02-24'],
        easter: ['2023-04-03', '2023-04-14'],
        summerHalfTerm: ['2023-05-29', '2023-06-02'],
        end: '2023-07-21',
      },
      source: 'northumberlandgazette.co.uk, quoting the council',
      official: true,
    },
    {
      year: 2025,
      dates: {
        start: '2025-09-01',
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        christmas: ['2025-12-22', '2026-01-02'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        easter: ['2026-04-03', '2026-04-17'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-17',
      },
      source: 'raring2go.co.uk, a listings site',
      official: false,
    },
  ],
  // Rochdale
  E08000005: [
    {
      year: 2021,
      dates: {
        start: '2021-09-06',
        autumnHalfTerm: ['2021-10-25', '2021-10-29'],
        christmas: ['2021-12-20', '2022-01-03'],
        springHalfTerm: ['2022-02-21', '2022-02-25'],
        easter: ['2022-04-11', '2022-04-22'],
        summerHalfTerm: ['2022-05-30', '2022-06-03'],
        end: '2022-07-22',
      },
      source: 'rochdale.gov.uk',
      official: true,
    },
    {
      year: 2023,
      dates: {
        start: '2023-09-06',
        autumnHalfTerm: ['2023-10-23', '2023-10-27'],
        christmas: ['2023-12-25', '2024-01-05'],
        springHalfTerm: ['2024-02-19', '2024-02-23'],
        easter: ['2024-03-29', '2024-04-12'],
        summerHalfTerm: ['2024-05-27', '2024-05-31'],
        end: '2024-07-23',
      },
      source: 'xenreviews.co.uk, a collecting site',
      official: false,
    },
    {
      year: 2024,
      dates: {
        start: '2024-09-04',
        autumnHalfTerm: ['2024-10-28', '2024-11-01'],
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-04-07', '2025-04-21'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-22',
      },
      source: 'xenreviews.co.uk, a collecting site',
      official: false,
    },
  ],
  // Sheffield
  E08000019: [
    {
      year: 2023,
      dates: {
        start: '2023-09-04',
        autumnHalfTerm: ['2023-10-23', '2023-10-27'],
        christmas: ['2023-12-25', '2024-01-05'],
        springHalfTerm: ['2024-02-12', '2024-02-16'],
        easter: ['2024-03-29', '2024-04-12'],
        summerHalfTerm: ['2024-05-27', '2024-05-31'],
        end: '2024-07-23',
      },
      source: 'sheffield.gov.uk',
      official: true,
    },
    {
      year: 2024,
      dates: {
        start: '2024-09-02',
        autumnHalfTerm: ['2024-10-28', '2024-11-01'],
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-03-31', '2025-04-11'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-22',
      },
      source: 'thestar.co.uk, quoting the council',
      official: true,
    },
    {
      year: 2025,
      dates: {
        start: '2025-09-01',
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        christmas: ['2025-12-22', '2026-01-02'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        easter: ['2026-03-30', '2026-04-10'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-20',
      },
      source: 'thestar.co.uk, quoting the council',
      official: true,
    },
  ],
  // Surrey
  E10000030: [
    {
      year: 2023,
      dates: {
        start: '2023-09-01',
        autumnHalfTerm: ['2023-10-23', '2023-10-27'],
        christmas: ['2023-12-18', '2024-01-01'],
        springHalfTerm: ['2024-02-12', '2024-02-16'],
        easter: ['2024-03-29', '2024-04-12'],
        summerHalfTerm: ['2024-05-27', '2024-05-31'],
        end: '2024-07-23',
      },
      source: 'surreycc.gov.uk',
      official: true,
    },
    {
      year: 2024,
      dates: {
        start: '2024-09-02',
        autumnHalfTerm: ['2024-10-28', '2024-11-01'],
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-04-07', '2025-04-21'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-22',
      },
      source: 'surreycc.gov.uk',
      official: true,
    },
    {
      year: 2025,
      dates: {
        start: '2025-09-03',
        autumnHalfTerm: ['2025-10-27', '2025-10-31'],
        christmas: ['2025-12-22', '2026-01-02'],
        springHalfTerm: ['2026-02-16', '2026-02-20'],
        easter: ['2026-03-30', '2026-04-10'],
        summerHalfTerm: ['2026-05-25', '2026-05-29'],
        end: '2026-07-22',
      },
      source: 'thames-ditton-infant.surrey.sch.uk, one school',
      official: false,
    },
    {
      year: 2026,
      dates: {
        start: '2026-09-01',
        autumnHalfTerm: ['2026-10-19', '2026-10-30'],
        christmas: ['2026-12-21', '2027-01-01'],
        springHalfTerm: ['2027-02-15', '2027-02-19'],
        easter: ['2027-03-26', '2027-04-09'],
        summerHalfTerm: ['2027-05-31', '2027-06-04'],
        end: '2027-07-28',
      },
      source: 'thames-ditton-infant.surrey.sch.uk, one school',
      official: false,
    },
  ],
  // Wakefield
  E08000036: [
    {
      year: 2023,
      dates: {
        start: '2023-09-04',
        autumnHalfTerm: ['2023-10-30', '2023-11-03'],
        christmas: ['2023-12-25', '2024-01-05'],
        springHalfTerm: ['2024-02-12', '2024-02-16'],
        easter: ['2024-03-25', '2024-04-05'],
        summerHalfTerm: ['2024-05-27', '2024-05-31'],
        end: '2024-07-22',
      },
      source: 'wakefieldexpress.co.uk, quoting the council',
      official: true,
    },
    {
      year: 2024,
      dates: {
        start: '2024-09-02',
        autumnHalfTerm: ['2024-10-28', '2024-11-01'],
        christmas: ['2024-12-23', '2025-01-03'],
        springHalfTerm: ['2025-02-17', '2025-02-21'],
        easter: ['2025-04-07', '2025-04-18'],
        summerHalfTerm: ['2025-05-26', '2025-05-30'],
        end: '2025-07-22',
      },
      source: 'thevpacademy.org.uk, one school',
      official: false,
    },
  ],
  // Wiltshire
  E06000054: [
    {
      year: 2016,
      dates: {
        start: '2016-09-01',
        autumnHalfTerm: ['2016-10-24', '2016-10-28'],
        christmas: ['2016-12-19', '2017-01-02'],
      },
      source: 'wiltshire.gov.uk',
      official: true,
    },
    {
      year: 2016,
      dates: {
        springHalfTerm: ['2017-02-13', '2017-02-17'],
      },
      source: 'wiltshire.gov.uk, its first day only',
      official: false,
    },
  ],
};
