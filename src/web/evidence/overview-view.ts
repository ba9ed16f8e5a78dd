import { Temporal } from 'temporal-polyfill';
import type { Counted } from '../../actions/cadence.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import { dayWords } from '../../calendar/dates.ts';
import { capital, formatNumber, formatOf } from '../../cards/format.ts';
import type { Overview } from '../../evidence/overview.ts';
import type { Coverage, LastPulse } from '../../evidence/overview-queries.ts';
import { HOW_WORDS } from '../../kpis/coverage.ts';
import { given, type Kpi } from '../../kpis/kpi.ts';
import type { KpiState } from '../../summaries/kpis.ts';
import { COUNTED, sumOf, type Tally } from '../../summaries/summary.ts';
import { amount } from '../../views/kpi-parts.ts';
import { brieflyWords } from '../../views/pulse/words.ts';
import { counted, moved } from '../../views/summary-words.ts';
import type { Reader } from './page.ts';

/** Localities in counts and words, as the pages of the programme and its pilots draw them: in their fixed order, and none beside another's scale. */

type Count = { word: string; many: string; tone: string; moved: string | undefined };

export type CountsView = {
  /** "31 actions" */
  actions: string;
  counts: Count[];
  /** The same as a strip of boxes beside one another, in per cent of its width; nothing is told by it alone. */
  strip: { tone: string; x: number; width: number }[];
};

const wordOf = (what: Counted) => (what === 'no_update' ? 'No update' : RATING_WORDS[what]);
const toneOf = (what: string) => what.replaceAll('_', '-');
const rounded = (value: number) => Math.round(value * 100) / 100;

/** Reds always, of all else what there is of it, or was. */
export const countsView = ({ actions, counts, before }: Tally): CountsView => {
  const shown = COUNTED.filter((what) => what === 'red' || counts[what] > 0 || before[what] > 0);
  let x = 0;
  const strip = COUNTED.filter((what) => counts[what] > 0).map((what) => {
    const width = (100 * counts[what]) / actions;
    const box = { tone: toneOf(what), x: rounded(x), width: rounded(width) };
    x += width;
    return box;
  });
  return {
    actions: counted(actions, 'action'),
    counts: shown.map((what) => ({
      word: wordOf(what),
      many: formatNumber(counts[what]),
      tone: toneOf(what),
      moved: moved(counts[what], before[what]),
    })),
    strip,
  };
};

/** In the order of their owners' counts, so that both can be read beside each other. */
const adviserCounts = (adviser: Overview['adviser']): Count[] =>
  COUNTED.filter((what) => what !== 'no_update').flatMap((what) => {
    const many = adviser[what];
    return many ? { word: RATING_WORDS[what], many: formatNumber(many), tone: toneOf(what), moved: undefined } : [];
  });

/** What the data say, in the order in which it is said, with the look of its mark. */
const KPI_LOOKS: readonly [word: string, mark: string, colour: string][] = [
  ['on track', '✓', 'green'],
  ['close', '~', 'yellow'],
  ['off track', '✗', 'red'],
  ['too early to say', '•', 'grey'],
  ['no target', '•', 'grey'],
  ['no baseline', '•', 'grey'],
  ['no direction', '•', 'grey'],
  ['not shown', '•', 'grey'],
];

/** The look of a KPI's status: a mark and a colour beside the word, which says all of it. */
export const lookOf = (word: string): { word: string; mark: string; colour: string } => {
  const [, mark = '•', colour = 'grey'] = KPI_LOOKS.find(([one]) => one === word) ?? [];
  return { word: capital(word), mark, colour };
};

/** "4 on track" and so on. Counts may be added up over localities; values never are. */
export const kpiCounts = (kpis: readonly KpiState[]) => {
  const many = new Map<string, number>();
  for (const { word } of kpis) many.set(word, (many.get(word) ?? 0) + 1);
  return KPI_LOOKS.flatMap(([word, mark, colour]) => {
    const count = many.get(word);
    return count ? { word, mark, colour, many: formatNumber(count) } : [];
  });
};

const computedWords = (kpi: Kpi): string => {
  const last = given(kpi).at(-1);
  return `${kpi.name}: ${last ? amount(kpi, last) : 'nobody takes part yet'}${kpi.coverage ? ` (${HOW_WORDS[kpi.coverage]})` : ''}`;
};

const coverageWords = ({ project, schools, of }: Coverage): string => `${project}: ${formatOf(schools, of)} schools`;

/** "Trust and working together, closed on 6 November 2026: 3 mostly agree, 1 mixed, 1 not shown": what was said, and not whether it is good. */
const pulseWords = ({ title, closesOn, questions, shown }: LastPulse): string => {
  const when = `${title}, closed on ${dayWords(Temporal.PlainDate.from(closesOn))}`;
  if (!shown) return `${when}: nothing could be opened`;
  const said = questions.map((question) => brieflyWords(question, shown[question.item]) ?? 'not shown');
  if (said.every((words) => words === 'not shown')) return `${when}: no answer can be shown`;
  return `${when}: ${[...Map.groupBy(said, (words) => words)].map(([words, { length }]) => `${length} ${words}`).join(', ')}`;
};

/** So many titles are told of one locality; its own page has them all. */
const MOST_TITLES = 3;

export const overviewView = (overview: Overview, to: Reader['to']) => {
  const { place, open, tally, adviser, pastDate, moved: greened, kpis, computed, coverage, pulse } = overview;
  return {
    name: place.locality,
    prefix: place.prefix,
    href: open ? to(`/localities/${place.prefix}`) : undefined,
    plan: tally.actions > 0 ? countsView(tally) : undefined,
    adviser: adviserCounts(adviser),
    pastDate: pastDate === null ? undefined : pastDate === 0 ? 'none' : counted(pastDate, 'action'),
    kpis: kpiCounts(kpis),
    coverage: [...computed.map(computedWords), ...coverage.map(coverageWords)],
    moved: {
      heading: open ? 'Moved to green' : 'From red to green',
      titles: greened.slice(0, MOST_TITLES).map(({ number, title }) => (open ? `${place.prefix}-${number} ${title}` : title)),
      more: greened.length > MOST_TITLES ? `and ${greened.length - MOST_TITLES} more` : undefined,
    },
    pulse: pulse && pulseWords(pulse),
  };
};

/** Counts of several localities together. */
export const totalsView = (overviews: readonly Overview[]) => {
  const tally = sumOf(overviews.map((overview) => overview.tally));
  return {
    plan: tally.actions > 0 ? countsView(tally) : undefined,
    kpis: kpiCounts(overviews.flatMap(({ kpis }) => kpis)),
  };
};

/** A filter of an address that is one of a few, as a form without JavaScript sends it. */
export type Choice = { name: string; label: string; value: string; options: { value: string; text: string; selected: boolean }[] };

export const choiceOf = (
  name: string,
  label: string,
  value: string,
  all: string,
  options: readonly { value: string; text: string }[],
): Choice => ({
  name,
  label,
  value,
  options: [{ value: '', text: all }, ...options].map((option) => ({ ...option, selected: option.value === value })),
});

/** What the address of a page carries whatever is chosen on it: in the demonstration, whom its reader acts as. */
export const carried = (to: Reader['to']): { name: string; value: string }[] =>
  [...new URL(to('/'), 'http://localhost').searchParams].map(([name, value]) => ({ name, value }));
