import { Temporal } from 'temporal-polyfill';
import { formatDate, monthName } from '../calendar/dates.ts';
import type { Period } from '../calendar/periods.ts';
import type { Button, Card, Part, StatusTone } from '../cards/card.ts';
import { formatDelta, formatNumber, formatOf, formatValue } from '../cards/format.ts';
import { isTelling } from '../kpis/conceal.ts';
import type { Published } from '../kpis/context.ts';
import { given, type Kpi, type Reading, type Standing, standing } from '../kpis/kpi.ts';
import type { Waiting } from '../kpis/period.ts';
import { type ComputedStatus, computedStatus, type DatedValue } from '../kpis/status.ts';

/** KPI data → cards. The first line says it all; then where it stands; then what one reading cannot say. */

type Day = Temporal.PlainDate;
type Figure = Pick<Reading, 'value' | 'numerator' | 'denominator' | 'concealed'>;

/** Confidential (Government Analysis Function's symbols): given, but not shown to this reader. */
const CONCEALED = '[c]';
const day = (text: string) => Temporal.PlainDate.from(text);

/** Below this many readings the range of past ones says nothing. */
const ENOUGH_FOR_RANGE = 3;
/** Readings that the range speaks of. */
const RANGE = 9;
const TONES: Record<ComputedStatus['status'], StatusTone> = {
  on_track: 'good',
  close: 'close',
  off_track: 'bad',
  too_early: 'neutral',
  none: 'neutral',
};

/** "93.2", "84 of 131": the figure of a reading without its unit. */
const figure = (kpi: Kpi, reading: Figure): string => {
  if (reading.value === null) return reading.concealed ? CONCEALED : 'withdrawn';
  if (reading.numerator !== null && reading.denominator !== null && kpi.unit !== '%')
    return formatOf(reading.numerator, reading.denominator);
  return formatNumber(reading.value, kpi.decimals);
};

/** "93.2 %", "84 of 131 schools", "62.5 % (5 of 8)". */
const amount = (kpi: Kpi, reading: Figure): string => {
  if (reading.value === null) return figure(kpi, reading);
  if (reading.numerator === null || reading.denominator === null) return formatValue(reading.value, kpi.unit, kpi.decimals);
  if (kpi.unit === '%')
    return `${formatValue(reading.value, kpi.unit, kpi.decimals)} (${formatOf(reading.numerator, reading.denominator)})`;
  return `${figure(kpi, reading)} ${kpi.unit}`;
};

const dated = (kpi: Kpi): DatedValue[] => standing(kpi).map((reading) => ({ date: day(reading.periodEnd), value: reading.value }));

/** What the data say of a KPI on a day. */
const statusOf = (kpi: Kpi, today: Day): ComputedStatus =>
  computedStatus({
    improvement: kpi.improvement,
    baseline: kpi.baseline !== null && kpi.baselineDate !== null ? { value: kpi.baseline, date: day(kpi.baselineDate) } : null,
    target: kpi.target !== null && kpi.targetDate !== null ? { value: kpi.target, date: day(kpi.targetDate) } : null,
    milestones: kpi.milestones.map(({ date, value }) => ({ date: day(date), value })),
    tolerance: kpi.tolerance,
    decimals: kpi.decimals,
    readings: dated(kpi),
    at: today,
  });

/** "On track: target 94.0 % by July, 0.8 to go (93.1 expected by now)" */
const targetPart = (kpi: Kpi, today: Day): Part[] => {
  if (kpi.target === null || kpi.targetDate === null) return [];
  const isConcealed = kpi.baselineConcealed || given(kpi).at(-1)?.concealed;
  const found = statusOf(kpi, today);
  const by = day(kpi.targetDate);
  const month = monthName(by.month);
  const when = by.since(today).sign < 0 || by.until(today).total({ unit: 'days' }) < -330 ? `${month} ${by.year}` : month;
  const target = `target ${formatValue(kpi.target, kpi.unit, kpi.decimals)} by ${when}`;
  // How far it is from the target would tell the figure itself.
  if (isConcealed) return [{ type: 'status', tone: 'neutral', word: 'Not shown', text: target }];
  const toGo = found.toGo === null ? '' : found.toGo === 0 ? ', reached' : `, ${formatNumber(found.toGo, kpi.decimals)} to go`;
  const expected = found.expected === null ? '' : ` (${formatNumber(found.expected, kpi.decimals)} expected by now)`;
  const word = found.word.charAt(0).toUpperCase() + found.word.slice(1);
  return [
    {
      type: 'status',
      tone: TONES[found.status],
      word,
      text: `${target}${toGo}${expected}`,
    },
  ];
};

