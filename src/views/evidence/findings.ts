import type { Card, Form, Part, Press } from '../../cards/card.ts';
import { type Answer, type AnswerKind, type Finding, latest, stateOf, subjectOf } from '../../evidence/findings.ts';
import { count, small } from '../actions/parts.ts';
import { personWords, roundWords } from './criteria-words.ts';
import { ANSWER_WORDS } from './finding-words.ts';

/** What the evaluators wrote of a locality → cards. */

const nameOf = (finding: Finding): string =>
  finding.criterion === null ? subjectOf(finding) : `${finding.locality}: ${finding.criterion}`;

export type FindingPresses = { answer: (kind: AnswerKind) => Press; read: (finding: Finding) => Press };

const answerParts = (answers: readonly Answer[], names: boolean): Part[] =>
  answers.map((answer) => ({
    type: 'text',
    text: `${ANSWER_WORDS[answer.kind].said} (${personWords(answer, names)})${answer.text ? `: ${answer.text}` : '.'}`,
  }));

type Read = {
  finding: Finding;
  /** Whether the reader answers it, and sees people by their posts. */
  answers: boolean;
  names: boolean;
  page: string;
  /** Others that wait for their answer. */
  others: readonly Finding[];
  presses: FindingPresses;
  saved?: string | undefined;
};

const others = (some: readonly Finding[], presses: FindingPresses): Part[] =>
  some.length === 0
    ? []
    : [
        {
          type: 'text',
          style: 'strong',
          text: `${count(some.length, 'other text')} ${some.length === 1 ? 'waits' : 'wait'} for your answer`,
        },
        {
          type: 'list',
          items: some.map((one) => ({
            text: nameOf(one),
            button: { label: 'Read', press: presses.read(one), says: `Read ${nameOf(one)}` },
          })),
        },
      ];

/** One text as it stands, with what was answered to it. */
export const findingCard = ({ finding, answers, names, page, others: rest, presses, saved }: Read): Card => {
  const now = latest(finding);
  const waits = stateOf(finding) === 'draft';
  return {
    title: `${nameOf(finding)}, ${roundWords(finding.round)}: ${waits ? 'a draft until it is answered' : 'answered'}.`,
    parts: [
      ...(saved ? [small(saved)] : []),
      small('What the evaluators wrote'),
      { type: 'text', text: now.text ?? 'It was taken back.' },
      ...answerParts(now.answers, names),
      {
        type: 'buttons',
        buttons: [
          ...(answers && waits
            ? (['agree', 'correct', 'context'] as const).map((kind) => ({ label: ANSWER_WORDS[kind].label, press: presses.answer(kind) }))
            : []),
          { label: 'Open the page', url: page },
        ],
      },
      ...(answers && waits
        ? [small('Your answer stands beside their text. Nobody else sees a draft but you who lead here and the evaluators.')]
        : []),
      ...others(rest, presses),
    ],
  };
};

type List = {
  findings: readonly Finding[];
  /** Whether the reader writes them. */
  writes: boolean;
  pageOf: (finding: Finding) => string;
  page: string;
  saved?: string | undefined;
};

const MOST_LISTED = 8;

/** Where nothing waits for the reader: the texts that they may read, newest first. */
export const findingsCard = ({ findings, writes, pageOf, page, saved }: List): Card => {
  const drafts = findings.filter((finding) => stateOf(finding) === 'draft').length;
  const waits = writes
    ? `${drafts === 0 ? 'No text waits' : `${count(drafts, 'text')} ${drafts === 1 ? 'waits' : 'wait'}`} for an answer.`
    : 'No text of the evaluators waits for you.';
  return {
    title: saved ?? waits,
    parts: [
      ...(findings.length === 0
        ? []
        : [
            {
              type: 'list',
              items: findings.slice(0, MOST_LISTED).map((finding) => ({
                text: nameOf(finding),
                detail: `${roundWords(finding.round)} · ${stateOf(finding) === 'draft' ? 'waits for an answer' : stateOf(finding) === 'answered' ? 'answered' : 'taken back'}`,
                button: { label: 'Open', url: pageOf(finding), says: `Open ${nameOf(finding)}` },
              })),
            } satisfies Part,
          ]),
      { type: 'buttons', buttons: [{ label: writes ? 'Write a text' : 'Open the criteria', url: page }] },
    ],
  };
};

export const answerForm = (finding: Finding, kind: AnswerKind, press: Press): Form => ({
  title: ANSWER_WORDS[kind].label,
  intro: `${nameOf(finding)}. “${latest(finding).text ?? ''}”`,
  fields: [
    {
      kind: 'longtext',
      name: 'text',
      label: ANSWER_WORDS[kind].asks,
      hint: 'At most 1,000 characters. Name no person and no child.',
      optional: kind === 'agree',
      maxLength: 1_000,
    },
  ],
  submit: { label: 'Answer', press },
});
