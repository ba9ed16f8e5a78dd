/**
 * Finds what names a pupil in text that is to be kept, so that it is not. Numbers are only taken for identifiers
 * when their check digit agrees, so a telephone number or a count of visits passes; or when the text says that they are, however mistyped.
 */
export type PupilIdentifier = 'UPN' | 'NHS number' | 'date of birth beside a name';

/** What people put between the digits of a number. */
const GAP = '[ -]{0,3}';
/** Letters that a UPN may hold, in the order of their values: I, O and S are left out. */
const UPN_LETTERS = 'ABCDEFGHJKLMNPQRTUVWXYZ';
/** Begins at every place (a lookahead takes nothing), because a number may stand beside another. */
const UPN = new RegExp(`(?<![a-z\\d])(?=([${UPN_LETTERS}]${GAP}(?:\\d${GAP}){11}[\\d${UPN_LETTERS}])(?![a-z\\d]))`, 'giu');
/** Ten digits in a row or in any groups, or three-three-four inside a longer run; a number with +44 is a telephone's. */
const NHS_ALONE = new RegExp(`(?<![\\d+.,]|\\d[ -]{1,3})(?=(\\d(?:${GAP}\\d){9})(?![.,]?\\d|[ -]{1,3}\\d))`, 'gu');
const NHS_GROUPED = /(?<![\d+.,])(?=(\d{3}[ -]{1,3}\d{3}[ -]{1,3}\d{4})(?![.,]?\d))/gu;

/** After words that say what they are, what is meant for numbers: one or several, with a digit too few or too many, O for 0, l for 1. */
const MEANT_UPN = `(?<![a-z\\d])[a-z](?:${GAP}\\d|[oil]|[ -]{1,3}[oil](?=\\d)){9,13}(?:${GAP}\\d|[a-z])(?![a-z\\d])`;
/** A telephone's eleven digits, a day, and the services NHS 24 and NHS 111 are not meant for one. */
const NOT_MEANT = [
  `0[12378](?:${GAP}\\d){9}(?!\\d)`,
  '(?:19|20)\\d\\d-\\d\\d-\\d\\d(?!\\d)',
  '\\d\\d?[ -]\\d\\d?[ -](?:19|20)\\d\\d(?!\\d)',
  '(?:24|111)[ -]',
];
const MEANT_NHS = `(?<!\\d)(?!${NOT_MEANT.join('|')})\\d(?:${GAP}\\d){8,10}(?!\\d)`;
/** "UPN", "NHS no. is:", then one number or several: "A… and B…". */
const LIST = (words: string, meant: string) => {
  // Spaces, colons, brackets, quotes; not what begins an amount of money or a telephone number.
  const mark = '[^\\p{L}\\p{N}£$€+]{0,6}';
  const between = `${mark}(?:(?:and|or)(?![a-z])${mark})?`;
  const says = `(?:(?:is|was|are|were|nos?|numbers?)(?![a-z])${mark}){0,2}`;
  return new RegExp(`(?<![a-z\\d])${words}(?![a-z])${mark}${says}${meant}(?:${between}${meant})*`, 'giu');
};
const SAID_UPN = {
  list: LIST("(?:upn(?:['’]?s)?|unique[ _-]{1,3}pupil[ _-]{1,3}(?:numbers?|nos?))", MEANT_UPN),
  one: new RegExp(MEANT_UPN, 'giu'),
};
const SAID_NHS = { list: LIST('nhs', MEANT_NHS), one: new RegExp(MEANT_NHS, 'giu') };

/** Without marks that nobody sees, with plain digits, spaces and hyphens; upper and lower case stay. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s/gu, ' ')
    .replace(/[\u2010-\u2015\u2212]/gu, '-');
const joined = (found: string) => found.replace(/[ -]/g, '').toUpperCase();

type Span = { from: number; to: number };
/** Where in plain text something is found that is what it looks like. */
const spansOf = (text: string, pattern: RegExp, is: (characters: string) => boolean): Span[] =>
  [...text.matchAll(pattern)].flatMap(({ index, 1: found = '' }) => (is(joined(found)) ? [{ from: index, to: index + found.length }] : []));
/** Where in plain text the numbers are of which it says what they are. */
const saidIn = (text: string, { list, one }: { list: RegExp; one: RegExp }): Span[] =>
  [...text.matchAll(list)].flatMap(({ index, 0: said }) =>
    [...said.matchAll(one)].map((found) => ({ from: index + found.index, to: index + found.index + found[0].length })),
  );

/**
 * The check letter of a UPN is the sum of its other characters times their places (2 to 13), modulo 23;
 * the last character of a temporary UPN is a letter and counts with its value (Department for Education, "Unique pupil numbers").
 */
const isUpn = (upn: string) => {
  const sum = [...upn].slice(1).reduce((total, character, index) => {
    const value = /\d/.test(character) ? Number(character) : UPN_LETTERS.indexOf(character);
    return total + value * (index + 2);
  }, 0);
  return upn[0] === UPN_LETTERS[sum % UPN_LETTERS.length];
};

