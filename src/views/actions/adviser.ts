import type { Action } from '../../actions/action.ts';
import type { Answered } from '../../actions/answers.ts';
import type { Definitions } from '../../actions/definitions.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { raiseButton } from '../raise.ts';
import { answerWords } from './answer.ts';
import { alsoWith, besideWords, otherKindButton } from './beside.ts';
import { type Flow, ratingButtons } from './buttons.ts';
import { type Day, dated, definitionParts, LONGEST_TITLE, reasonWords, shortened, small } from './parts.ts';
import { type Look, statusPart } from './show.ts';

/** An action as its adviser sees it: the owner's rating and theirs side by side; neither replaces the other. */

/** "18 Nov", a month alone once it is four weeks past: "amber in October". */
const whenWords = (iso: string, today: Day) => {
  const days = (Date.parse(today.toString()) - Date.parse(iso)) / 86_400_000;
  if (days < 28) return `, ${dated(iso, today)}`;
  const [, , year] = dated(iso, today).split(' ');
  return ` in ${new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(Date.parse(iso))}${year ? ` ${year}` : ''}`;
};

/** "Owner: Red, 18 Nov: two failed adverts. To put it right: a joint post, by January." */
const ownerLine = ({ self }: Pick<Action, 'self'>, today: Day): string => {
  if (!self) return 'Owner: not rated yet.';
  const reason = reasonWords(self);
  return `Owner: ${RATING_WORDS[self.rating]}, ${dated(self.on, today)}${reason ? `: ${reason}` : '.'}`;
};

export type Beside = {
  /** Whether the reader gave the standing independent rating. */
  mine: boolean;
  /** What happened since they looked, and since when. */
  since: { words: string; changes: string[] } | undefined;
  answered: Answered | undefined;
  /** What else the reader is there, to stand beside what they say now. */
  also: string | null;
  /** They might rate it for its owner too: one press chooses that. */
  otherwise: boolean;
};

/** "You: amber in October. Since you last met: “one advert”, step 2 done." */
const adviserLine = ({ independent }: Pick<Action, 'independent'>, { mine, since }: Beside, today: Day): string => {
  const who = mine ? 'You' : capital(independent?.by ?? 'The adviser');
  const said = independent
    ? `${who}${mine ? '' : alsoWith(independent)}: ${RATING_WORDS[independent.rating].toLowerCase()}${whenWords(independent.on, today)}${independent.reason ? `: ${reasonWords({ ...independent, remedy: null, remedyBy: null })}` : '.'}`
    : 'You: not rated yet.';
  if (!since) return said;
  return `${said} ${since.words}: ${since.changes.length > 0 ? since.changes.join(', ') : 'nothing was changed'}.`;
};

type AdviserCard = Look & {
  beside: Beside;
  definitions: Definitions | undefined;
  /** The reader may tell the coordinator what worries them. */
  raise: boolean;
  flow?: Flow | undefined;
  /** What was just saved, where they go through several. */
  saved?: string | undefined;
};

/** What an adviser sees of an action: both ratings, what happened since, what the data say, and one press. */
export const adviserCard = (card: AdviserCard): Card => {
  const { action, kpis, differences, beside, definitions, raise, today, flow, saved } = card;
  const id = { action: action.id };
  const at = flow && flow.did.length + flow.skipped.length + 1;
  const before = at === undefined || !flow ? '' : `${at} of ${Math.max(at, flow.of)}: `;
  const figures = differences.filter(({ kind }) => kind !== 'adviser').map(({ says }) => says);
  // Another adviser's rating is theirs: it is not taken over unsaid.
  const colours = ratingButtons({ action, kind: 'independent', today, flow, repeats: beside.mine });
  const skip: Button[] = flow
    ? [
        {
          label: 'Skip',
          press: { verb: 'rag.next', state: { ...flow, skipped: [...flow.skipped, action.code] } },
          says: `Skip ${action.code}`,
        },
      ]
    : [];
  const others: Button[] = [
    ...(flow
      ? []
      : [
          { label: 'All of it', press: { verb: 'rag.details', state: id }, says: `All that is known of ${action.code}` },
          { label: 'History', press: { verb: 'rag.history', state: id }, says: `History of ${action.code}` },
          { label: 'Why?', press: { verb: 'rag.why', state: id }, says: `Why ${action.code} stands as it does` },
          ...(beside.otherwise ? [otherKindButton(action, 'self')] : []),
        ]),
    ...(raise ? [raiseButton(id, action.code)] : []),
  ];
  return {
    title: shortened(`${before}${action.code} ${action.title}`, LONGEST_TITLE),
    parts: [
      ...(saved ? [small(saved)] : []),
      { type: 'text', text: ownerLine(action, today) },
      { type: 'text', text: adviserLine(action, beside, today) },
      ...(beside.answered ? [{ type: 'text', text: answerWords(beside.answered, today) } satisfies Part] : []),
      ...statusPart(card),
      ...(kpis.length > 0 ? [{ type: 'facts', facts: kpis.map(({ name, word }) => ({ label: name, value: word })) } satisfies Part] : []),
      ...(figures.length > 0 ? [{ type: 'text', style: 'strong', text: `Does not agree: ${figures.join('; ')}.` } satisfies Part] : []),
      ...(definitions ? definitionParts(definitions) : []),
      { type: 'buttons', buttons: [...colours, ...skip] },
      small(besideWords(beside.also)),
      ...(others.length > 0 ? [{ type: 'buttons', buttons: others } satisfies Part] : []),
    ],
  };
};
