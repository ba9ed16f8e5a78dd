/** Figures as people in England read them: `1,765`, `93.2 %`, a true minus sign; and words as a line begins with them. */

const MINUS = '\u2212';

type Sign = 'negative' | 'exceptZero';
/** Making one takes a hundred times as long as using it, and there are at most two for each number of decimals. */
const formats = new Map<string, Intl.NumberFormat>();
const formatFor = (decimals: number, signDisplay: Sign) => {
  const key = `${decimals} ${signDisplay}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay });
  formats.set(key, made);
  return made;
};
const written = (value: number, decimals: number, sign: Sign) => formatFor(decimals, sign).format(value).replace('-', MINUS);

/** "1,765" · "93.2" · "−4". `decimals` is the KPI's own, 0 to 6. */
export const formatNumber = (value: number, decimals = 0): string => written(value, decimals, 'negative');

/** With its unit: "93.2 %" · "41 visits". */
export const formatValue = (value: number, unit: string, decimals = 0): string => `${formatNumber(value, decimals)} ${unit}`.trim();

/** "84 of 131" */
export const formatOf = (numerator: number, denominator: number): string => `${formatNumber(numerator)} of ${formatNumber(denominator)}`;

/** From one value to another: "+0.4" · "−1,200" · "no change". */
export const formatDelta = (from: number, to: number, decimals = 0): string => {
  const delta = written(to - from, decimals, 'exceptZero');
  return /[1-9]/.test(delta) ? delta : 'no change';
};

/** "autumn half-term" → "Autumn half-term" */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
