import type { Part } from '../cards/card.ts';
import type { Line } from '../nudges/line.ts';
import type { NoUpdate } from '../summaries/no-update.ts';
import { small } from './actions/parts.ts';
import { askingParts } from './nudge.ts';
import { asks, countLines, isNews, moreWords, shownOf, type ToldBefore } from './nudge-words.ts';
import { counted, type Day } from './summary-words.ts';

/** What a summary says besides its figures when its day has come: what waits for its reader first, and what they are told once. */

const heading = (text: string): Part => ({ type: 'text', style: 'heading', text });

/**
 * What waits for its reader, each with what answers it, and their news.
 * @param slash how words are typed here: "/" or ""
 * @param answered keys of pulses that they have answered, which are left out of what is sent and forgotten
 * @param told what they were told before
 */
export const waitingLinesParts = (
  lines: readonly Line[],
  { today, slash, answered, told }: { today: Day; slash: string; answered?: ReadonlySet<string>; told?: ToldBefore },
): Part[] => {
  const isLeft = ({ key }: Line) => !answered?.has(key);
  const all = countLines(lines.filter(isLeft));
  const shown = shownOf(lines, told).filter(isLeft);
  const asking = shown.filter(asks);
  const news = shown.filter(isNews);
  return [
    ...(asking.length > 0 ? [heading(`Waiting for you: ${counted(all.asking, 'thing')}`)] : []),
    ...asking.flatMap((line) => askingParts(line, undefined, today)),
    ...(all.asking > asking.length ? [small(moreWords(all.asking - asking.length, slash))] : []),
    ...(news.length > 0 ? [heading('News for you'), { type: 'list' as const, items: news.map(({ text }) => ({ text })) }] : []),
    ...(all.news > news.length ? [small(`and ${counted(all.news - news.length, 'more line')} of news: ${slash}commoncause`)] : []),
  ];
};

/** So many are named; the others are counted. */
const MOST_NAMED = 10;

/** Those that are named: what is only counted was not told yet. */
export const namedOf = (found: readonly NoUpdate[]): readonly NoUpdate[] => found.slice(0, MOST_NAMED);

/** What is without an update, by name, with the reason that was given. */
export const noUpdatePart = (found: readonly NoUpdate[]): Part[] =>
  found.length === 0
    ? []
    : [
        heading('Without an update, said once'),
        {
          type: 'list',
          items: namedOf(found).map(({ what, reason }) => ({ text: what, ...(reason === null ? {} : { detail: reason }) })),
        },
        ...(found.length > MOST_NAMED ? [small(`and ${found.length - MOST_NAMED} more.`)] : []),
      ];
