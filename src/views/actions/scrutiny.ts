import type { Action } from '../../actions/action.ts';
import type { Answered } from '../../actions/answers.ts';
import type { Definitions } from '../../actions/definitions.ts';
import { type Difference, RATING_WORDS } from '../../actions/differences.ts';
import type { ToRate } from '../../actions/scrutiny.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { alsoWith, besideWords, otherKindButton } from './beside.ts';
import { type Flow, ratingButtons } from './buttons.ts';
import { capital, count, type Day, dated, definitionParts, reasonWords, shortened, small } from './parts.ts';

/** Independent scrutiny → cards: the owner's rating and the adviser's side by side; neither replaces the other. */

const LONGEST_TITLE = 150;

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

/** "the owner answered, 20 Nov: we hope for March" */
export const answerWords = ({ text, on, by }: Answered, today: Day): string =>
  text === null
    ? `Seen and left as it is by ${by ?? 'its owner'}, ${dated(on, today)}.`
    : `Answered by ${by ?? 'its owner'}, ${dated(on, today)}: ${text}`;

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

type AdviserCard = {
  action: Action;
  differences: readonly Difference[];
  beside: Beside;
  definitions: Definitions | undefined;
  today: Day;
  flow?: Flow | undefined;
  /** What was just saved, where they go through several. */
  saved?: string | undefined;
};

/** What an adviser sees of an action: both ratings, what happened since, and one press. */
export const adviserCard = ({ action, differences, beside, definitions, today, flow, saved }: AdviserCard): Card => {
  const id = { action: action.id };
  const at = flow && flow.did.length + flow.skipped.length + 1;
  const before = at === undefined || !flow ? '' : `${at} of ${Math.max(at, flow.of)}: `;
  const figures = differences.filter(({ kind }) => kind !== 'adviser').map(({ says }) => says);
  // Another adviser's rating is theirs: it is not taken over unsaid.
  const colours = ratingButtons({ action, kind: 'independent', today, flow }).filter(
    ({ label }) => beside.mine || label !== 'Same as before',
  );
  const others: Button[] = flow
    ? [
        {
          label: 'Skip',
          press: { verb: 'rag.next', state: { ...flow, skipped: [...flow.skipped, action.code] } },
          says: `Skip ${action.code}`,
        },
      ]
    : [
        { label: 'All of it', press: { verb: 'rag.details', state: id }, says: `All that is known of ${action.code}` },
        { label: 'History', press: { verb: 'rag.history', state: id }, says: `History of ${action.code}` },
        ...(beside.otherwise ? [otherKindButton(action, 'self')] : []),
      ];
  return {
    title: shortened(`${before}${action.code} ${action.title}`, LONGEST_TITLE),
    parts: [
      ...(saved ? [small(saved)] : []),
      { type: 'text', text: ownerLine(action, today) },
      { type: 'text', text: adviserLine(action, beside, today) },
      ...(beside.answered ? [{ type: 'text', text: answerWords(beside.answered, today) } satisfies Part] : []),
      ...(figures.length > 0 ? [{ type: 'text', style: 'strong', text: `Does not agree: ${figures.join('; ')}.` } satisfies Part] : []),
      ...(definitions ? definitionParts(definitions) : []),
      { type: 'buttons', buttons: [...colours, ...(flow ? others : [])] },
      small(besideWords(beside.also)),
      ...(flow ? [] : [{ type: 'buttons', buttons: others } satisfies Part]),
    ],
  };
};

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

const showButton = ({ id, code }: Pick<Action, 'id' | 'code'>): Button => ({
  label: 'Show the action',
  press: { verb: 'rag.show', state: { action: id } },
  says: `Show ${code}`,
});

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

type WaitsBesides = {
  toRate: readonly ToRate<Pick<Action, 'locality'>>[];
  /** Names of the localities of which an adviser is asked when they meet next. */
  ask: readonly string[];
  invited: readonly Action[];
  today: Day;
};

/** Invitations shown together; the others come once these are answered. */
const MOST_INVITED = 3;
const listed = (names: readonly string[]) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

