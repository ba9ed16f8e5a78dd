import type { Temporal } from 'temporal-polyfill';
import type { Period } from '../../calendar/periods.ts';
import { nationalTerms } from '../../calendar/terms.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { checkValue, type Kept } from '../../kpis/value.ts';
import type { Reading } from '../current.ts';
import { readPeriod } from '../period.ts';
import { problemIn, type Row, saidText } from '../read.ts';
import { type Figures, nOfM } from './figures.ts';
import type { Measured } from './kpis.ts';
import { didYouMean, placeOf } from './place.ts';
import { dayWords, inPlace, kpiNames, note, type Planning, stated } from './planning.ts';

const isAfter = (one: Temporal.PlainDate, day: string) => one.toString() > day;

/** A week by its year as well: a sheet goes back several. */
const labelOf = ({ cadence, label, start }: Period) => (cadence === 'week' ? `${label} ${start.year}` : label);

const periodIn = (planning: Planning, row: Row, kpi: Measured): Period | undefined => {
  const read = readPeriod(row.figures.get('period'), kpi.cadence, nationalTerms);
  const say = (problem: string) => void problemIn(planning.problems, row, 'period', problem);
  if ('problem' in read) return void say(read.problem);
  const { value: period } = read;
  // Readings from before the baseline are welcome: they are its history.
  if (isAfter(period.start, planning.today)) return void say(`${labelOf(period)} has not begun.`);
  return period;
};

const keptIn = (planning: Planning, row: Row, kpi: Measured, figures: Figures): Kept | undefined => {
  const cell = row.figures.get('value');
  const both = nOfM(cell);
  const given = figures(both?.value ?? cell);
  const of = figures(both?.of ?? row.figures.get('of'));
  const say = (key: string, problem: string) => void problemIn(planning.problems, row, key, problem);
  if ('problem' in given) return say('value', given.problem);
  if ('problem' in of) return say('of', of.problem);
  if (given.value === null) return say('value', 'this is needed.');
  // The known figures of a KPI are its baseline, target and latest readings; one that the file makes has none yet.
  const checked = checkValue(kpi as Kpi, { value: given.value, ...(of.value === null ? {} : { of: of.value }) });
  if (checked.kind === 'impossible')
    return say('value', `${checked.why}${checked.meant === undefined ? '' : ` Did you mean ${checked.meant}?`}`);
  if (checked.kind === 'unlikely' && of.value === null && kpi.unit !== '%')
    planning.notes.push(
      `${row.sheet}, row ${row.row}: ${given.value.toLocaleString('en-GB')} is far from what ${kpi.name} has been. ${checked.why} Look at it once more.`,
    );
  return checked.kept;
};

/** A moment for a reading that was known before: noon of the day, so that its day is the same in every zone. */
const recordedAt = (planning: Planning, row: Row, period: Period): string | undefined => {
  const day = saidText(row, 'recorded');
  if (!day || day === planning.today) return planning.now;
  const problem =
    day > planning.today
      ? `${dayWords(day)} is still to come.`
      : day < period.start.toString()
        ? `${dayWords(day)} is before ${labelOf(period)} began.`
        : undefined;
  if (problem) return void problemIn(planning.problems, row, 'recorded', problem);
  return `${day}T12:00:00Z`;
};

/** What “84 of 131” comes to, where that is a percentage. */
const share = ({ unit }: Measured, value: number) => (unit === '%' ? ` (${Number(value.toFixed(1))}%)` : '');

const words = (kpi: Measured, reading: Pick<Reading, 'value' | 'numerator' | 'denominator'> | undefined) => {
  if (reading?.value == null) return reading ? 'withdrawn' : '';
  if (reading.numerator !== null) return `${reading.numerator} of ${reading.denominator}${share(kpi, reading.value)}`;
  return kpi.unit === '%' ? `${reading.value}%` : String(reading.value);
};

/** Found by KPI and period. Another figure than the one there is a correction; nothing is overwritten. */
export const planReadings = (planning: Planning, figures: Figures, measured: ReadonlyMap<string, Measured>): void => {
  const { writes, newId, problems, kpis } = planning;
  const current = new Map(planning.current.readings.map((reading) => [`${reading.kpiId}|${reading.period}`, reading]));
  for (const row of planning.rows.readings) {
    const place = placeOf(planning, row);
    const name = saidText(row, 'kpi');
    if (!place || !name) continue;
    const named = kpis.get(inPlace(place.localityId, name));
    if (!named) {
      const near = didYouMean(name, kpiNames(planning, place));
      problemIn(problems, row, 'kpi', `${place.locality} has no KPI “${name}”.${near} Or add it to the sheet KPIs.`);
      continue;
    }
    const kpi = measured.get(named.id);
    if (!kpi) continue; // its own row has a problem, which has been said
    if (kpi.coverage) {
      problemIn(problems, row, 'kpi', `the readings of ${kpi.name} are worked out from who takes part, so none are brought in.`);
      continue;
    }
    const period = periodIn(planning, row, kpi);
    const kept = keptIn(planning, row, kpi, figures);
    const at = period && recordedAt(planning, row, period);
    if (!period || !kept || !at) continue;
    const key = `${kpi.id}|${period.key}`;
    const first = planning.spoken.get(key);
    if (first) {
      problemIn(
        problems,
        row,
        'period',
        `row ${first.row} has a reading of ${kpi.name} for ${labelOf(period)} already. Keep one of the two.`,
      );
      continue;
    }
    planning.spoken.set(key, row);
    const before = current.get(key);
    const said = saidText(row, 'note');
    const text = said === undefined ? (before?.note ?? null) : said;
    const title = `${kpi.name}, ${labelOf(period)}`;
    if (
      before &&
      before.value === kept.value &&
      before.numerator === kept.numerator &&
      before.denominator === kept.denominator &&
      before.note === text
    ) {
      note(planning, row, title, 'same');
      continue;
    }
    writes.readings.push({
      id: newId(),
      kpiId: kpi.id,
      period: period.key,
      periodStart: period.start.toString(),
      periodEnd: period.end.toString(),
      version: (before?.version ?? 0) + 1,
      kind: before && before.value !== null ? 'correction' : 'reading',
      ...kept,
      note: text,
      evidence: before?.evidence ?? null,
      // A correction is known from now on: what was said before stays said until then.
      recordedAt: before ? planning.now : at,
    });
    const fields = before
      ? [
          ...(words(kpi, before) === words(kpi, kept) ? [] : [{ name: 'Value', from: words(kpi, before), to: words(kpi, kept) }]),
          ...(before.note === text ? [] : [{ name: 'Note', from: before.note ?? '', to: text ?? '' }]),
        ]
      : stated(
          { value: words(kpi, kept), note: text, recorded: at === planning.now ? null : at.slice(0, 10) },
          { value: 'Value', note: 'Note', recorded: 'Recorded on' },
        );
    note(planning, row, title, before ? 'change' : 'add', fields);
  }
};
