import { formatDate } from '../calendar/dates.ts';
import type { Period } from '../calendar/periods.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { isTelling } from '../kpis/conceal.ts';
import type { Kpi, Reading, Standing } from '../kpis/kpi.ts';
import { small } from './actions/parts.ts';
import { kpiChart } from './kpi-chart.ts';
import { amount, CONCEALED, concealedPart, type Day, figure, headline, movement, notePart, rangePart, targetPart } from './kpi-parts.ts';
import { chanceSays } from './kpi-says.ts';

/** A reading → cards. The first line says it all; then where it stands; then what one reading cannot say. */

/** Readings as they are after this one, so that a card written in the same turn says what is true. */
export const withReading = (kpi: Kpi, reading: Reading): Kpi => ({
  ...kpi,
  readings: [...kpi.readings.filter(({ period }) => period !== reading.period), reading].sort((a, b) =>
    a.periodStart.localeCompare(b.periodStart),
  ),
});

/**
 * What its chart says where it tells chance from change; before that, what one reading cannot say.
 * @param drawn with the chart itself
 */
const trendPart = (kpi: Kpi, drawn: boolean): Part[] => {
  const says = chanceSays(kpi);
  if (says === undefined) return rangePart(kpi);
  return drawn ? kpiChart(kpi) : [small(says)];
};

export type SavedCard = {
  /** The KPI with all its periods and the reading in it. */
  kpi: Kpi;
  reading: Standing;
  period: Period;
  replaced: Reading | undefined;
  /** The other period that an undated reading could have been for. */
  other: Period | undefined;
  today: Day;
  /** Whether the channel it was asked in can be shared to. */
  again?: boolean;
};

/** The answer to a reading that was saved; its chart stands in it where the figure is new and the readings are enough to tell chance from change. */
export const savedCard = ({ kpi, reading, period, replaced, other, today, again }: SavedCard): Card => {
  const corrected = replaced && replaced.value !== reading.value;
  const isNew = !again && (corrected || !replaced);
  const change = corrected ? `${amount(kpi, reading)}, corrected from ${figure(kpi, replaced)}` : movement(kpi, reading);
  const id = { kpi: kpi.id, period: period.key, version: reading.version };
  const buttons: Button[] = [
    { label: 'Undo', press: { verb: 'kpi.undo', state: id }, says: `Undo this reading of ${kpi.name}` },
    ...(other ? [{ label: moveLabel(other, period), press: { verb: 'kpi.move', state: { ...id, to: other.key } } }] : []),
    { label: reading.evidence ? 'Change evidence' : 'Add evidence', press: { verb: 'kpi.evidence', state: id } },
    { label: 'Chart', press: { verb: 'kpi.chart', state: { kpi: kpi.id } }, says: `Chart of ${kpi.name}` },
    { label: 'Share', press: { verb: 'kpi.share', state: { kpi: kpi.id, period: period.key } }, says: `Share this reading of ${kpi.name}` },
  ];
  return {
    title: headline(kpi, period, change),
    parts: [
      ...(again ? [small('It was saved already: nothing changed.')] : []),
      ...targetPart(kpi, today),
      ...trendPart(kpi, isNew),
      ...notePart(reading),
      ...(isTelling(kpi, reading)
        ? [small(`Fewer than 5 children: only people of your locality and its coordinators see the figure, others see ${CONCEALED}.`)]
        : []),
      { type: 'buttons', buttons },
    ],
  };
};

/** "It was the week before" / "It was this week". */
const CADENCE_WORD = { week: 'week', month: 'month', half_term: 'half-term', term: 'term', year: 'year' } as const;
const moveLabel = (other: Period, period: Period) =>
  `It was ${other.start.since(period.start).sign < 0 ? `the ${CADENCE_WORD[other.cadence]} before` : `this ${CADENCE_WORD[other.cadence]}`}`;