/** "7 actions wait for your rating before you meet Wakefield on 3 Dec"; nothing where none does. */
export const adviserTitle = (toRate: WaitsBesides['toRate'], today: Day): string | undefined => {
  const [first] = toRate;
  if (!first) return undefined;
  const places = new Set(toRate.map(({ action }) => action.locality));
  const when =
    places.size === 1
      ? `before you meet ${first.action.locality} on ${dated(first.meeting, today)}`
      : `before your next meetings in ${places.size} localities`;
  return `${count(toRate.length, 'action')} ${toRate.length === 1 ? 'waits' : 'wait'} for your rating ${when}.`;
};

/** What waits for somebody besides the ratings of their own actions: an adviser's, and differences that may be answered. */
export const waitsBesidesParts = ({ toRate, ask, invited, today }: WaitsBesides): Part[] => {
  const meetings = [...new Map(toRate.map(({ action, meeting }) => [action.locality, meeting])).entries()];
  return [
    ...invited.slice(0, MOST_INVITED).flatMap((action): Part[] => {
      const { text, detail } = invitationLine(action);
      return [
        { type: 'text', text: `${text}: ${detail}` },
        { type: 'buttons', buttons: invitationButtons(action) },
      ];
    }),
    ...(invited.length > MOST_INVITED
      ? [small(`${count(invited.length - MOST_INVITED, 'more difference')} to answer: type rag mine differ.`)]
      : []),
    ...(meetings.length > 0
      ? ([
          {
            type: 'list',
            items: meetings.map(([locality, meeting]) => ({
              text: `${locality}, you meet on ${dated(meeting, today)}`,
              detail: `${count(toRate.filter(({ action }) => action.locality === locality).length, 'action')} for your rating`,
            })),
          },
          {
            type: 'buttons',
            buttons: [
              { label: 'One after the other', press: { verb: 'rag.next' }, style: 'primary' },
              { label: 'My meetings', press: { verb: 'rag.meetings' } },
            ],
          },
        ] satisfies Part[])
      : []),
    ...(ask.length > 0
      ? ([
          { type: 'text', text: `When do you meet ${listed(ask)} next? What is to be rated before will wait for you here.` },
          {
            type: 'buttons',
            buttons: [
              { label: 'When do you meet next?', press: { verb: 'rag.meet', state: {} } },
              { label: 'Not this month', press: { verb: 'rag.notthismonth' } },
            ],
          },
        ] satisfies Part[])
      : []),
  ];
};

/** What somebody declared of themselves in a locality. */
export const tieCard = ({
  place,
  also,
  declared,
  changed,
}: {
  place: { localityId: string; locality: string };
  also: string | null;
  declared: string | null;
  changed: boolean;
}): Card => ({
  title: also
    ? shortened(`${changed ? 'Saved: b' : 'B'}eside your ratings in ${place.locality} stands that you also: ${also}.`, LONGEST_TITLE)
    : `${changed ? 'Taken back: n' : 'N'}othing stands beside your ratings in ${place.locality}.`,
  parts: [
    ...(also ? [{ type: 'text', text: capital(also) } satisfies Part] : []),
    small('Whoever reads your rating reads it too. It counts for the ratings that you give from now on.'),
    ...(declared
      ? [
          {
            type: 'buttons',
            buttons: [{ label: 'Take it back', press: { verb: 'rag.tie', state: { locality: place.localityId }, words: 'none' } }],
          } satisfies Part,
        ]
      : []),
  ],
});

export const tiesCard = (ties: { locality: string; also: string | null }[]): Card => ({
  title: ties.some(({ also }) => also) ? 'What else you are, beside your ratings' : 'Nothing stands beside your ratings.',
  parts: [
    { type: 'list', items: ties.map(({ locality, also }) => ({ text: locality, detail: also ? `also ${also}` : 'nothing else' })) },
    small('If you chair or work somewhere, say so, as in: rag tie wakefield chairs the partnership board'),
  ],
});
