import { sql } from '../../db/client.ts';
import { isTelling } from '../../kpis/conceal.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { by, latest, type Read, readTable, roleGroupOf, within } from './rows.ts';
import { type Extent, SYMBOLS, symbols, type Table } from './table.ts';

/** Every value that was given for a KPI, with every correction. */

type Counted = Pick<Kpi, 'countedChildrenIn'>;

/** In which units each of some KPIs counts children, or has counted them, by the moment asked for. */
export const countsOf = async ({ tx, to }: Pick<Extent, 'tx' | 'to'>, kpiIds: Iterable<string>): Promise<Map<string, Counted>> => {
  const rows = await tx.$queryRaw<(Counted & { id: string })[]>`
    select kpi_id as id, coalesce(array_agg(distinct unit) filter (where counts = 'children'), '{}') as "countedChildrenIn" from kpi_definition
    where kpi_id = any(${[...new Set(kpiIds)]}::uuid[]) and recorded_at <= ${to}::timestamptz group by kpi_id`;
  return new Map(rows.map((row) => [row.id, row]));
};

/** Whether a figure is about 1 to 4 children, by any definition that its KPI has had; of a KPI that was not defined by then it might be. */
export const tells = (kpi: Counted | undefined, figure: Parameters<typeof isTelling>[1]): boolean =>
  kpi === undefined || isTelling(kpi, figure);

const concealTelling: NonNullable<Read['conceal']> = async (extent, rows, at) => {
  const [kpi, value, numerator, denominator, symbol, version] = [
    'kpi_id',
    'value',
    'numerator',
    'denominator',
    'value_symbol',
    'version',
  ].map(at) as [number, number, number, number, number, number];
  const kpis = await countsOf(
    extent,
    rows.map((row) => row[kpi] as string),
  );
  for (const row of rows) {
    const figure = { value: row[value], numerator: row[numerator], denominator: row[denominator] } as Parameters<typeof isTelling>[1];
    if (tells(kpis.get(row[kpi] as string), figure)) {
      for (const cell of [value, numerator, denominator]) row[cell] = null;
      row[symbol] = '[c]';
    } else if (row[value] === null) row[symbol] = '[x]';
    else if ((row[version] as number) > 1) row[symbol] = '[r]';
  }
  return rows;
};

export const kpiReadings = readTable({
  name: 'kpi_readings',
  title: 'Readings',
  meaning:
    'One version of the value of a KPI for one period. Of each KPI and period the highest version counts; the others are what was said before.',
  needs: 'kpi.read',
  columns: [
    { name: 'reading_id', type: 'code', meaning: 'This version of the reading.', from: sql`r.id` },
    { name: 'kpi_id', type: 'code', meaning: 'The KPI.', from: sql`r.kpi_id` },
    { name: 'locality_id', type: 'code', meaning: 'The KPI’s locality.', from: sql`k.locality_id` },
    {
      name: 'period',
      type: 'code',
      meaning: 'The period that it is about: 2026-W47, 2026-11, 2026/27-autumn-1, 2026/27-autumn or 2026/27, as often as the KPI is read.',
      from: sql`r.period`,
    },
    { name: 'period_start', type: 'date', meaning: 'The period’s first day.', from: sql`r.period_start` },
    { name: 'period_end', type: 'date', meaning: 'The period’s last day.', from: sql`r.period_end` },
    {
      name: 'version',
      type: 'integer',
      meaning: '1 for what was said first of the period, then one more each time.',
      from: sql`r.version`,
    },
    latest(sql`r.kpi_id, r.period`, sql`r.version`),
    {
      name: 'kind',
      type: 'code',
      meaning: 'How it came about.',
      values: {
        reading: 'Somebody reported it.',
        correction: 'Somebody corrected what was reported before.',
        undo: 'Whoever reported the version before took it back: the one before that stands again, or nothing.',
      },
      from: sql`r.kind`,
    },
    {
      name: 'value',
      type: 'number',
      meaning: 'The value, in the KPI’s unit (kpi_definitions, unit). Empty where the symbol says why.',
      from: sql`r.value`,
    },
    { name: 'numerator', type: 'number', meaning: 'The 84 of “84 of 131”, where it was reported so.', from: sql`r.numerator` },
    { name: 'denominator', type: 'number', meaning: 'The 131 of “84 of 131”, where it was reported so.', from: sql`r.denominator` },
    {
      name: 'value_symbol',
      type: 'symbol',
      meaning: 'What is to be known of the value.',
      values: {
        ...symbols('[c]', '[r]'),
        '[c]': 'Confidential: the value, what it is out of, or the rest is 1 to 4 children.',
        '[x]': `${SYMBOLS['[x]'].slice(0, -1)}: it was withdrawn.`,
      },
      from: sql`null`,
    },
    {
      name: 'origin',
      type: 'code',
      meaning: 'Where it comes from.',
      values: {
        person: 'Somebody reported it.',
        papers: 'Out of a published paper.',
        demonstration: 'Made up, for the demonstration.',
        import: 'Brought in with a plan.',
      },
      from: sql`r.origin`,
    },
    { name: 'recorded_at', type: 'moment', meaning: 'When it was recorded.', from: sql`r.recorded_at` },
    {
      name: 'recorded_by',
      type: 'code',
      meaning: 'The role group of who recorded it (role_groups); empty: nobody, it was brought in.',
      from: roleGroupOf(sql`r.recorded_by_id`, sql`k.locality_id`, sql`r.recorded_at`),
      as: 'role_group',
    },
  ],
  key: [
    { from: sql`r.kpi_id`, type: 'uuid' },
    { from: sql`r.period`, type: 'text' },
    { from: sql`r.version`, type: 'int' },
  ],
  source: (extent) =>
    sql`from kpi k join reading r on r.kpi_id = k.id where k.locality_id = any(${within(extent)}) and ${by(extent, sql`r.recorded_at`)}`,
  conceal: concealTelling,
});

export const READINGS: readonly Table[] = [kpiReadings];
