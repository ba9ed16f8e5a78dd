import type { Action } from '../../actions/action.ts';
import type { Answered } from '../../actions/answers.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { alsoWith } from './beside.ts';
import { showButton } from './changed.ts';
import { type Day, dated, LONGEST_TITLE, reasonWords, shortened, small } from './parts.ts';

/** The adviser rates otherwise: what the owner is asked, once, and what they answer. */

/** "the owner answered, 20 Nov: we hope for March" */
export const answerWords = ({ text, on, by }: Answered, today: Day): string =>
  text === null
    ? `Seen and left as it is by ${by ?? 'its owner'}, ${dated(on, today)}.`
    : `Answered by ${by ?? 'its owner'}, ${dated(on, today)}: ${text}`;

/** The owner's one invitation to answer: "Adviser says amber: worth a talk". */
export const invitationLine = ({ code, title, independent }: Pick<Action, 'code' | 'title' | 'independent'>) => ({
  text: `${code} ${title}`,
  detail: independent ? `adviser${alsoWith(independent)} says ${RATING_WORDS[independent.rating].toLowerCase()}: worth a talk` : '',
});

export const invitationButtons = ({ id, code, independent }: Pick<Action, 'id' | 'code' | 'independent'>): Button[] => {
  const state = { action: id, rating: independent?.id ?? '' };
  return [
    { label: 'Answer', press: { verb: 'rag.answer', state }, says: `Answer the adviser on ${code}` },
    { label: 'Leave it', press: { verb: 'rag.leave', state }, says: `Leave the adviser's rating of ${code} as it is` },
  ];
};

/** Under an action, for whoever may answer its adviser. */
export const invitationParts = (action: Action): Part[] => [
  {
    type: 'text',
    text: `${capital(invitationLine(action).detail)}.${action.independent?.reason ? ` ${capital(reasonWords({ ...action.independent, remedy: null, remedyBy: null }))}` : ''}`,
  },
  { type: 'buttons', buttons: invitationButtons(action) },
];

export const answeredCard = (action: Action, said: Answered, today: Day, again: boolean): Card => ({
  title: shortened(
    said.text === null
      ? `${action.code}: left as it is. You are not asked again about this rating.`
      : `${action.code}: your answer stands beside the adviser's rating.`,
    LONGEST_TITLE,
  ),
  parts: [
    ...(again ? [small('It was saved already: nothing changed.')] : []),
    { type: 'text', text: answerWords(said, today) },
    { type: 'buttons', buttons: [showButton(action)] },
  ],
});

/** Somebody answered before: both their words and the reader's are shown, so that nothing typed is lost. */
export const answeredBeforeCard = (action: Action, said: Answered, today: Day, words: string | null): Card => ({
  title: `Not saved: ${action.code} was answered already. There is one answer to each rating.`,
  parts: [
    { type: 'text', text: answerWords(said, today) },
    ...(words
      ? ([
          { type: 'text', text: 'Yours, to keep as a comment if you like:' },
          { type: 'text', text: words },
        ] satisfies Part[])
      : []),
    { type: 'buttons', buttons: [showButton(action)] },
  ],
});
