import { Temporal } from 'temporal-polyfill';
import { monthName } from '../../calendar/dates.ts';
import { dayIn } from '../../calendar/zone.ts';
import type { Field, Form, Press } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { CLOSES } from '../../pulses/moments.ts';
import type { Item, Wave } from '../../pulses/pulse.ts';
import { COMMENT_FIELD, fieldOf } from '../../pulses/sent.ts';
import { FEWEST_ORGANISATIONS } from '../../statistics/disclosure/rule.ts';
import { count } from '../actions/parts.ts';

/** What somebody is asked, under the promise that is kept to them. */

/** What people may choose, in the order in which it is counted. */
export const optionLabels = ({ scale, options }: Pick<Item, 'scale' | 'options'>): readonly string[] =>
  ({
    agree: ['Strongly agree', 'Agree', 'Neither', 'Disagree', 'Strongly disagree', "Don't know"],
    ten: Array.from({ length: 11 }, (_, points) => String(points)),
    yes_no: ['Yes', 'No'],
    choice: options,
  })[scale];

const MOST_COMMENT = 1_000;

const dayWords = ({ day, month }: Temporal.PlainDate): string => `${day} ${monthName(month)}`;

/** "4 December" */
export const closingDay = ({ closesOn }: Pick<Wave, 'closesOn'>): string => dayWords(Temporal.PlainDate.from(closesOn));

/** "4 December, 17:30" */
export const closingTime = (wave: Pick<Wave, 'closesOn'>): string => `${closingDay(wave)}, ${CLOSES.toString({ smallestUnit: 'minute' })}`;

/** "begun anew on 25 November"; undefined: it was not. @param reopenedAt ISO moment */
export const begunAnew = ({ reopenedAt }: Pick<Wave, 'reopenedAt'>): string | undefined =>
  reopenedAt === null ? undefined : `begun anew on ${dayWords(dayIn(Temporal.Instant.from(reopenedAt)))}`;

type Asked = Pick<Wave, 'title' | 'questions' | 'comment' | 'k' | 'closesOn' | 'reopenedAt'>;

/** "Trust and working together: 5 questions, under a minute" */
export const pulseLine = ({ title, questions }: Pick<Asked, 'title' | 'questions'>): string =>
  `${title}: ${count(questions.length, 'question')}, under a minute`;

/** What stands above the questions, a line each: what is promised to whoever answers. @param operator who runs this server */
export const promise = (wave: Pick<Asked, 'k' | 'closesOn' | 'reopenedAt'>, operator: string): string[] => {
  const anew = begunAnew(wave);
  return [
    ...(anew ? [`${capital(anew)}: what was answered before is lost. Please answer once more.`] : []),
    `Answers are counted, not kept. Nobody in the partnership, the council or the evaluation team can see who said what. Results come on ${closingDay(wave)}, only for groups where at least ${wave.k} people from ${FEWEST_ORGANISATIONS} organisations answered. You cannot change an answer later: nobody can tell which one is yours.`,
    `This server is run by ${operator}.`,
    `Open until ${closingTime(wave)}. Skip what you like.`,
  ];
};

const fieldFor = (question: Item, index: number): Field => ({
  kind: 'choice',
  name: fieldOf(index),
  label: `${index + 1}  ${question.text}`,
  ...(question.scale === 'ten' ? { hint: '0 is the least, 10 the most' } : {}),
  optional: 'said',
  options: optionLabels(question).map((label, place) => ({ value: String(place), label })),
});

/** The form of a wave. @param press where it is sent to */
export const pulseForm = (wave: Asked, operator: string, press: Press): Form => ({
  title: 'Pulse',
  intro: [`${pulseLine(wave)}.`, ...promise(wave, operator)].join('\n'),
  fields: [
    ...wave.questions.map(fieldFor),
    ...(wave.comment
      ? [
          {
            kind: 'longtext',
            name: COMMENT_FIELD,
            label: 'Anything else?',
            hint: 'Read word for word by the evaluation team and your coordinator, without your name, only if ten or more people comment. Do not name anyone.',
            maxLength: MOST_COMMENT,
            optional: 'said',
          } satisfies Field,
        ]
      : []),
  ],
  submit: { label: 'Send', press },
});
