import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import type { Button, Card } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import type { Clash } from '../../pulses/clash.ts';
import { FEWEST_INVITED, type Item } from '../../pulses/pulse.ts';
import { type Day, shortened, small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';
import { questionsPart } from './plan.ts';

/** A pulse that cannot be held → cards. */

const WORDS = ['nobody', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'];
/** "nine" */
const many = (people: number) => WORDS[people] ?? String(people);

type TooFew = {
  people: number;
  title: string;
  where: string;
  /** What was done, or was not. */
  so: string;
  /** There is nobody whom they could ask together with these. */
  alone: boolean;
};

/** So few people would be asked that each could be told from what they said. */
export const tooFewCard = ({ people, title, where, so, alone }: TooFew, buttons: readonly Button[]): Card => ({
  title:
    people === 0
      ? `Nobody in ${shortened(where, 60)} would be asked. ${so}`
      : `${capital(many(people))} ${people === 1 ? 'person is' : 'people are'} too few to hide in. ${so}`,
  parts: [
    {
      type: 'text',
      text: `“${title}” would ask ${many(people)} ${people === 1 ? 'person' : 'people'} in ${where}. A pulse asks at least ${FEWEST_INVITED}, so that nobody can tell who said what. ${alone ? 'Whoever coordinates the pilot or the programme can ask more people together; or talk' : 'Ask more people together, or talk'} about the questions when you meet.`,
    },
    { type: 'buttons', buttons: [...buttons] },
  ],
});

/** "4 December", with its year where that is another than today's. */
const dayOf = (iso: string, today: Day) => dayWords(Temporal.PlainDate.from(iso)).replace(new RegExp(` ${today.year}$`, 'u'), '');

/** "41 of these 60 people are asked by “Capacity” until 4 December: one pulse in a half-term is enough." */
export const clashWords = ({ people, of, title, closesOn }: Clash, today: Day): string => {
  const past = closesOn < today.toString();
  const who = people === of ? `All ${figure(of)} people` : `${figure(people)} of these ${figure(of)} people`;
  return `${who} ${past ? 'were' : people === 1 ? 'is' : 'are'} asked by “${shortened(title, 60)}” until ${dayOf(closesOn, today)}: one pulse in a half-term is enough.`;
};

/** Questions to be read out when people meet; nothing is stored. */
export const meetingCard = (title: string, questions: readonly Item[]): Card => ({
  title: `Questions for your meeting: ${shortened(title, 100)}`,
  parts: [
    questionsPart(questions, false),
    { type: 'text', text: 'Read one out, let everybody think for a minute, then talk. Last: what would make the most difference here?' },
    small('Nothing is stored. In a meeting nobody is anonymous, so let nobody have to answer.'),
  ],
});
