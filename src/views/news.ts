import type { Part } from '../cards/card.ts';
import type { News } from '../people/news.ts';

/** What somebody has not been told yet, above what they asked for; nothing when there is none. */
export const newsPart = (news: readonly News[]): Part[] =>
  news.length === 0
    ? []
    : [
        { type: 'text', style: 'heading', text: 'News for you' },
        { type: 'list', items: news.map(({ text }) => ({ text })) },
        {
          type: 'buttons',
          buttons: [
            {
              label: 'Got it',
              press: { verb: 'commoncause.read', state: { news: news.map(({ id }) => id) } },
              says: 'Got it: do not show this news again',
            },
          ],
        },
      ];
