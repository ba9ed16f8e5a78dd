import { Temporal } from 'temporal-polyfill';
import { declared } from '../actions/action.ts';
import { RATING_WORDS } from '../actions/differences.ts';
import { monthName } from '../calendar/dates.ts';
import { capital } from '../cards/format.ts';
import { given } from '../kpis/kpi.ts';
import type { Line } from '../nudges/line.ts';
import { alsoWith } from './actions/beside.ts';
import { count, type Day, dated, listed, shortened } from './actions/parts.ts';
import { amount } from './kpi-parts.ts';
import { begunAnew } from './pulse/form.ts';

/** What waits for somebody, in words: the same in the chat's card, in the e-mail and in `nudge`. */

/** Lines that a message asks about; the others are counted. */
const MOST_LINES = 5;
/** Pieces of news that it says. */
const MOST_NEWS = 3;

const LONGEST_TITLE = 90;
const LONGEST_WORRY = 240;
/** Codes and names of what is without an owner that are said one by one. */
const MOST_NAMED = 4;

type NewsLine = Extract<Line, { kind: 'news' }>;
export type AskingLine = Exclude<Line, NewsLine>;

/** News is read; everything else is asked. */
export const asks = (line: Line): line is AskingLine => line.kind !== 'news';
export const isNews = (line: Line): line is NewsLine => line.kind === 'news';

/** What somebody was told before, by the keys of its lines. */
export type ToldBefore = { has: (key: string) => boolean };
const NOTHING_TOLD: ToldBefore = { has: () => false };

/** Of the lines of one message, so many are the first of what matters; the other places are for what has waited longest. */
const FIRST_PLACES = 3;

/** What is told once goes before what is told again, and of equals what has waited longest. */
const byPatience = (one: Line, other: Line): number => Number(other.once) - Number(one.once) || one.since.localeCompare(other.since);

/**
 * The lines that a message shows, in their order: five that ask and three pieces of news. What was never told goes before what only rides
 * along; and two of the places are for what has waited longest, however much comes that matters more.
 */
export const shownOf = (lines: readonly Line[], told: ToldBefore = NOTHING_TOLD): Line[] => {
  const asking = lines.filter(asks);
  const fresh = asking.filter(({ key }) => !told.has(key));
  const places = [
    ...fresh.slice(0, FIRST_PLACES),
    ...fresh.slice(FIRST_PLACES).toSorted(byPatience),
    ...asking.filter(({ key }) => told.has(key)),
  ];
  const shown = new Set<Line>([...places.slice(0, MOST_LINES), ...lines.filter(isNews).slice(0, MOST_NEWS)]);
  return lines.filter((line) => shown.has(line));
};

/** How many of some lines ask, and how many are news. */
export const countLines = (lines: readonly Line[]): { asking: number; news: number } => ({
  asking: lines.filter(asks).length,
  news: lines.filter(isNews).length,
});

/** Under the lines of a message: how many more wait, and where all of them are. @param slash how words are typed here: "/" or "" */
export const moreWords = (more: number, slash: string): string => `and ${more} more: ${slash}nudge`;

const titled = ({ code, title }: { code: string; title: string }) => `${code} ${shortened(title, LONGEST_TITLE)}`;

type ActionLine = Extract<Line, { kind: 'red' | 'due' | 'half_term' }>;

/** "amber in September" · "red, 5 Nov" · "not rated yet, due 27 Nov" · "green, past its date (13 Nov)" */
const standing = ({ kind, action }: ActionLine, today: Day): string => {
  const { self, due } = action;
  const word = self ? RATING_WORDS[declared(action)].toLowerCase() : 'not rated yet';
  if (kind === 'due' && due)
    return `${word}, ${due < today.toString() ? `past its date (${dated(due, today)})` : `due ${dated(due, today)}`}`;
  if (!self) return word;
  if (kind === 'red') return `${word}, ${dated(self.on, today)}`;
  return `${word} in ${monthName(Temporal.PlainDate.from(self.on).month)}`;
};

const unowned = ({ codes, kpis }: Extract<Line, { kind: 'without_owner' }>): string => {
  const named = [...codes, ...kpis];
  const more = named.length - MOST_NAMED;
  const shown = more > 0 ? [...named.slice(0, MOST_NAMED), `${more} more`] : named;
  return `${listed(shown)} ${named.length === 1 ? 'is' : 'are'} without an owner`;
};

