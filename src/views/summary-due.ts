import type { Part } from '../cards/card.ts';
import type { Line } from '../nudges/line.ts';
import type { NoUpdate } from '../summaries/no-update.ts';
import { small } from './actions/parts.ts';
import { askingParts } from './nudge.ts';
import { asks, isNews, MOST_LINES, MOST_NEWS } from './nudge-words.ts';
import { counted, type Day } from './summary-words.ts';

/** What a summary says besides its figures when its day has come: what waits for its reader first, and what they are told once. */

const heading = (text: string): Part => ({ type: 'text', style: 'heading', text });

/** What waits for its reader, each with what answers it, and their news. @param slash how words are typed here: "/" or "" */
export const waitingLinesParts = (lines: readonly Line[], today: Day, slash: string): Part[] => {
  const asking = lines.filter(asks);
  const news = lines.filter(isNews);
  const more = asking.length - MOST_LINES;
  return [
    ...(asking.length > 0 ? [heading(`Waiting for you: ${counted(asking.length, 'thing')}`)] : []),
    ...asking.slice(0, MOST_LINES).flatMap((line) => askingParts(line, undefined, today)),
    ...(more > 0 ? [small(`and ${more} more: ${slash}commoncause`)] : []),
    ...(news.length > 0
      ? [heading('News for you'), { type: 'list' as const, items: news.slice(0, MOST_NEWS).map(({ text }) => ({ text })) }]
      : []),
    ...(news.length > MOST_NEWS ? [small(`and ${counted(news.length - MOST_NEWS, 'more line')} of news: ${slash}commoncause`)] : []),
  ];
};

/** So many are named; the others are counted. */
const MOST_NAMED = 10;

/** What is without an update, by name, with the reason that was given. */
export const noUpdatePart = (found: readonly NoUpdate[]): Part[] =>
  found.length === 0
    ? []
    : [
        heading('Without an update, said once'),
        {
          type: 'list',
          items: found.slice(0, MOST_NAMED).map(({ what, reason }) => ({ text: what, ...(reason === null ? {} : { detail: reason }) })),
        },
        ...(found.length > MOST_NAMED ? [small(`and ${found.length - MOST_NAMED} more.`)] : []),
      ];
