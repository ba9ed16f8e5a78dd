import { Temporal } from 'temporal-polyfill';
import { dayWords, monthName } from '../../calendar/dates.ts';
import { nationalPeriod } from '../../calendar/national-periods.ts';
import { capital, formatValue } from '../../cards/format.ts';
import type { DefinitionVersion, KpiChains, OwnerVersion, ReadingVersion, TargetVersion } from '../../evidence/place-kpi-queries.ts';
import { isTelling } from '../../kpis/conceal.ts';
import { HOW_WORDS } from '../../kpis/coverage.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { amount, CONCEALED } from '../../views/kpi-parts.ts';
import type { Who } from './places-people.ts';

/** The history of a KPI in words: what was given, corrected and undone, what it was defined as, who answered for it. */

/** Whether a figure speaks of very few children and is not for this reader. */
export type Conceals = (figure: Parameters<typeof isTelling>[1]) => boolean;

export const concealing =
  (kpi: Kpi, maySeeTelling: boolean): Conceals =>
  (figure) =>
    !maySeeTelling && isTelling(kpi, figure);

const day = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

const ORIGIN: Record<ReadingVersion['origin'], string> = {
  papers: 'From the published papers',
  demonstration: 'Demonstration data',
  import: 'Imported',
  person: 'Somebody',
  computed: 'Computed',
};

/** A week is told with its year: there is one of its name in every year. */
const periodWords = (key: string): string => {
  const { label, cadence, start } = nationalPeriod(key);
  return cadence === 'week' ? `${label} ${start.slice(0, 4)}` : label;
};

type Figure = NonNullable<ReadingVersion['was']>;

/** "92.8 %", "84 of 131 schools", "withdrawn", "[c]" */
const figureWords = (kpi: Kpi, figure: Figure, conceals: Conceals): string => (conceals(figure) ? CONCEALED : amount(kpi, { ...figure }));

const DID: Record<ReadingVersion['kind'], string> = { reading: 'Given', correction: 'Corrected', undo: 'Undone' };

/** One line for each version: the period that it is about, the day on which it was recorded, what became of the figure. */
export const historyRows = (kpi: Kpi, versions: readonly ReadingVersion[], conceals: Conceals, who: Who) =>
  versions.map((version) => {
    const { period, kind, was, on, byId, by, origin, note, evidence } = version;
    const hidden = conceals(version);
    const is = figureWords(kpi, version, conceals);
    return {
      period: periodWords(period),
      recorded: day(on),
      did: version.value === null ? 'Withdrawn' : DID[kind],
      figure: was ? `${figureWords(kpi, was, conceals)} → ${is}` : is,
      who: who(byId, by) ?? ORIGIN[origin],
      note: hidden ? undefined : [note, evidence].filter(Boolean).join(' ') || undefined,
    };
  });

const CADENCE_WORDS: Record<Kpi['cadence'], string> = {
  week: 'every week',
  month: 'every month',
  half_term: 'every half-term',
  term: 'every term',
  year: 'every school year',
};
const IMPROVEMENT_WORDS: Record<Kpi['improvement'], string> = {
  increase: 'more is better',
  decrease: 'less is better',
  neutral: 'neither more nor less is better',
};

const COUNTS_WORDS: Record<Kpi['counts'], string> = {
  children: 'children',
  schools: 'schools',
  people: 'people',
  other: 'something else',
};

type Fact = { label: string; value: string };

/** What a definition says, field by field; '' where it says nothing. */
const definitionFacts = (version: DefinitionVersion, conceals: Conceals): Fact[] => {
  const { baseline, baselineDate, unit, decimals, coverage, project } = version;
  const shownBaseline =
    baseline === null
      ? ''
      : conceals({ value: baseline, numerator: null, denominator: null })
        ? CONCEALED
        : `${formatValue(baseline, unit, decimals)}${baselineDate ? `, ${day(baselineDate)}` : ''}`;
  return [
    { label: 'Name', value: version.name },
    { label: 'What it is', value: version.definition },
    { label: 'Where it comes from', value: version.source },
    { label: 'Unit', value: unit },
    { label: 'What it counts', value: COUNTS_WORDS[version.counts] },
    { label: 'Kind', value: version.kind === 'outcome' ? 'outcome' : 'process, or a proxy' },
    { label: 'Which way is better', value: IMPROVEMENT_WORDS[version.improvement] },
    { label: 'Read', value: CADENCE_WORDS[version.cadence] },
    { label: 'Baseline', value: shownBaseline },
    { label: 'Tolerance', value: `${version.tolerance} % of the way from baseline to target` },
    { label: 'Criterion', value: version.criterion ?? '' },
    { label: 'Project', value: project ?? '' },
    { label: 'Worked out from', value: coverage ? `who takes part in its project (${HOW_WORDS[coverage]})` : '' },
  ];
};

