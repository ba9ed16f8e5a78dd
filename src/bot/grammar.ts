/**
 * The grammar of what people type, in one place: a name, then a number, `of` a number, `on` a date or a period, then a note.
 * Pure: nothing here knows what a KPI may hold or which periods are open; the use cases do.
 */
export { parseCode } from './grammar/code.ts';
export { DUE_EXPECTED, type DueContext, parseDue, splitBy } from './grammar/due.ts';
export { matchName, type Named } from './grammar/names.ts';
export { NUMBER_EXPECTED, parseNumber } from './grammar/numbers.ts';
export { type NamedDays, parseNamedDays } from './grammar/periods.ts';
export { parseRating, type SaidRating } from './grammar/rating.ts';
export { parseReading, type Reading } from './grammar/reading.ts';
export { parseSpan, type Span } from './grammar/span.ts';
export { parseWeekly, weekdayName } from './grammar/weekly.ts';
export { parseDay, parseWhen, type UnsaidYear, type When } from './grammar/when.ts';
