/**
 * Bank holidays of England, as published: https://www.gov.uk/bank-holidays.json (division england-and-wales).
 * Contains public sector information licensed under the Open Government Licence v3.0.
 * Years before the first or after the last are not published here; in them no day is known to be a bank holiday.
 */
const BY_YEAR = {
  2024: ['01-01', '03-29', '04-01', '05-06', '05-27', '08-26', '12-25', '12-26'],
  2025: ['01-01', '04-18', '04-21', '05-05', '05-26', '08-25', '12-25', '12-26'],
  2026: ['01-01', '04-03', '04-06', '05-04', '05-25', '08-31', '12-25', '12-28'],
  2027: ['01-01', '03-26', '03-29', '05-03', '05-31', '08-30', '12-27', '12-28'],
};

/** ISO dates of days on which nobody is expected at work. */
export type BankHolidays = ReadonlySet<string>;

export const bankHolidaysOfEngland: BankHolidays = new Set(
  Object.entries(BY_YEAR).flatMap(([year, days]) => days.map((day) => `${year}-${day}`)),
);
