import type { RatingKind } from '../../actions/action.ts';
import type { Definitions } from '../../actions/definitions.ts';
import type { Card, Part } from '../../cards/card.ts';
import { raiseButton } from '../raise.ts';
import { type Flow, ratingButtons } from './buttons.ts';
import { definitionParts, headline, ratingWords, small } from './parts.ts';
import { type Look, lookParts } from './show.ts';

type Next = {
  look: Look;
  kind: RatingKind;
  flow: Flow;
  /** Only for somebody who has yet to rate by them. */
  definitions: Definitions | undefined;
  /** What was just saved. */
  saved: string | undefined;
  /** The reader may tell the coordinator what worries them. */
  raise: boolean;
};

/** One of several that wait, gone through one after the other. */
export const nextCard = ({ look, kind, flow, definitions, saved, raise }: Next): Card => {
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
      ...(raise ? [{ type: 'buttons', buttons: [raiseButton({ action: action.id }, action.code)] } satisfies Part] : []),
    ],
  };
};