/** "correct 92.8 to 93.2?" */
export const correctCard = (
  kpi: Kpi,
  period: Period,
  current: Reading,
  wish: { value: number; numerator: number | null; denominator: number | null; note: string | null; evidence: string | null },
  changed: boolean,
): Card => {
  const wished: Reading = { ...current, ...wish };
  const given = {
    value: wish.numerator ?? wish.value,
    ...(wish.denominator === null ? {} : { of: wish.denominator }),
    ...(wish.note === null ? {} : { note: wish.note }),
    ...(wish.evidence === null ? {} : { evidence: wish.evidence }),
  };
  const state = {
    kpi: kpi.id,
    period: period.key,
    version: current.version,
    ...given,
    sure: true,
    // It was settled before this was asked.
    ...(wish.denominator === null ? { bare: true } : {}),
  };
  const isWithdrawn = current.value === null;
  return {
    title: isWithdrawn
      ? `Not saved: the reading of ${kpi.name}, ${period.label}, was withdrawn meanwhile. Save ${amount(kpi, wished)}?`
      : `Not saved yet: ${kpi.name}, ${period.label}, has ${amount(kpi, current)}. ${current.value === wish.value ? 'Change its note?' : `Correct ${figure(kpi, current)} to ${figure(kpi, wished)}?`}`,
    parts: [
      ...(changed ? [small('Somebody changed it after you looked.')] : []),
      ...(current.note ? [small(`Its note: ${current.note}`)] : []),
      {
        type: 'buttons',
        buttons: [
          {
            label: isWithdrawn
              ? `Save ${figure(kpi, wished)}`
              : current.value === wish.value
                ? 'Change the note'
                : `Correct to ${figure(kpi, wished)}`,
            press: { verb: 'kpi.save', state },
            style: 'primary',
          },
          {
            label: 'Another period',
            press: {
              verb: 'kpi.log',
              state: { kpi: kpi.id, ...given, value: String(given.value), ...(given.of === undefined ? {} : { of: String(given.of) }) },
            },
          },
        ],
      },
    ],
  };
};

/** "undo", long after: asked first, with what it would take back. */
export const askUndoCard = (kpi: Kpi, period: Period, reading: Reading, givenOn: Day, today: Day): Card => ({
  title: `Nothing was undone yet. Your last reading is ${kpi.name}, ${kpi.locality}, ${period.label}: ${amount(kpi, reading)}, given on ${formatDate(givenOn, today)}. Undo it?`,
  parts: [
    {
      type: 'buttons',
      buttons: [
        {
          label: 'Undo it',
          press: { verb: 'kpi.undo', state: { kpi: kpi.id, period: period.key, version: reading.version } },
          says: `Undo this reading of ${kpi.name}`,
        },
      ],
    },
  ],
});

/** After an undo. */
export const undoneCard = (kpi: Kpi, period: Period, reading: Reading, undone: Reading, again: boolean): Card => ({
  title:
    reading.value === null
      ? `Undone: ${kpi.name}, ${kpi.locality}, ${period.label}, has no reading now (it was ${amount(kpi, undone)}).`
      : `Undone: ${kpi.name}, ${kpi.locality}, ${period.label}, is ${amount(kpi, reading)} again (it was ${amount(kpi, undone)}).`,
  parts: [
    ...(again ? [small('It was undone already: nothing changed.')] : []),
    { type: 'buttons', buttons: [{ label: 'Log it anew', press: { verb: 'kpi.log', state: { kpi: kpi.id, at: period.key } } }] },
  ],
});

/** "Not saved. Attendance is a percentage, so 0 to 100. Did you mean 93.2?" with one press for the likely meaning. */
export const askValueCard = (detail: {
  why: string;
  question?: string;
  save: { label: string; state: Record<string, unknown> }[];
  change: Record<string, unknown>;
}): Card => ({
  title: `Not saved. ${detail.why}${detail.question ? ` ${detail.question}` : ''}`,
  parts: [
    {
      type: 'buttons',
      buttons: [
        ...detail.save.map(({ label, state }, index) => ({
          label,
          press: { verb: 'kpi.save', state },
          ...(index === 0 ? { style: 'primary' as const } : {}),
        })),
        { label: 'Change', press: { verb: 'kpi.log', state: detail.change } },
      ],
    },
  ],
});

/** What others will see of a reading of a KPI with all its periods. Where outsiders read, without names and reasons. */
export const sharedCard = (kpi: Kpi, reading: Reading, period: Period, today: Day, withReasons: boolean): Card => ({
  title: headline(kpi, period, movement(kpi, reading)),
  parts: [...targetPart(kpi, today), ...trendPart(kpi, false), ...concealedPart(kpi), ...(withReasons ? notePart(reading) : [])],
});