/** The definition as it stands; without what it says by saying nothing. */
export const definitionNow = ({ definitions }: KpiChains, conceals: Conceals): Fact[] => {
  const [now] = definitions;
  const says = ({ label, value }: Fact) => label !== 'Name' && value !== '' && !(label === 'What it counts' && now?.counts === 'other');
  return now ? definitionFacts(now, conceals).filter(says) : [];
};

type Entry = { on: string; who: string; facts: Fact[] };

const writtenBy = (who: Who, { byId, by }: { byId: string | null; by: string | null }) => who(byId, by) ?? 'it came with the data';

/** Each version of the definition with what it changed, latest first. */
const definitionEntries = (versions: readonly DefinitionVersion[], conceals: Conceals, who: Who): Entry[] =>
  versions.map((version, at) => {
    const earlier = versions[at + 1];
    const before = earlier && new Map(definitionFacts(earlier, conceals).map(({ label, value }) => [label, value]));
    const facts = definitionFacts(version, conceals).filter(({ label, value }) =>
      before
        ? before.get(label) !== value
        : value !== '' && (label === 'Name' || label === 'What it is' || label === 'Where it comes from'),
    );
    return {
      on: day(version.on),
      who: writtenBy(who, version),
      facts: facts.map(({ label, value }) => ({ label, value: value === '' ? 'none any more' : value })),
    };
  });

const monthWords = (iso: string) => {
  const { month, year } = Temporal.PlainDate.from(iso);
  return `${monthName(month)} ${year}`;
};

/** "94.0 % by July 2027"; "no target" */
export const targetWords = (
  { unit, decimals }: Pick<Kpi, 'unit' | 'decimals'>,
  { target, targetDate }: Pick<TargetVersion, 'target' | 'targetDate'>,
) => (target === null ? 'no target' : `${formatValue(target, unit, decimals)}${targetDate ? ` by ${monthWords(targetDate)}` : ''}`);

const milestoneWords = ({ unit, decimals }: Pick<Kpi, 'unit' | 'decimals'>, milestones: Kpi['milestones']): Fact[] =>
  milestones.length === 0
    ? []
    : [
        {
          label: 'Milestones',
          value: milestones.map(({ date, value }) => `${formatValue(value, unit, decimals)} by ${monthWords(date)}`).join('; '),
        },
      ];

/** The target as it stands, with what lies on the way to it. */
export const targetNow = (kpi: Kpi): Fact[] =>
  kpi.target === null
    ? [{ label: 'Target', value: 'No target' }]
    : [{ label: 'Target', value: targetWords(kpi, kpi) }, ...milestoneWords(kpi, kpi.milestones)];

const targetEntries = (kpi: Kpi, versions: readonly TargetVersion[], who: Who): Entry[] =>
  versions.map((version) => ({
    on: day(version.on),
    who: writtenBy(who, version),
    facts: [{ label: 'Target', value: capital(targetWords(kpi, version)) }, ...milestoneWords(kpi, version.milestones)],
  }));

const ownerEntries = (versions: readonly OwnerVersion[], who: Who): Entry[] =>
  versions.map((version) => ({
    on: day(version.on),
    who: writtenBy(who, version),
    facts: [
      { label: 'Owner', value: who(version.ownerId, version.owner) ?? 'nobody' },
      ...(version.deputyId ? [{ label: 'Stands in', value: who(version.deputyId, version.deputy) ?? '' }] : []),
    ],
  }));

const rebaseEntries = (versions: KpiChains['rebases'], who: Who): Entry[] =>
  versions.map((version) => ({
    on: day(version.on),
    who: writtenBy(who, version),
    facts: [
      { label: version.withdrawn ? 'Taken back' : 'Limits begin anew on', value: day(version.date) },
      ...(version.withdrawn ? [] : [{ label: 'Reason', value: version.reason }]),
    ],
  }));

/** Every chain but the readings', each latest first; an empty one is left out. */
export const chainViews = (kpi: Kpi, { definitions, targets, owners, rebases }: KpiChains, conceals: Conceals, who: Who) =>
  [
    { id: 'definitions', heading: 'Versions of its definition', entries: definitionEntries(definitions, conceals, who) },
    { id: 'targets', heading: 'Versions of its target', entries: targetEntries(kpi, targets, who) },
    { id: 'owners', heading: 'Who answered for it', entries: ownerEntries(owners, who) },
    { id: 'rebased', heading: 'Where its limits began anew', entries: rebaseEntries(rebases, who) },
  ].filter(({ entries }) => entries.length > 0);

/** Everybody who is named in a KPI's history. */
export const peopleIn = ({ definitions, targets, owners, rebases }: KpiChains, versions: readonly ReadingVersion[]): (string | null)[] => [
  ...[...definitions, ...targets, ...owners, ...rebases, ...versions].map(({ byId }) => byId),
  ...owners.flatMap(({ ownerId, deputyId }) => [ownerId, deputyId]),
];