/**
 * The last digit of an NHS number: 11 minus the weighted sum (10 down to 2) modulo 11; 11 counts as 0, 10 is never issued
 * (NHS Data Dictionary, "NHS number"). None issued in England begins with 0.
 */
const isNhsNumber = (digits: string) => {
  const sum = [...digits].slice(0, 9).reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  return !digits.startsWith('0') && (11 - (sum % 11)) % 11 === Number(digits[9]);
};

const upnsIn = (read: string) => [...spansOf(read, UPN, isUpn), ...saidIn(read, SAID_UPN)];
const nhsNumbersIn = (read: string) => [
  ...[NHS_ALONE, NHS_GROUPED].flatMap((pattern) => spansOf(read, pattern, isNhsNumber)),
  ...saidIn(read, SAID_NHS),
];

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const DATE = `(?<!\\d)(?:\\d{1,2} ?[/.-] ?\\d{1,2} ?[/.-] ?(?:\\d{4}|\\d{2})|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}\\.?,? (?:\\d{4}|\\d{2}))(?![\\d/])`;
const BIRTH = new RegExp(
  `(?:\\b(?:d\\.? ?o\\.? ?b\\b\\.?|date of birth|born)(?: on| is|:| -|,|=)* *\\(?${DATE})|(?:${DATE}\\)? *\\(?d\\.? ?o\\.? ?b\\b)`,
  'iu',
);
/** Two or three words that begin with a capital, right beside a date with its year. */
const NAME =
  "(?<![\\p{L}'-])(\\p{Lu}\\p{Ll}+(?:['’-]\\p{Lu}\\p{Ll}+)?(?: \\p{Lu}(?:\\p{Ll}+|\\.)?(?:['’-]?\\p{Lu}\\p{Ll}+){0,2}){1,2})(?![\\p{L}])";
const BESIDE = ' ?[,(:;-]? ?';
const any = DATE.replace(MONTH, '(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]*');
const NAME_THEN_DATE = new RegExp(`${NAME}${BESIDE}${any}`, 'gu');
const DATE_THEN_NAME = new RegExp(`${any}${BESIDE}${NAME}`, 'gu');
/** Words with a capital that name places, days and meetings, not people. */
const NOT_A_NAME = new RegExp(
  `^(?:${[
    'the|our|all|from|until|since|due|by|next|last|this|new',
    'january|february|march|april|may|june|july|august|september|october|november|december',
    'monday|tuesday|wednesday|thursday|friday|saturday|sunday',
    'mon|tue|tues|wed|thu|thur|thurs|fri|date|dates',
    'autumn|spring|summer|winter|term|half|week|year|easter|christmas|day|days',
    'school|schools|primary|infant|junior|secondary|high|special|nursery|college|academy|academies|grammar|church',
    'council|county|city|borough|trust|board|hub|cluster|district|partnership|programme|project|group|team|service|services|centre',
    'education|early|help|health|police|care|data|agreement|report|plan|review|audit|survey|pulse|census|inspection|ofsted',
    'meeting|workshop|conference|training|visit|event|update|reading|deadline|launch|inset|steering|headteacher|headteachers|pilot|lead',
    'north|south|east|west|upon',
  ].join('|')})$`,
  'iu',
);
/** Whether a word with a capital names a place, a day or a meeting rather than somebody. */
export const isNoName = (word: string): boolean => NOT_A_NAME.test(word);
const hasName = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].some((found) => (found[1] as string).split(' ').every((word) => !isNoName(word)));

/** What in the text names a pupil, or null. The text may be of any length; nothing of it is kept. */
export const pupilIdentifier = (text: string): PupilIdentifier | null => {
  const read = plain(text);
  if (upnsIn(read).length > 0) return 'UPN';
  if (nhsNumbersIn(read).length > 0) return 'NHS number';
  if (BIRTH.test(read) || hasName(read, NAME_THEN_DATE) || hasName(read, DATE_THEN_NAME)) return 'date of birth beside a name';
  return null;
};

/** Plain text with … in the place of each number, also of one that goes on in the next line, or is of a list in several. */
const cut = (text: string): string => {
  const read = text.replaceAll('\n', ' ');
  let [rest, at] = ['', 0];
  for (const { from, to } of [...upnsIn(read), ...nhsNumbersIn(read)].sort((one, other) => one.from - other.from)) {
    if (from >= at) rest += `${text.slice(at, from)}…`;
    at = Math.max(at, to);
  }
  return rest + text.slice(at);
};

/**
 * The text as it may be shown again: with … in the place of each number that names a pupil. Undefined where more than numbers names one, or
 * nothing else is said. A text that names nobody stays as it is.
 */
export const withoutNumbers = (text: string): string | undefined => {
  if (!pupilIdentifier(text)) return text;
  const rest = cut(text.split('\n').map(plain).join('\n'))
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
  return pupilIdentifier(rest) || !/[\p{L}\p{N}]/u.test(rest) ? undefined : rest;
};
