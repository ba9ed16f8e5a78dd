import { Temporal } from 'temporal-polyfill';
import { isoWeek } from '../calendar/periods.ts';
import { schoolYearName, schoolYearOf } from '../calendar/terms.ts';
import type { Demonstration } from './format.ts';
import { demoId } from './ids.ts';

/** The published series beside the KPIs: context, never a locality's readings. */

type SeriesInFile = Demonstration['series'][number];

/** The first day of a period of the files, and how it is published: "week 37 of 2025", "2023/24". */
const published = (kind: SeriesInFile['period'], key: string): { date: Temporal.PlainDate; period: string } => {
  if (kind === 'school year') return { date: new Temporal.PlainDate(Number(key.slice(0, 4)), 9, 1), period: key };
  const [year, number] = key.split('-W').map(Number) as [number, number];
  const week = isoWeek(year, number);
  if (!week) throw new RangeError(`${key} is no week`);
  return { date: week.start, period: `week ${number} of ${year}` };
};

const day = (date: Temporal.PlainDate | string) => new Date(`${date}T00:00:00Z`);

/** The rows of every published series, and of their points. */
export const contextRows = ({ series }: Demonstration) => {
  const withIds = series.flatMap((file) =>
    file.series.map((one) => ({ file, ...one, id: demoId('context', file.measure, one.phase, one.area) })),
  );
  return {
    series: withIds.map(({ id, file, area, phase }) => ({
      id,
      measure: file.measure,
      phase,
      unit: file.unit,
      councilAreaId: demoId('council area', area),
      source: `${file.source}. ${file.caution} Read from ${file.readFrom}.`,
      licence: file.licence,
    })),
    points: withIds.flatMap(({ id, file, points }) =>
      Object.entries(points).map(([key, value]) => {
        const { date, period } = published(file.period, key);
        const publishedOn = file.published[schoolYearName(schoolYearOf(date))];
        return { seriesId: id, date: day(date), period, value, publishedOn: publishedOn ? day(publishedOn) : null };
      }),
    ),
  };
};
