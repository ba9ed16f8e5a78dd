import { Temporal } from 'temporal-polyfill';

/** How a number is shown: as a date, as a percentage, or as it is. */
export type Shown = 'date' | 'percent' | 'number';

/** The formats every spreadsheet knows by number: ECMA-376 part 1, 18.8.30. */
const BUILT_IN_DATES = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
const BUILT_IN_PERCENTAGES = [9, 10];

/** What a format of somebody's own shows: `0.0%`, `[$-809]d mmmm yyyy`. Words in quotes, colours, locales and padding say nothing. */
const shownByCode = (code: string): Shown => {
  const [positive = ''] = code.replaceAll(/"[^"]*"|\[(?![hms]+\])[^\]]*\]|[\\_*]./giu, '').split(';');
  if (positive.includes('%')) return 'percent';
  // An `m` beside hours or seconds is minutes: a length of time, not a day.
  return /[dy]/iu.test(positive) || (/m/iu.test(positive) && !/[hs]/iu.test(positive)) ? 'date' : 'number';
};

/** What the format with a number shows; `own` holds the codes the workbook defines itself. */
export const shownBy = (format: number, own: ReadonlyMap<number, string>): Shown => {
  const code = own.get(format);
  if (code !== undefined) return shownByCode(code);
  if (BUILT_IN_DATES.includes(format)) return 'date';
  return BUILT_IN_PERCENTAGES.includes(format) ? 'percent' : 'number';
};

/** 31 December 9999, counted from 1904: no day after it can be written in a spreadsheet. */
const LAST = 2_957_003;
/** Day 60 is 29 February 1900, a day that never was: Lotus 1-2-3 had it, so every spreadsheet since counts it. */
const PHANTOM = 60;
const BEFORE_PHANTOM = new Temporal.PlainDate(1899, 12, 31);
const AFTER_PHANTOM = new Temporal.PlainDate(1899, 12, 30);
const START_1904 = new Temporal.PlainDate(1904, 1, 1);

/**
 * The day of a serial number, its time of day left out; undefined when it is no day (before the first, after 9999, or the phantom).
 * Workbooks begun on an old Macintosh count from 1 January 1904, the others from 1 January 1900 as day 1.
 */
export const dateFromSerial = (serial: number, from1904: boolean): Temporal.PlainDate | undefined => {
  const days = Math.floor(serial);
  if (days > LAST || !(from1904 ? days >= 0 : days >= 1 && days !== PHANTOM)) return undefined;
  const origin = from1904 ? START_1904 : days > PHANTOM ? AFTER_PHANTOM : BEFORE_PHANTOM;
  return origin.add({ days });
};
