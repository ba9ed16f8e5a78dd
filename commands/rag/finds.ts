import { parseCode, parseRating } from '../../src/bot/grammar.ts';

/** Where words after `rag` lead, before anything runs: `12 red`, `red 12`, `12 edit` and `edit 12` are one thing each. */

/** "WAK-12", "wak12": a code whatever its letters are, even those of a colour. */
const WHOLE_CODE = /^\s*#?\p{L}{2,5}(?:-|#)?\d/u;

/** How a code is written at the front of a verb's words: with its sign, so that "#12 March" is no date. */
const front = ({ prefix, number }: { prefix?: string; number: number }, rest: string) =>
  `${prefix === undefined ? '#' : `${prefix}-`}${number} ${rest}`.trim();

const split = (text: string): [string, string] => {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*)$/su.exec(text) ?? [];
  return [word.toLowerCase().replace(/[:,;]$/u, ''), rest];
};

/**
 * @param ofOne the verbs about one action, typed before or after its code
 * @returns `rate` where a form must ask for a reason; nothing where a card answers (a code alone, `12 green`, a list's filters)
 */
export const findsAmong =
  (ofOne: readonly string[]) =>
  (words: string): { verb: string; words: string } | undefined => {
    const [first, behind] = split(words);
    const leadingCode = WHOLE_CODE.test(words) ? parseCode(words) : undefined;
    const behindVerb = !leadingCode && ofOne.includes(first) ? parseCode(behind) : undefined;
    if (behindVerb) return { verb: first, words: front(behindVerb, behindVerb.rest) };
    const { code, rest } = ratingFirst(words, leadingCode !== undefined) ?? codeFirst(words);
    if (!code) return undefined;
    const [verb, more] = split(rest);
    if (ofOne.includes(verb)) return { verb, words: front(code, more) };
    const said = parseRating(rest);
    if (!said || !('rating' in said)) return undefined;
    if (said.rating === 'red' || (said.rating === 'amber' && said.rest === '')) return { verb: 'rate', words: front(code, rest) };
    const form = FORMS[said.rating];
    return form && ofOne.includes(form) ? { verb: form, words: front(code, said.rest) } : undefined;
  };

/** What is asked in a form of its own, in whichever words it was said. */
export const FORMS: Readonly<Record<string, string>> = { complete: 'done', on_hold: 'hold', stopped: 'stop' };

const codeFirst = (words: string) => {
  const code = parseCode(words);
  return { code, rest: code?.rest ?? '' };
};

/** "red 12 two failed adverts" → 12, "red two failed adverts". */
const ratingFirst = (words: string, isCode: boolean) => {
  const said = isCode ? undefined : parseRating(words);
  const code = said && 'rating' in said ? parseCode(said.rest) : undefined;
  return said && code && { code, rest: `${words.slice(0, words.length - said.rest.length).trim()} ${code.rest}`.trim() };
};

/** The same order for the cards: "green 12" reads as "12 green". */
export const codeToFront = (words: string): string => {
  const found = WHOLE_CODE.test(words) ? undefined : ratingFirst(words, false);
  return found ? front(found.code, found.rest) : words;
};
