import { formatDate, weekdayName } from '../calendar/dates.ts';
import type { Period } from '../calendar/periods.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { formatValue } from '../cards/format.ts';
import type { Published } from '../kpis/context.ts';
import { HOW_WORDS } from '../kpis/coverage.ts';
import { given, type Kpi, standing } from '../kpis/kpi.ts';
import type { Waiting } from '../kpis/period.ts';
import { small } from './actions/parts.ts';
import { kpiChart } from './kpi-chart.ts';
import { amount, CONCEALED, concealedPart, type Day, day, headline, movement, notePart, targetPart } from './kpi-parts.ts';
import { rebaseButtons, rebaseNotes } from './kpi-rebase.ts';
import { ownerless, ownerWords } from './ownership.ts';
import { raiseButton } from './raise.ts';

/** A KPI, and lists of them → cards. */

const sinceWords = (since: Day, today: Day) =>
  since.until(today).days < 7 && since.until(today, { largestUnit: 'days' }).days < 7
    ? since.equals(today)
      ? 'waiting, due today'
      : `waiting since ${weekdayName(since)}`
    : `waiting since ${formatDate(since, today)}`;

const dueWords = (waiting: Waiting, today: Day) => {
  if (waiting.kind === 'waiting') return sinceWords(waiting.since, today);
  if (waiting.kind === 'computed') return 'computed from who takes part';
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

export type Lined = {
  kpi: Kpi;
  waiting: Waiting;
  own: boolean;
  /** They said that it is not theirs: it waits, but not for them. */
  notMine: boolean;
};

/** My KPIs and what waits, or those of the localities I can see. */
export const listCard = (lines: Lined[], today: Day, mayAdd: boolean): Card => {
  const own = lines.filter((line) => line.own);
  const mine = own.length > 0;
  const shown = mine ? own : lines;
  const localities = [...new Set(shown.map(({ kpi }) => kpi.locality))];
  const waiting = own.filter((line) => line.waiting.kind === 'waiting' && !line.notMine).length;
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
        .map(({ kpi, waiting: at, own: isMine, notMine }) => {
          const line = kpiLine(kpi, at, today);
          const without = ownerless(kpi, today);
          const whose = [without && `${without}${isMine ? '; you stand in' : ''}`, notMine && 'not yours, you said'];
          const detail = [line.detail, ...whose.filter(Boolean)].join(' · ');
          return isMine ? { ...line, detail } : { text: line.text, detail };
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
          ...(own.some(({ kpi }) => !kpi.coverage) ? [{ label: 'Log a reading', press: { verb: 'kpi.log' } } satisfies Button] : []),
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
              detail: `${kpiLine(kpi, waiting, today).detail} · ${ownerless(kpi, today) ? ownerWords(kpi, today) : kpi.owner}`,
            })),
        },
      ]),
      ...concealedPart(...lines.map(({ kpi }) => kpi)),
    ],
  };
};

const ORIGIN = {
  papers: 'from the published papers',
  demonstration: 'demonstration data',
  import: 'imported',
  person: '',
  computed: '',
} as const;

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

/** One KPI with all its periods: the last reading, where it stands, its chart, what it means. */
export const showCard = (
  kpi: Kpi,
  today: Day,
  waiting: Waiting,
  rights: { own: boolean; edit: boolean; rebase: boolean; raise: boolean },
  lastPeriod: Period | undefined,
  published: Published[],
): Card => {
  const last = given(kpi).at(-1);
  const definition = [
    { label: 'What it is', value: kpi.definition },
    { label: 'Where it comes from', value: kpi.source },
    {
      label: 'Who answers for it',
      value: ownerWords(kpi, today),
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
    { label: 'Next reading', value: waiting.kind === 'computed' ? '' : dueWords(waiting, today).replace(/^next /u, '') },
    ...publishedFact(published),
  ].filter(({ value }) => value !== '');
  const buttons: Button[] = [
    ...(rights.own ? [{ label: 'Log a reading', press: { verb: 'kpi.log', state: { kpi: kpi.id } }, style: 'primary' as const }] : []),
    ...(kpi.coverage ? [{ label: 'Who takes part', press: { verb: 'partners.taking', state: { project: kpi.projectId } } }] : []),
    ...(last ? [{ label: 'Share', press: { verb: 'kpi.share', state: { kpi: kpi.id, period: last.period } } }] : []),
    ...(rights.edit ? [{ label: 'Edit', press: { verb: 'kpi.edit', state: { kpi: kpi.id } }, says: `Edit ${kpi.name}` }] : []),
    ...(rights.rebase ? rebaseButtons(kpi, standing(kpi).length > 1, today) : []),
    ...(rights.raise ? [raiseButton({ kpi: kpi.id }, kpi.name)] : []),
  ];
  return {
    title: last && lastPeriod ? headline(kpi, lastPeriod, movement(kpi, last)) : `${kpi.name}, ${kpi.locality}: no reading yet`,
    parts: [
      ...targetPart(kpi, today),
      ...kpiChart(kpi),
      ...rebaseNotes(kpi, today),
      ...concealedPart(kpi),
      ...(last ? notePart(last) : []),
      ...(kpi.coverage && kpi.project ? [small(`Computed from who takes part in ${kpi.project} (${HOW_WORDS[kpi.coverage]}).`)] : []),
      ...(last && ORIGIN[last.origin] ? [small(`The last reading is ${ORIGIN[last.origin]}.`)] : []),
      { type: 'facts', facts: definition },
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons }] : []),
    ],
  };
};