/** "One reading is not a trend: the last 9 lie between 92.1 and 93.6." */
const rangePart = (kpi: Kpi): Part[] => {
  const last = given(kpi).slice(-RANGE);
  const values = last.flatMap(({ value }) => value ?? []);
  if (values.length < ENOUGH_FOR_RANGE || values.length < last.length) return [];
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, kpi.decimals));
  return [
    { type: 'text', style: 'small', text: `One reading is not a trend: the last ${values.length} lie between ${least} and ${most}.` },
  ];
};

const small = (text: string): Part => ({ type: 'text', style: 'small', text });

/** Readings as they are after this one, so that a card written in the same turn says what is true. */
export const withReading = (kpi: Kpi, reading: Reading): Kpi => ({
  ...kpi,
  readings: [...kpi.readings.filter(({ period }) => period !== reading.period), reading].sort((a, b) =>
    a.periodStart.localeCompare(b.periodStart),
  ),
});

const before = (kpi: Kpi, reading: Reading) => given(kpi).findLast((other) => other.periodStart < reading.periodStart);

const headline = (kpi: Kpi, period: Period, change: string) => `${kpi.name}, ${kpi.locality}, ${period.label}: ${change}`;

/** 92.8 → 93.2 % (+0.4): compared with the period before. */
const movement = (kpi: Kpi, reading: Reading): string => {
  const earlier = before(kpi, reading);
  if (!earlier) return amount(kpi, reading);
  if (earlier.value === null || reading.value === null) return `${figure(kpi, earlier)} → ${amount(kpi, reading)}`;
  return `${figure(kpi, earlier)} → ${amount(kpi, reading)} (${formatDelta(earlier.value, reading.value, kpi.decimals)})`;
};

/** What [c] means, wherever one is shown. */
const concealedPart = (...kpis: Kpi[]): Part[] =>
  kpis.some((kpi) => kpi.baselineConcealed || given(kpi).some(({ concealed }) => concealed))
    ? [small(`${CONCEALED} is a figure about fewer than 5 children: it is shown only in their own locality.`)]
    : [];

type SavedCard = {
  /** The KPI with the reading in it. */
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

/** The answer to a reading that was saved. */
export const savedCard = ({ kpi, reading, period, replaced, other, today, again }: SavedCard): Card => {
  const corrected = replaced && replaced.value !== reading.value;
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
      ...rangePart(kpi),
      ...notePart(reading),
      ...(isTelling(kpi, reading)
        ? [small(`Fewer than 5 children: others outside your locality see ${CONCEALED} instead of the figure.`)]
        : []),
      { type: 'buttons', buttons },
    ],
  };
};

const notePart = (reading: Reading): Part[] => [
  ...(reading.note ? [{ type: 'text' as const, text: `Note: ${reading.note}` }] : []),
  ...(reading.evidence ? [{ type: 'text' as const, text: `Evidence: ${reading.evidence}` }] : []),
];

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

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const sinceWords = (since: Day, today: Day) =>
  since.until(today).days < 7 && since.until(today, { largestUnit: 'days' }).days < 7
    ? since.equals(today)
      ? 'waiting, due today'
      : `waiting since ${WEEKDAYS[since.dayOfWeek - 1]}`
    : `waiting since ${formatDate(since, today)}`;

const dueWords = (waiting: Waiting, today: Day) => {
  if (waiting.kind === 'waiting') return sinceWords(waiting.since, today);
  if (waiting.period.cadence === 'term') return 'end of term';
  return `next ${formatDate(waiting.due, today)}`;
};

/** One KPI in a list: its last figure, what waits, and one press to log what does. */
export const kpiLine = (kpi: Kpi, waiting: Waiting, today: Day) => {
  const last = given(kpi).at(-1);
  return {
    text: kpi.name,
    detail: `${last ? amount(kpi, last) : 'no reading yet'} · ${dueWords(waiting, today)}`,
    ...(waiting.kind === 'waiting'
      ? {
          button: {
            label: 'Log',
            press: { verb: 'kpi.log', state: { kpi: kpi.id, at: waiting.period.key } },
            says: `Log ${kpi.name}, ${kpi.locality}`,
          },
        }
      : {}),
  };
};

