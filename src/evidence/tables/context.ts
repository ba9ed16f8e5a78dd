import { type Sql, sql } from '../../db/client.ts';
import { readTable, within } from './rows.ts';
import type { Extent, Table } from './table.ts';

/** Published series about the council areas: context, never a locality's readings, and never rated. */

/** The nation has none above it. */
const ENGLAND = 'E92000001';

const inAreas = (extent: Extent): Sql =>
  sql`(a.code = ${ENGLAND} or a.id in (select council_area_id from locality_area where locality_id = any(${within(extent)})))`;

const series = readTable({
  name: 'context_series',
  title: 'Published series',
  meaning: 'A published series about a council area of a locality, or about England. It is context: nobody’s KPI, and rated by nobody.',
  columns: [
    { name: 'series_id', type: 'code', meaning: 'The series.', from: sql`s.id` },
    { name: 'measure', type: 'text', meaning: 'What is measured, as published.', from: sql`s.measure` },
    { name: 'phase', type: 'text', meaning: 'Of whom, as published.', from: sql`s.phase` },
    { name: 'unit', type: 'text', meaning: 'What its figures are in.', from: sql`s.unit` },
    { name: 'area_code', type: 'code', meaning: 'The council area, by its GSS code; E92000001 is England.', from: sql`a.code` },
    { name: 'source', type: 'text', meaning: 'Who published it.', from: sql`s.source` },
    { name: 'licence', type: 'text', meaning: 'Under which licence.', from: sql`s.licence` },
  ],
  key: [{ from: sql`s.id`, type: 'uuid' }],
  source: (extent) => sql`from context_series s join council_area a on a.id = s.council_area_id where ${inAreas(extent)}`,
});

const points = readTable({
  name: 'context_points',
  title: 'Published figures',
  meaning: 'A published figure of a series (context_series).',
  columns: [
    { name: 'series_id', type: 'code', meaning: 'The series.', from: sql`p.series_id` },
    { name: 'date', type: 'date', meaning: 'The first day of the period.', from: sql`p.date` },
    { name: 'period', type: 'text', meaning: 'The period, as published.', from: sql`p.period` },
    { name: 'value', type: 'number', meaning: 'The figure, in the unit of its series.', from: sql`p.value` },
    { name: 'published_on', type: 'date', meaning: 'When it was published, where that is known.', from: sql`p.published_on` },
  ],
  key: [
    { from: sql`p.series_id`, type: 'uuid' },
    { from: sql`p.date`, type: 'date' },
  ],
  source: (extent) =>
    sql`from context_point p join context_series s on s.id = p.series_id join council_area a on a.id = s.council_area_id where ${inAreas(extent)}`,
});

export const CONTEXT: readonly Table[] = [series, points];
