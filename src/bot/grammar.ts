/**
 * The grammar of what people type, in one place: a name, then a number, `of` a number, `on` a date or a period, then a note.
 * Pure: nothing here knows what a KPI may hold or which periods are open; the use cases do.
 */
export { matchName, type Named, type NameMatch } from './grammar/names.ts';
export { likelyMeaning, type NumberProblem, NUMBER_EXPECTED, parseNumber, type ParsedNumber } from './grammar/numbers.ts';
export { parseReading, type Reading, type ReadingContext, type ParsedReading } from './grammar/reading.ts';
export { parseWhen, type When, type ParsedWhen } from './grammar/when.ts';
