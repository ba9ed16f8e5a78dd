import type { Cadence } from '../calendar/periods.ts';
import type { Terms } from '../calendar/terms.ts';
import type { How } from '../people/taking.ts';

/** The current reading of one period. `value` null = withdrawn. */
export type Reading = {
  period: string;
  periodStart: string; // YYYY-MM-DD
  periodEnd: string;
  version: number;
  kind: 'reading' | 'correction' | 'undo';
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  note: string | null;
  evidence: string | null;
  /** `computed`: worked out from who takes part, and never stored. */
  origin: 'person' | 'papers' | 'demonstration' | 'import' | 'computed';
  recordedById: string | null;
  /** It was given, but its reader may not see it (src/kpis/conceal.ts): shown as [c]. Only with a null value. */
  concealed?: true;
};

/** A reading that was not withdrawn. */
export type Standing = Reading & { value: number };

/** From a date on the mean and limits of a chart are worked out anew. `version`: its number in the KPI's chain. */
export type Rebase = { date: string; reason: string; version: number };

/** A KPI as it stands: its current definition, target, owner and latest readings. */
export type Kpi = {
  id: string;
  position: number;
  localityId: string;
  locality: string;
  prefix: string;
  pilotId: string;
  programmeId: string;
  /** The day on which it was first defined, YYYY-MM-DD. */
  since: string;
  definitionVersion: number;
  name: string;
  aliases: string[];
  unit: string;
  kind: 'outcome' | 'process';
  improvement: 'increase' | 'decrease' | 'neutral';
  decimals: number;
  counts: 'children' | 'schools' | 'people' | 'other';
  /**
   * The units in which it counts children or has ever counted them, by any version of its definition; none: it never did. A figure stays
   * about whom it was given for, whatever the KPI counts now.
   */
  countedChildrenIn: string[];
  base: 'of_each_reading' | 'none';
  cadence: Cadence;
  baseline: number | null;
  baselineDate: string | null;
  /** There is one, but its reader may not see it. */
  baselineConcealed?: true;
  /** Per cent of the way from baseline to target. */
  tolerance: number;
  definition: string;
  source: string;
  criterionId: string | null;
  projectId: string | null;
  /** Its readings are worked out from who takes part in its project, at least so far (src/kpis/coverage.ts); null = people log them. */
  coverage: How | null;
  /** The name of the project that they are worked out from; null where people log them. */
  project: string | null;
  targetVersion: number;
  target: number | null;
  targetDate: string | null;
  milestones: { date: string; value: number }[];
  /** From which dates on its mean and limits are worked out anew, oldest first; those taken back are not among them. */
  rebases: Rebase[];
  ownerVersion: number;
  ownerId: string | null;
  owner: string | null;
  deputyId: string | null;
  deputy: string | null;
  /** The last day of the owner's (the deputy's) last role there; null while they hold one, or where there is none of them. */
  ownerLeft: string | null;
  deputyLeft: string | null;
  /** Latest version of each of the latest periods, oldest first; withdrawn ones are among them (value null). */
  readings: Reading[];
  /** The calendars of its locality's schools, one for each council area, where it was asked what waits; none: the national default. */
  schools?: readonly Terms[];
};

/** Whether the KPI is somebody's own: they answer for it or stand in. */
export const isOwn = (kpi: Pick<Kpi, 'ownerId' | 'deputyId'>, personId: string) => kpi.ownerId === personId || kpi.deputyId === personId;

/** The readings that stand: those not withdrawn, oldest first. */
export const standing = <R extends Pick<Reading, 'value'>>({ readings }: { readings: readonly R[] }) =>
  readings.filter((reading): reading is R & { value: number } => reading.value !== null);

/** The readings that were given and not withdrawn, with those that their reader may not see. */
export const given = <R extends Pick<Reading, 'value' | 'concealed'>>({ readings }: { readings: readonly R[] }) =>
  readings.filter(({ value, concealed }) => value !== null || concealed);

/** The scope path of a KPI, for permission checks. */
export const placeOf = (kpi: Pick<Kpi, 'programmeId' | 'pilotId' | 'localityId'>) => ({
  programmeId: kpi.programmeId,
  pilotId: kpi.pilotId,
  localityId: kpi.localityId,
});

/** The names by which a KPI is found, for the grammar; with the locality's name in front too, for whoever sees several. */
export const candidates = (kpis: readonly Kpi[]) =>
  kpis.map((kpi) => ({
    id: kpi.id,
    name: kpi.name,
    aliases: [...kpi.aliases, ...[kpi.name, ...kpi.aliases].map((name) => `${kpi.locality} ${name}`)],
  }));
