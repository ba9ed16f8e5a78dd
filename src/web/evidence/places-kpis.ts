import type { KpiWord } from '../../actions/differences.ts';
import { nationalPeriod } from '../../calendar/national-periods.ts';
import { capital } from '../../cards/format.ts';
import { seriesOf } from '../../evidence/place-kpi-queries.ts';
import { canTell, concealTelling, isTelling } from '../../kpis/conceal.ts';
import { HOW_WORDS } from '../../kpis/coverage.ts';
import { given, type Kpi, placeOf, type Reading } from '../../kpis/kpi.ts';
import { kpisIn } from '../../kpis/queries.ts';
import { statusOf } from '../../kpis/status.ts';
import { may } from '../../people/permissions.ts';
import { chartView } from '../../platforms/web/render.ts';
import { type ChartMark, kpiChart } from '../../views/kpi-chart.ts';
import { amount, type Day, movement, targetPart } from '../../views/kpi-parts.ts';
import { lookOf } from './overview-view.ts';
import type { Reader } from './page.ts';

/** KPIs as the pages of one place show them: each against its own baseline and target. */

/** The KPIs of a locality as its reader may know them. */
export const readKpis = async (
  { tx, actor, today }: Reader,
  localityId: string,
  asked: Pick<Parameters<typeof kpisIn>[2], 'only' | 'periods'> = {},
): Promise<Kpi[]> => {
  const kpis = await kpisIn(tx, [localityId], { ...asked, day: today.toString() });
  return kpis.map((kpi) => (may(actor, 'kpi.read.telling', placeOf(kpi)) ? kpi : concealTelling(kpi)));
};

/** Whether anything of a KPI is not shown to its reader. */
export const hasConcealed = (kpi: Kpi): boolean => kpi.baselineConcealed === true || given(kpi).some(({ concealed }) => concealed);

/** What the data say of it, in the word that stands on every page; "not shown" where it would tell a figure that is not. */
const statusWord = (kpi: Kpi, today: Day): { status: KpiWord['status']; word: string } =>
  kpi.baselineConcealed || given(kpi).at(-1)?.concealed ? { status: 'none', word: 'not shown' } : statusOf(kpi, today);

/** By the KPI's id, for what actions say of the KPIs that they should move. */
export const kpiWords = (kpis: readonly Kpi[], today: Day): Map<string, KpiWord> =>
  new Map(kpis.map((kpi) => [kpi.id, { name: kpi.name, ...statusWord(kpi, today) }]));

/** Its last figure, what it was before, and where it stands. */
export const kpiView = (kpi: Kpi, { today, to }: Pick<Reader, 'today' | 'to'>) => {
  const last = given(kpi).at(-1);
  const [part] = targetPart(kpi, today);
  const target = part?.type === 'status' ? part : undefined;
  return {
    id: `kpi-${kpi.id}`,
    name: kpi.name,
    href: to(`/kpis/${kpi.id}`),
    last: last ? movement(kpi, last) : 'No reading yet',
    period: last && nationalPeriod(last.period).label,
    // The line of its target has worked it out.
    status: lookOf(target?.word.toLowerCase() ?? statusWord(kpi, today).word),
    target: target && capital(target.text),
  };
};

/** How far a project has come, where a KPI is worked out from who takes part: "84 of 131 schools". */
export const coverageView = (kpi: Kpi, { to }: Pick<Reader, 'to'>) => {
  const last = given(kpi).at(-1);
  return {
    name: kpi.name,
    href: to(`/kpis/${kpi.id}`),
    figure: last ? amount(kpi, last) : 'Nobody takes part yet',
    how: kpi.coverage ? `${HOW_WORDS[kpi.coverage]}${kpi.project ? `, ${kpi.project}` : ''}` : undefined,
    bar: last?.numerator != null && last.denominator ? { done: last.numerator, of: last.denominator } : undefined,
  };
};

/** Its chart with every period, on a scale of its own; undefined where it has no reading that its reader may see. */
export const chartOf = (kpi: Kpi, marks: readonly ChartMark[]) => {
  const [part] = kpiChart(kpi, marks);
  return part?.type === 'chart' ? chartView(part, `chart-${kpi.id}`) : undefined;
};

/** A KPI with all its periods, as its chart needs them. */
export type Charted = Omit<Kpi, 'readings'> & { readings: Pick<Reading, 'period' | 'periodStart' | 'value' | 'concealed'>[] };

/** The same KPIs with all their readings, in one statement, for their charts. Those worked out from who takes part have none: a bar shows them. */
export const withSeries = async ({ tx, actor }: Pick<Reader, 'tx' | 'actor'>, kpis: readonly Kpi[]): Promise<Charted[]> => {
  const logged = kpis.filter(({ coverage }) => coverage === null);
  const series = await seriesOf(
    tx,
    logged.map(({ id }) => id),
  );
  return logged.map((kpi) => {
    const readings = series.get(kpi.id) ?? [];
    if (!canTell(kpi) || may(actor, 'kpi.read.telling', placeOf(kpi))) return { ...kpi, readings };
    return {
      ...kpi,
      readings: readings.map(({ period, periodStart, ...figure }) =>
        isTelling(kpi, figure) ? { period, periodStart, value: null, concealed: true } : { period, periodStart, value: figure.value },
      ),
    };
  });
};
