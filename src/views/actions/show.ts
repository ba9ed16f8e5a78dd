import { type Action, isLive, type Rating, type RatingKind } from '../../actions/action.ts';
import type { Answered } from '../../actions/answers.ts';
import type { Age } from '../../actions/cadence.ts';
import type { Definitions } from '../../actions/definitions.ts';
import { type Difference, type KpiWord, RATING_WORDS } from '../../actions/differences.ts';
import type { Comment } from '../../actions/history.ts';
import type { ActionStatus } from '../../actions/status.ts';
import type { Button, Card, Part, StatusTone } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { ownerWords } from '../ownership.ts';
import { raiseButton } from '../raise.ts';
import { answerWords, invitationParts } from './answer.ts';
import { alsoWith, otherKindButton } from './beside.ts';
import { ratingButtons } from './buttons.ts';
import { count, type Day, dated, definitionParts, headline, ratingWords, reasonWords, small } from './parts.ts';

/** One action → cards: what is declared of it, what the data say, what is to be done. */

/** Everything that is to be known of one action, as one reader may know it. */
export type Look = {
  action: Action;
  age: Age;
  status: ActionStatus;
  kpis: KpiWord[];
  differences: Difference[];
  today: Day;
};

export type Rights = {
  /** As whom they may rate it; undefined: they may not. */
  rates: RatingKind | undefined;
  change: boolean;
  raise: boolean;
};

export type Shown = Look & {
  comments: Comment[];
  rights: Rights;
  /** Only for somebody who has yet to rate by them. */
  definitions: Definitions | undefined;
  /** What was answered to the adviser's rating. */
  answered?: Answered | undefined;
  /** The reader may answer it, and nobody has. */
  invited?: boolean;
  /** The reader may give this other rating of it, too. */
  otherKind?: RatingKind | undefined;
};

const TONES: Record<ActionStatus['status'], StatusTone> = { late: 'bad', step_late: 'close', on_time: 'good', none: 'neutral' };

/** "Amber, 29 Oct (Wakefield coordinator): waiting for health." */
const saidLine = (rating: Rating | null, today: Day, by: string | null): string => {
  if (!rating) return 'not rated yet';
  const reason = reasonWords(rating);
  const decided = rating.decidedBy
    ? ` Decided by: ${rating.decidedBy}${rating.decidedOn ? `, ${dated(rating.decidedOn, today)}` : ''}.`
    : '';
  const evidence = rating.evidence ? ` Evidence: ${rating.evidence}` : '';
  return `${RATING_WORDS[rating.rating]}, ${dated(rating.on, today)}${by ? ` (${by})` : ''}${reason ? `: ${reason}` : ''}${decided}${evidence}`;
};

/** What the owner and the adviser say, side by side: both always have a line. */
const saidFacts = ({ action, today }: Look) => [
  { label: 'Owner', value: saidLine(action.self, today, action.self && action.self.byId !== action.ownerId ? action.self.by : null) },
  {
    label: 'Adviser',
    value: `${saidLine(action.independent, today, null)}${alsoWith(action.independent)}`,
  },
];

/** The one line in which everything stands that does not agree. */
export const differenceLine = (differences: readonly Difference[]): string =>
  differences.length === 0 ? '' : `Does not agree: ${differences.map(({ says }) => says).join('; ')}.`;

const stepDetail = ({ due, done }: Action['steps'][number], today: Day) =>
  done ? `done ${dated(done, today)}` : due ? `${due < today.toString() ? 'open, was due' : 'due'} ${dated(due, today)}` : 'open';

/** What the data say: "6 days past its date, due 13 Nov, 1 step open". */
export const statusPart = ({ status, action, today }: Look): Part[] => {
  if (status.word === '') return [];
  const open = action.steps.filter(({ done }) => done === null).length;
  const rest = [...(action.due ? [`due ${dated(action.due, today)}`] : []), ...(open > 0 ? [`${count(open, 'step')} open`] : [])].join(
    ', ',
  );
  return [{ type: 'status', tone: TONES[status.status], word: capital(status.word), text: rest }];
};

/** What an action is and what is said of it, without buttons: shared with whoever rates it one after the other. */
export const lookParts = (look: Look): Part[] => {
  const { action, kpis, differences, today } = look;
  const difference = differenceLine(differences);
  return [
    ...statusPart(look),
    ...(difference ? [{ type: 'text', style: 'strong', text: difference } satisfies Part] : []),
    {
      type: 'facts',
      facts: [
        ...saidFacts(look),
        ...kpis.map(({ name, word }) => ({ label: name, value: word })),
        { label: 'Success measure', value: action.successMeasure },
        { label: 'Due', value: look.status.word === '' && action.due ? dated(action.due, today) : '' },
        { label: 'Who answers for it', value: ownerWords(action, today) },
        { label: 'Project', value: action.project ?? '' },
      ].filter(({ value }) => value !== ''),
    },
    ...(action.steps.length > 0
      ? [
          {
            type: 'list',
            items: action.steps.map((step, index) => ({ text: `Step ${index + 1}: ${step.text}`, detail: stepDetail(step, today) })),
          } satisfies Part,
        ]
      : []),
  ];
};

const commentParts = (comments: readonly Comment[], today: Day): Part[] =>
  comments.length === 0
    ? []
    : [
        {
          type: 'list',
          items: comments.map(({ text, evidence, on, by }) => ({
            text: [text, evidence].filter(Boolean).join(' '),
            detail: [by, dated(on, today)].filter(Boolean).join(', '),
          })),
        },
      ];

/** "WAK-12 Share early-help data with hubs: Amber, 3 weeks old" */
export const showCard = (shown: Shown): Card => {
  const { action, age, comments, rights, definitions, answered, invited, otherKind, today } = shown;
  const id = { action: action.id };
  // Two rows of buttons are enough to begin with: what is done rarely is one press further.
  const manages = rights.rates === 'self' || rights.change;
  const rate = rights.rates ? ratingButtons({ action, kind: rights.rates, today }) : [];
  const others: Button[] = [
    ...(manages ? [] : [{ label: 'History', press: { verb: 'rag.history', state: id }, says: `History of ${action.code}` }]),
    { label: 'Why?', press: { verb: 'rag.why', state: id }, says: `Why ${action.code} stands as it does` },
    ...(rights.rates === 'self' ? [{ label: 'Comment', press: { verb: 'rag.comment', state: id } }] : []),
    ...(rights.change ? [{ label: 'Edit', press: { verb: 'rag.edit', state: id }, says: `Edit ${action.code}` }] : []),
    ...(otherKind ? [otherKindButton(action, otherKind)] : []),
    ...(rights.raise ? [raiseButton(id, action.code)] : []),
    ...(manages ? [{ label: 'More', press: { verb: 'rag.manage', state: id }, says: `What else can be done with ${action.code}` }] : []),
  ];
  return {
    title: headline(action, ratingWords(action, age, true)),
    parts: [
      ...lookParts(shown),
      ...(answered ? [{ type: 'text', text: answerWords(answered, today) } satisfies Part] : []),
      ...(invited ? invitationParts(action) : []),
      ...commentParts(comments, today),
      ...(rate.length > 0
        ? [
            ...(definitions ? definitionParts(definitions) : []),
            { type: 'buttons', buttons: rate } satisfies Part,
            ...(isLive(action) ? [] : [small('To rate it is to open it again.')]),
          ]
        : []),
      { type: 'buttons', buttons: others },
    ],
  };
};
