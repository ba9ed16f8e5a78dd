import type { RatingKind } from '../../actions/action.ts';
import type { Definitions } from '../../actions/definitions.ts';
import type { Card } from '../../cards/card.ts';
import { type Flow, ratingButtons } from './buttons.ts';
import { definitionParts, headline, ratingWords, small } from './parts.ts';
import { type Look, lookParts } from './show.ts';

/** One of several that wait, gone through one after the other. */
export const nextCard = (
  look: Look,
  kind: RatingKind,
  flow: Flow,
  definitions: Definitions | undefined,
  saved: string | undefined,
): Card => {
  const { action, age, today } = look;
  const at = flow.did.length + flow.skipped.length + 1;
  return {
    title: headline(action, ratingWords(action, age, true), `${at} of ${Math.max(at, flow.of)}: `),
    parts: [
      ...(saved ? [small(saved)] : []),
      ...lookParts(look),
      ...(definitions ? definitionParts(definitions) : []),
      {
        type: 'buttons',
        buttons: [
          ...ratingButtons({ action, kind, today, flow }),
          {
            label: 'Skip',
            press: { verb: 'rag.next', state: { ...flow, skipped: [...flow.skipped, action.code] } },
            says: `Skip ${action.code}`,
          },
        ],
      },
    ],
  };
};
