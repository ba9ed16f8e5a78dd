/**
 * The grammar of what people type, in one place: a name, then a number, `of` a number, `on` a date or a period, then a note.
 * Pure: nothing here knows what a KPI may hold or which periods are open; the use cases do.
 */
export { matchName, type Named, type NameMatch } from './grammar/names.ts';
export { likelyMeaning, NUMBER_EXPECTED, type NumberProblem, type ParsedNumber, parseNumber } from './grammar/numbers.ts';
export { type ParsedReading, parseReading, type Reading, type ReadingContext } from './grammar/reading.ts';
export { type ParsedWhen, parseWhen, type When } from './grammar/when.ts';
