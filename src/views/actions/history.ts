import type { Action } from '../../actions/action.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { PastRating } from '../../actions/history.ts';
import type { Button, Card } from '../../cards/card.ts';
import { count, type Day, dated, headline, reasonWords } from './parts.ts';

type Said = PastRating & {
  /** What its colour meant then, where it means something else now. */
  meant: string | undefined;
};

type History = {
  action: Action;
  /** Newest first, whoever gave them. */
  ratings: readonly Said[];
  /** How many newer ones there are. */
  skip: number;
  /** There are older ones. */
  more: boolean;
  today: Day;
};

const titleWords = ({ ratings, skip, more }: History): string => {
  if (skip > 0) return 'earlier ratings';
  if (ratings.length === 0) return 'not rated yet';
  return `its ${more ? 'last ' : ''}${count(ratings.length, 'rating')}`;
};

const saidWords = (rating: Said, today: Day): string => {
  const { decidedBy, decidedOn, evidence, meant } = rating;
  return [
    reasonWords(rating),
    decidedBy && `Decided by: ${decidedBy}${decidedOn ? `, ${dated(decidedOn, today)}` : ''}`,
    evidence && `Evidence: ${evidence}`,
    meant && `${RATING_WORDS[rating.rating]} meant then: ${meant}`,
    rating.by,
  ]
    .filter(Boolean)
    .join(' · ');
};

/** The ratings of an action, a few at once: what was said, by whom, and what it meant then. */
export const historyCard = (history: History): Card => {
  const { action, ratings, skip, more, today } = history;
  const id = { action: action.id };
  const older: Button[] = more
    ? [
        {
          label: 'Earlier',
          press: { verb: 'rag.history', state: { ...id, skip: skip + ratings.length } },
          says: `Earlier ratings of ${action.code}`,
        },
      ]
    : [];
  return {
    title: headline(action, titleWords(history)),
    parts: [
      {
        type: 'list',
        items: ratings.map((rating) => ({
          text: `${dated(rating.on, today)}: ${RATING_WORDS[rating.rating]}${rating.kind === 'independent' ? ` (adviser${rating.also ? `, also ${rating.also}` : ''})` : ''}`,
          detail: saidWords(rating, today),
        })),
      },
      { type: 'buttons', buttons: [...older, { label: 'Show the action', press: { verb: 'rag.show', state: id } }] },
    ],
  };
};