export type Lined = { kpi: Kpi; waiting: Waiting; own: boolean };

/** My KPIs and what waits, or those of the localities I can see. */
export const listCard = (lines: Lined[], today: Day, mayAdd: boolean): Card => {
  const own = lines.filter((line) => line.own);
  const mine = own.length > 0;
  const shown = mine ? own : lines;
  const localities = [...new Set(shown.map(({ kpi }) => kpi.locality))];
  const waiting = own.filter((line) => line.waiting.kind === 'waiting').length;
  const where = localities.length === 1 ? `${localities[0]}: ` : '';
  const title = mine
    ? `${where}${waiting === 0 ? `nothing waits for you; you have ${own.length} ${own.length === 1 ? 'KPI' : 'KPIs'}` : `${waiting} of your ${own.length} ${waiting === 1 ? 'waits' : 'wait'} for you`}`
    : `${where}${shown.length} ${shown.length === 1 ? 'KPI' : 'KPIs'}; none of them is yours to log`;
  const others = mine ? lines.length - own.length : 0;
  const parts: Part[] = localities.flatMap((locality) => [
    ...(localities.length > 1 ? [{ type: 'text' as const, style: 'heading' as const, text: locality }] : []),
    {
      type: 'list' as const,
      items: shown
        .filter(({ kpi }) => kpi.locality === locality)
        .map(({ kpi, waiting: at, own: isMine }) => {
          const line = kpiLine(kpi, at, today);
          return isMine ? line : { text: line.text, detail: line.detail };
        }),
    },
  ]);
  return {
    title,
    parts: [
      ...parts,
      ...concealedPart(...shown.map(({ kpi }) => kpi)),
      ...(others > 0
        ? [
            small(
              `${others} more ${others === 1 ? 'KPI' : 'KPIs'} in ${mine && localities.length === 1 ? localities[0] : 'your localities'}: name one to see it.`,
            ),
          ]
        : []),
      {
        type: 'buttons',
        buttons: [
          ...(mine ? [{ label: 'Log a reading', press: { verb: 'kpi.log' } } satisfies Button] : []),
          ...(others > 0 ? [{ label: 'All KPIs', press: { verb: 'kpi.all' } } satisfies Button] : []),
          ...(mayAdd ? [{ label: 'New KPI', press: { verb: 'kpi.new' } } satisfies Button] : []),
        ],
      } satisfies Part,
    ].filter((part) => part.type !== 'buttons' || part.buttons.length > 0),
  };
};

/** Every KPI that somebody can see, whoever answers for it. */
export const allCard = (lines: Lined[], today: Day): Card => {
  const localities = [...new Set(lines.map(({ kpi }) => kpi.locality))];
  return {
    title: `${lines.length} KPIs in ${localities.length === 1 ? localities[0] : `${localities.length} localities`}`,
    parts: [
      ...localities.flatMap((locality): Part[] => [
        ...(localities.length > 1 ? [{ type: 'text' as const, style: 'heading' as const, text: locality }] : []),
        {
          type: 'list',
          items: lines
            .filter(({ kpi }) => kpi.locality === locality)
            .map(({ kpi, waiting }) => ({
              text: kpi.name,
              detail: `${kpiLine(kpi, waiting, today).detail}${kpi.owner ? ` · ${kpi.owner}` : ''}`,
            })),
        },
      ]),
      ...concealedPart(...lines.map(({ kpi }) => kpi)),
    ],
  };
};

