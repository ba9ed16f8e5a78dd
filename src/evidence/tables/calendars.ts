import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../../calendar/bank-holidays.ts';
import { schoolYear, schoolYearName, schoolYearOf, type Terms } from '../../calendar/terms.ts';
import { dayIn } from '../../calendar/zone.ts';
import { sql } from '../../db/client.ts';
import { calendarsFor } from '../../people/calendars.ts';
import { by, madeTable, readTable, recordedAt, someOf, unordered, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

/** The calendars by which things fall due: bank holidays, terms and closed days. */

type Area = {
  /** Its GSS code. */
  id: string;
  terms: Terms;
};

/** The council areas of the localities with their calendars, all read at once. */
const areas = async (extent: Extent): Promise<Area[]> => {
  const rows = await extent.tx.$queryRaw<{ id: string; code: string }[]>`
    select distinct c.id, c.code from council_area c join locality_area a on a.council_area_id = c.id where a.locality_id = any(${within(extent)})`;
  const { ofArea } = await calendarsFor(extent.tx, [], extent.to);
  return rows.map(({ id, code }) => ({ id: code, terms: ofArea(id) }));
};

/** Calendar years in which school years begin: from four years back to the next. */
const yearsAround = ({ to }: Extent): number[] => {
  const year = schoolYearOf(dayIn(Temporal.Instant.from(to)));
  return Array.from({ length: 6 }, (_, index) => year - 4 + index);
};

const HALVES = ['autumn-1', 'autumn-2', 'spring-1', 'spring-2', 'summer-1', 'summer-2'];

const halves = madeTable({
  name: 'school_halves',
  title: 'Terms and half-terms',
  meaning: 'A half of a term of the schools of a council area, as far as it is known.',
  columns: [
    { name: 'area_code', type: 'code', meaning: 'The council area, by its GSS code.' },
    { name: 'school_year', type: 'code', meaning: 'The school year: 2026/27.' },
    {
      name: 'half',
      type: 'code',
      meaning: 'Which half of which term.',
      values: {
        'autumn-1': 'First half of the autumn term.',
        'autumn-2': 'Second half of the autumn term.',
        'spring-1': 'First half of the spring term.',
        'spring-2': 'Second half of the spring term.',
        'summer-1': 'First half of the summer term.',
        'summer-2': 'Second half of the summer term.',
      },
    },
    { name: 'first_day', type: 'date', meaning: 'The first day of school.' },
    { name: 'last_day', type: 'date', meaning: 'The last day of school.' },
    { name: 'assumed', type: 'boolean', meaning: 'Some dates of the year are a national default, or nobody has confirmed them.' },
  ],
  parts: areas,
  rowsOf: someOf(async (extent, { id: code, terms }: Area) =>
    yearsAround(extent).flatMap((year) => {
      const { halves: six, assumed } = schoolYear(year, terms);
      return six.map(({ start, end }, index) => ({
        area_code: code,
        school_year: schoolYearName(year),
        half: HALVES[index] as string,
        first_day: start.toString(),
        last_day: end.toString(),
        assumed,
      }));
    }),
  ),
});

const closedDays = madeTable({
  name: 'school_closed_days',
  title: 'Closed days of schools',
  meaning: 'A day in term on which the schools of a council area are closed to pupils, INSET days among them.',
  columns: [
    { name: 'area_code', type: 'code', meaning: 'The council area, by its GSS code.' },
    { name: 'day', type: 'date', meaning: 'The day.' },
  ],
  parts: areas,
  rowsOf: someOf(async (_, { id: code, terms }: Area) => [...(terms.closed ?? [])].toSorted().map((day) => ({ area_code: code, day }))),
});

const ownClosedDays = readTable({
  name: 'organisation_closed_days',
  title: 'Closed days of organisations',
  meaning: 'A day on which one organisation is closed.',
  columns: [
    { name: 'organisation', type: 'code', meaning: 'The organisation, by its code.', from: sql`c.organisation_id`, as: 'organisation' },
    { name: 'day', type: 'date', meaning: 'The day.', from: sql`c.day` },
    {
      name: 'what',
      type: 'code',
      meaning: 'How it is closed.',
      values: { inset: 'To pupils.', closed: 'Altogether.' },
      from: sql`c.what`,
    },
    recordedAt(sql`c.recorded_at`),
  ],
  key: [{ from: sql`o.locality_id`, type: 'uuid' }, unordered(sql`c.id`)],
  source: (extent) => sql`from closed_day c join organisation o on o.id = c.organisation_id
    where o.locality_id = any(${within(extent)}) and ${by(extent, sql`c.recorded_at`)} and c.until > ${extent.to}::timestamptz`,
});

const bankHolidays = madeTable({
  name: 'bank_holidays',
  title: 'Bank holidays',
  meaning: 'A bank holiday of England.',
  columns: [{ name: 'day', type: 'date', meaning: 'The day.' }],
  parts: async () => [{ id: 'England' }],
  rowsOf: someOf(async () => [...bankHolidaysOfEngland].toSorted().map((day) => ({ day }))),
});

export const CALENDARS: readonly Table[] = [halves, closedDays, ownClosedDays, bankHolidays];
