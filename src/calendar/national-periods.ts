import { type Cadence, type Period, periodAfter, periodFromKey } from './periods.ts';
import { nationalTerms } from './terms.ts';

/**
 * The periods of the national calendar as figures are stored for them, by their keys. They never change, and Temporal takes its time: each is
 * worked out once, and hundreds of them are asked for one page.
 */

/** As in Period, with its days as in 2026-11-16. */
export type NationalPeriod = { key: string; cadence: Cadence; start: string; end: string; label: string };

const known = new Map<string, NationalPeriod>();
const following = new Map<string, NationalPeriod>();

const keep = ({ key, cadence, start, end, label }: Period): NationalPeriod => {
  const found = known.get(key) ?? { key, cadence, start: start.toString(), end: end.toString(), label };
  known.set(key, found);
  return found;
};

/** @throws RangeError as `periodFromKey` */
export const nationalPeriod = (key: string): NationalPeriod => known.get(key) ?? keep(periodFromKey(key, nationalTerms));

/** The one after it. */
export const nationalAfter = ({ key }: Pick<NationalPeriod, 'key'>): NationalPeriod => {
  const found = following.get(key) ?? keep(periodAfter(periodFromKey(key, nationalTerms), nationalTerms));
  following.set(key, found);
  return found;
};
