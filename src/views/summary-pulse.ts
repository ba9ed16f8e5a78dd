import { Temporal } from 'temporal-polyfill';
import { formatDate, weekdayName } from '../calendar/dates.ts';
import type { Part } from '../cards/card.ts';
import type { PulseNow } from '../summaries/pulses.ts';
import { shortened, small } from './actions/parts.ts';
import { TURNOUT_WORDS } from './pulse/words.ts';
import type { Day } from './summary-words.ts';

/** What a summary says of pulses: when an open one closes, and that there are results to read. */

const DAYS_NAMED = 7;
/** "today" · "on Friday" · "on Friday 11 Dec" */
const onDay = (iso: string, today: Day): string => {
  const day = Temporal.PlainDate.from(iso);
  const ahead = today.until(day).days;
  if (ahead <= 0) return 'today';
  return `on ${weekdayName(day)}${ahead < DAYS_NAMED ? '' : ` ${formatDate(day, today)}`}`;
};

const LONGEST_NAME = 60;
const MOST = 3;

/** @param told whether the reader may know how many have answered it */
export const pulsePart = (pulses: readonly (PulseNow & { told: boolean })[], today: Day): Part[] =>
  pulses.length === 0
    ? []
    : [
        {
          type: 'list',
          items: pulses.slice(0, MOST).map(({ id, title, state, closesOn, turnout, told }) =>
            state === 'open'
              ? {
                  text: `Pulse closes ${onDay(closesOn, today)}${told && turnout ? `: ${TURNOUT_WORDS[turnout]}` : ''}`,
                  detail: shortened(title, LONGEST_NAME),
                }
              : {
                  text: `Pulse results: ${shortened(title, LONGEST_NAME)}`,
                  button: {
                    label: 'Results',
                    press: { verb: 'pulse.results', state: { wave: id } },
                    says: `Results of the pulse ${title}`,
                  },
                },
          ),
        },
        ...(pulses.length > MOST ? [small(`and ${pulses.length - MOST} more: type pulse.`)] : []),
      ];