const chartPart = (kpi: Kpi): Part[] => {
  const points = given(kpi);
  const values = standing(kpi).map(({ value }) => value);
  const last = points.at(-1);
  if (!last || values.length === 0) return [];
  const says = `${values.length} ${values.length === 1 ? 'reading' : 'readings'}, from ${formatNumber(Math.min(...values), kpi.decimals)} to ${formatNumber(Math.max(...values), kpi.decimals)}; the last is ${amount(kpi, last)}${kpi.target === null ? '' : `, the target ${formatValue(kpi.target, kpi.unit, kpi.decimals)}`}.`;
  return [
    {
      type: 'chart',
      title: `${kpi.name}, ${kpi.locality}`,
      unit: kpi.unit,
      decimals: kpi.decimals,
      says,
      points: points.map(({ period, periodStart, value, concealed }) => ({
        label: `${period.includes('W') ? `${day(periodStart).day} ${monthName(day(periodStart).month).slice(0, 3)}` : period}${concealed ? ` ${CONCEALED}` : ''}`,
        value,
      })),
      ...(kpi.target === null ? {} : { target: kpi.target }),
    },
  ];
};

const ORIGIN = { papers: 'from the published papers', demonstration: 'demonstration data', import: 'imported', person: '' } as const;

/** Digits after the point as published. */
const decimalsOf = (value: number) => String(value).split('.')[1]?.length ?? 0;

/** "Wakefield 92.94 % (week 45 of 2025), pupils in all schools. Source: Department for Education, …": beside the readings, never one of them. */
const publishedFact = (published: Published[]) => {
  const [first] = published;
  if (!first) return [];
  const values = published.map(({ area, value, unit, period }) => `${area} ${formatValue(value, unit, decimalsOf(value))} (${period})`);
  // What to mind when one reads the series follows in sentences of its own; a fact has room for who published it.
  const source = first.source.split('. ')[0];
  return [{ label: 'Context, published', value: `${values.join('; ')}, ${first.about}. Source: ${source}` }];
};

/** One KPI: the last reading, where it stands, its chart, what it means. */
export const showCard = (
  kpi: Kpi,
  today: Day,
  waiting: Waiting,
  rights: { own: boolean; edit: boolean },
  lastPeriod: Period | undefined,
  published: Published[],
): Card => {
  const last = given(kpi).at(-1);
  const definition = [
    { label: 'What it is', value: kpi.definition },
    { label: 'Where it comes from', value: kpi.source },
    {
      label: 'Who answers for it',
      value: [kpi.owner ?? 'nobody yet', kpi.deputy ? `stands in: ${kpi.deputy}` : ''].filter(Boolean).join('; '),
    },
    ...(kpi.baselineConcealed ? [{ label: 'Baseline', value: CONCEALED }] : []),
    ...(kpi.baseline === null
      ? []
      : [
          {
            label: 'Baseline',
            value: `${formatValue(kpi.baseline, kpi.unit, kpi.decimals)}${kpi.baselineDate ? `, ${formatDate(day(kpi.baselineDate), today)}` : ''}`,
          },
        ]),
    { label: 'Next reading', value: dueWords(waiting, today).replace(/^next /u, '') },
    ...publishedFact(published),
  ].filter(({ value }) => value !== '');
  const buttons: Button[] = [
    ...(rights.own ? [{ label: 'Log a reading', press: { verb: 'kpi.log', state: { kpi: kpi.id } }, style: 'primary' as const }] : []),
    ...(last ? [{ label: 'Share', press: { verb: 'kpi.share', state: { kpi: kpi.id, period: last.period } } }] : []),
    ...(rights.edit ? [{ label: 'Edit', press: { verb: 'kpi.edit', state: { kpi: kpi.id } }, says: `Edit ${kpi.name}` }] : []),
  ];
  return {
    title: last && lastPeriod ? headline(kpi, lastPeriod, movement(kpi, last)) : `${kpi.name}, ${kpi.locality}: no reading yet`,
    parts: [
      ...targetPart(kpi, today),
      ...rangePart(kpi),
      ...chartPart(kpi),
      ...concealedPart(kpi),
      ...(last ? notePart(last) : []),
      ...(last && ORIGIN[last.origin] ? [small(`The last reading is ${ORIGIN[last.origin]}.`)] : []),
      { type: 'facts', facts: definition },
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons }] : []),
    ],
  };
};

/** What others will see of a reading. Where outsiders read, without names and reasons. */
export const sharedCard = (kpi: Kpi, reading: Reading, period: Period, today: Day, withReasons: boolean): Card => ({
  title: headline(kpi, period, movement(kpi, reading)),
  parts: [...targetPart(kpi, today), ...rangePart(kpi), ...concealedPart(kpi), ...(withReasons ? notePart(reading) : [])],
});
