import type { Step } from '../actions/action.ts';
import { textProblem } from '../people/notes.ts';
import { readDateText } from './sheet/dates.ts';

/** The steps of an action in one cell: "text by date", with semicolons or new lines between them; ✓ before one that is done. */

const MOST = 20;
const MOST_CHARACTERS = 150;
const MOST_TEXT = 2_500;

/** A step that is done, but not said when: the day on which it is brought in. */
export const DONE_NOW = 'now';

const MARK = /^(?:[-*•]|\d{1,2}[.)])\s+/u;
const DONE = /^(?:✓|✔️?|☑️?|\[x\])\s*/iu;
const DONE_ON = /\s*\((?:done|completed?)(?: on)? ([^()]+)\)$/iu;
/** What can be meant as a day: figures with a divider, or a month by its name. */
const DAY_LIKE =
  /^(?:\p{L}+,? )?(?:\d{1,4}[./-]\d|\d{1,2}(?:st|nd|rd|th)?[ -](?:of )?\p{L}{3,}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?: \d{1,4})?(?: \d{4})?$)/iu;
const MONTH = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d[./-]\d/iu;

const partedBy = (text: string): { words: string; due: string | null } | { problem: string } => {
  const at = text.toLowerCase().lastIndexOf(' by ');
  const said = text.slice(at + 4).trim();
  if (at < 1 || !DAY_LIKE.test(said) || !MONTH.test(said)) return { words: text, due: null };
  const read = readDateText(said);
  return 'problem' in read ? { problem: read.problem } : { words: text.slice(0, at).trim(), due: read.value.toString() };
};

const readStep = (line: string): Step | { problem: string } => {
  const unmarked = line.replace(MARK, '');
  const isTicked = DONE.test(unmarked);
  const bare = unmarked.replace(DONE, '');
  const [ending = '', said] = DONE_ON.exec(bare) ?? [];
  const doneOn = said === undefined ? undefined : readDateText(said);
  if (doneOn && 'problem' in doneOn) return { problem: doneOn.problem };
  const parted = partedBy(bare.slice(0, bare.length - ending.length).trim());
  if ('problem' in parted) return parted;
  if (parted.words === '') return { problem: 'say what is to be done.' };
  if ([...parted.words].length > MOST_CHARACTERS) return { problem: `at most ${MOST_CHARACTERS} characters fit.` };
  const wrong = textProblem(parted.words, 'this');
  if (wrong) return { problem: wrong };
  return { text: parted.words, due: parted.due, done: doneOn ? doneOn.value.toString() : isTicked ? DONE_NOW : null };
};

/** Reads the steps; the first that is wrong is said by its number. */
export const readSteps = (text: string): { value: Step[] } | { problem: string } => {
  const lines = text
    .split(/[;\n]/u)
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length > MOST) return { problem: `at most ${MOST} steps fit; these are ${lines.length}.` };
  if ([...text].length > MOST_TEXT) return { problem: `at most ${MOST_TEXT.toLocaleString('en-GB')} characters fit.` };
  const steps = lines.map(readStep);
  const wrong = steps.findIndex((step) => 'problem' in step);
  if (wrong >= 0) return { problem: `step ${wrong + 1}: ${(steps[wrong] as { problem: string }).problem}` };
  return { value: steps as Step[] };
};

/**
 * What the steps are then. One that was ticked here meanwhile stays done unless the sheet says another day; one that the sheet ticks
 * without a day was done on `today`.
 */
export const mergedSteps = (said: readonly Step[], now: readonly Step[], today: string): Step[] => {
  const left = [...now];
  return said.map((step) => {
    const at = left.findIndex(({ text }) => text === step.text);
    const before = at >= 0 ? left.splice(at, 1)[0] : undefined;
    const done = step.done === DONE_NOW || step.done === null ? (before?.done ?? (step.done === DONE_NOW ? today : null)) : step.done;
    return { text: step.text, due: step.due, done };
  });
};
