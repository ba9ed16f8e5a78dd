import type { Kpi, Reading } from './kpi.ts';

/**
 * Figures about very few children can tell who they are. So a KPI is concealed once, where it is read for somebody,
 * and everything that is worked out from it afterwards (change, range, chart, status) knows no more than its reader may.
 */

/** One to so many children are too few to hide in. */
const MOST_TELLING = 4;

const tells = (children: number) => children >= 1 && children <= MOST_TELLING;

/** Of whom a KPI speaks. */
type Counted = Pick<Kpi, 'countedChildrenIn'>;

/** Whether there can be a figure of this KPI that does: of any other everybody who may read it knows the same. */
export const canTell = ({ countedChildrenIn }: Counted): boolean => countedChildrenIn.length > 0;

/**
 * Whether a figure of this KPI speaks of 1 to 4 children: its value, what it is out of, or the rest.
 * A bare percentage says nothing of how many children it is about. What the KPI counted under any version of its definition is asked, not
 * what it counts now: figures that were given before it was changed stay about the same children.
 */
export const isTelling = (kpi: Counted, { value, numerator, denominator }: Pick<Reading, 'value' | 'numerator' | 'denominator'>) => {
  if (!canTell(kpi) || value === null) return false;
  if (numerator !== null && denominator !== null) return [numerator, denominator, denominator - numerator].some(tells);
  return kpi.countedChildrenIn.some((unit) => unit !== '%') && tells(value);
};

const concealed = (kpi: Kpi, reading: Reading): Reading =>
  isTelling(kpi, reading)
    ? { ...reading, value: null, numerator: null, denominator: null, note: null, evidence: null, concealed: true }
    : reading;

/** The KPI as those see it who do not answer for these children: every telling figure, with its note and link, is left out. */
export const concealTelling = (kpi: Kpi): Kpi => {
  const tellingBaseline = isTelling(kpi, { value: kpi.baseline, numerator: null, denominator: null });
  return {
    ...kpi,
    readings: kpi.readings.map((reading) => concealed(kpi, reading)),
    ...(tellingBaseline ? { baseline: null, baselineConcealed: true } : {}),
  };
};