const lastReading = (line: Extract<Line, { kind: 'reading' }>): string => {
  const last = given(line.kpi).at(-1);
  return last ? `last ${amount(line.kpi, last)}` : 'its first reading';
};

const areaNames = ({ areas }: Extract<Line, { kind: 'terms' }>): string => listed(areas.map(({ name }) => name));

/** One line that asks something, with what its reader needs to answer it. */
export const lineWords = (line: AskingLine, today: Day): string => {
  switch (line.kind) {
    case 'red':
    case 'due':
    case 'half_term':
      return `${titled(line.action)}: ${standing(line, today)}`;
    case 'answer': {
      const said = line.action.independent;
      return `${titled(line.action)}: adviser${said ? `${alsoWith(said)} says ${RATING_WORDS[said.rating].toLowerCase()}` : ' rates it otherwise'}: worth a talk`;
    }
    case 'reading':
      return `${line.kpi.name}, ${line.kpi.locality}, ${line.period.label}: ${lastReading(line)}`;
    case 'worry':
      return `A worry in ${line.locality}: “${shortened(line.text, LONGEST_WORRY)}”`;
    case 'meeting':
      return `${line.locality}: ${count(line.count, 'action')} for your rating before you meet on ${dated(line.meeting, today)}`;
    case 'ask_meeting':
      return `When do you meet ${line.locality} next?`;
    case 'without_owner':
      return `${line.locality}: ${unowned(line)}`;
    case 'terms':
      return `Term dates of ${areaNames(line)}: the ${line.what} is assumed for ${dated(line.begins, today)}. Is that right?`;
    case 'pulse': {
      const anew = begunAnew(line);
      const unless = anew ? 'please answer once more, if you have not since' : 'if you have not answered yet';
      return `Pulse${anew ? `, ${anew}` : ''}: ${line.title}, ${count(line.taps, 'tap')}, anonymous (${unless})`;
    }
  }
};

/** The same without figures, without people and without what anybody wrote: what an e-mail may carry. */
export const lineTitle = (line: AskingLine, today: Day): string => {
  switch (line.kind) {
    case 'red':
    case 'due':
    case 'half_term':
      return `${titled(line.action)}: how is it going?`;
    case 'answer':
      return `${titled(line.action)}: its adviser sees it otherwise; you may answer`;
    case 'reading':
      return `${line.kpi.name}, ${line.kpi.locality}, ${line.period.label}: a reading`;
    case 'worry':
      return `A worry in ${line.locality} waits for your answer`;
    case 'meeting':
      return `${line.locality}: ratings before you meet on ${dated(line.meeting, today)}`;
    case 'without_owner':
      return `${line.locality}: something is without an owner`;
    case 'terms':
      return `${areaNames(line)}: term dates to look at`;
    case 'ask_meeting':
    case 'pulse':
      return lineWords(line, today);
  }
};

const placeOf = (line: AskingLine): string[] => {
  if ('action' in line) return [line.action.locality];
  if ('kpi' in line) return [line.kpi.locality];
  return 'locality' in line ? [line.locality] : [];
};

/** " for Wakefield" · " for Ealing and Wakefield" · " for 3 localities"; nothing where no line has a place. */
const forPlaces = (lines: readonly AskingLine[]): string => {
  const places = [...new Set(lines.flatMap(placeOf))];
  if (places.length === 0) return '';
  return ` for ${places.length <= 2 ? listed(places) : `${places.length} localities`}`;
};

const NUMBERS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen'];

/** "a minute" · "two minutes" · "a quarter of an hour", which is the most that is said. */
const minutesWords = (minutes: number): string => {
  const number = NUMBERS[minutes - 2];
  if (minutes < 2) return 'a minute';
  return number === undefined ? 'a quarter of an hour' : `${number} minutes`;
};

/** About a minute for each thing to rate, to log or to answer: there may be many actions to rate before one meeting. */
const minutesOf = (line: AskingLine): number => (line.kind === 'meeting' ? line.count : 1);

/** "Two minutes for Wakefield": how long it takes to answer the lines that are shown. */
export const minutesFor = (shown: readonly AskingLine[]): string =>
  `${capital(minutesWords(shown.reduce((minutes, line) => minutes + minutesOf(line), 0)))}${forPlaces(shown)}`;

/** Ends the first line. */
export const THEN_NOTHING = 'then nothing until you are needed.';
