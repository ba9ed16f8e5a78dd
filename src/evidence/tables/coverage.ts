import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../calendar/zone.ts';
import { concealTelling } from '../../kpis/conceal.ts';
import { ALL_PERIODS, kpisIn } from '../../kpis/queries.ts';
import { allowed, madeTable, someOf, within } from './rows.ts';
import { symbols, type Table } from './table.ts';

/** Readings that nobody logs: worked out from who takes part, as every screen does. */

const readings = madeTable({
  name: 'kpi_coverage',
  title: 'Readings worked out from who takes part',
  meaning:
    'What a KPI with a coverage (kpi_definitions) comes to for one period, by who takes part as it stands: how many organisations do, of how many there are.',
  columns: [
    { name: 'kpi_id', type: 'code', meaning: 'The KPI.' },
    { name: 'locality_id', type: 'code', meaning: 'Its locality.' },
    { name: 'period', type: 'code', meaning: 'The period that it is about, as in kpi_readings.' },
    { name: 'period_start', type: 'date', meaning: 'The period’s first day.' },
    { name: 'period_end', type: 'date', meaning: 'The period’s last day.' },
    { name: 'value', type: 'number', meaning: 'The value, in the KPI’s unit.' },
    { name: 'numerator', type: 'number', meaning: 'Organisations that take part.' },
    { name: 'denominator', type: 'number', meaning: 'Organisations that there are.' },
    { name: 'value_symbol', type: 'symbol', meaning: 'Why the value is empty.', values: symbols('[c]') },
  ],
  parts: async (extent) => {
    return extent.tx.$queryRaw<{ id: string }[]>`
      select distinct k.locality_id as id from kpi k join kpi_definition d on d.kpi_id = k.id
      where d.coverage is not null and k.locality_id = any(${within(allowed(extent, 'kpi.read'))})`;
  },
  rowsOf: someOf(async ({ tx, to }, { id: localityId }: { id: string }) => {
    const day = dayIn(Temporal.Instant.from(to)).toString();
    const kpis = await kpisIn(tx, [localityId], { computed: true, periods: ALL_PERIODS, at: to, day });
    return kpis.map(concealTelling).flatMap((kpi) =>
      kpi.readings.map(({ period, periodStart, periodEnd, value, numerator, denominator, concealed }) => ({
        kpi_id: kpi.id,
        locality_id: kpi.localityId,
        period,
        period_start: periodStart,
        period_end: periodEnd,
        value,
        numerator,
        denominator,
        value_symbol: concealed ? '[c]' : null,
      })),
    );
  }),
});

export const COVERAGE: readonly Table[] = [readings];
