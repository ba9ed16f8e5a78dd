import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../calendar/zone.ts';
import { dayOf, recordedOn } from './day.ts';
import type { Demonstration } from './format.ts';
import { demoId } from './ids.ts';
import { personId } from './people.ts';

/** The register's entries as rows of their chains. Nobody has logged them: whoever reads one is told that it is of the demonstration. */

const FRIDAY = 5;
const workingDay = (day: Temporal.PlainDate) => day.subtract({ days: Math.max(0, day.dayOfWeek - FRIDAY) });

type Version = {
  entryId: string;
  version: number;
  kind: string;
  date: string;
  endDate: string | null;
  method: string | null;
  criterionIds: string[];
  projectId: string | null;
  kpiId: string | null;
  summary: string;
  quote: string | null;
  fewChildren: boolean;
  checked: boolean;
  recordedAt: Date;
  recordedById: string | null;
};

/** @param now the moment of the load */
export const registerRows = ({ programme, criteria, register }: Demonstration, now: Temporal.Instant) => {
  const today = dayIn(now, programme.zone);
  const entries: { id: string; localityId: string }[] = [];
  const versions: Version[] = [];
  const areas = (positions: readonly number[]) => positions.map((position) => demoId('criterion', criteria[position - 1]?.name as string));
  const add = (locality: string, id: string, version: Omit<Version, 'entryId' | 'version' | 'checked' | 'recordedById'>) => {
    entries.push({ id, localityId: demoId('locality', locality) });
    const row: Version = { ...version, entryId: id, version: 1, checked: false, recordedById: null };
    versions.push(row);
    return row;
  };

  for (const { kind, summary, from, days, areas: positions, of } of register.rounds) {
    const all = Object.entries(of).flatMap(([locality, count]) => Array.from({ length: count }, (_, at) => ({ locality, at })));
    for (const [place, { locality, at }] of all.entries()) {
      const date = workingDay(dayOf(from, today).add({ days: Math.floor((place * days) / all.length) }));
      add(locality, demoId('register entry', locality, summary, String(at)), {
        kind,
        date: date.toString(),
        endDate: null,
        method: null,
        criterionIds: areas(positions),
        projectId: null,
        kpiId: null,
        summary,
        quote: null,
        fewChildren: false,
        recordedAt: recordedOn(date, now),
      });
    }
  }

  for (const entry of register.entries) {
    const { locality, kind, method = null, areas: positions, project, kpi, summary, quote = null, few, checkedBy } = entry;
    const [first, last] = [dayOf(entry.from, today), entry.to ? dayOf(entry.to, today) : null];
    const row = add(locality, demoId('register entry', locality, summary), {
      kind,
      date: first.toString(),
      endDate: last?.toString() ?? null,
      method,
      criterionIds: areas(positions),
      projectId: demoId('project', locality, project),
      kpiId: demoId('kpi', locality, kpi),
      summary,
      quote,
      fewChildren: few,
      recordedAt: recordedOn(last ?? first, now),
    });
    if (checkedBy)
      versions.push({
        ...row,
        version: 2,
        checked: true,
        recordedAt: recordedOn(workingDay(first.add({ days: 7 })), now),
        recordedById: personId(`${locality}.${checkedBy}`),
      });
  }
  return { entries, versions };
};
