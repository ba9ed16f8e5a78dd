import type { Action } from '../../actions/action.ts';
import type { ToRate } from '../../actions/scrutiny.ts';
import type { Part } from '../../cards/card.ts';
import { invitationButtons, invitationLine } from './answer.ts';
import { count, type Day, dated, listed, small } from './parts.ts';

/** What waits for somebody besides the ratings of their own actions, above their list and on the home card. */

type WaitsBesides = {
  toRate: readonly ToRate<Pick<Action, 'locality'>>[];
  /** Names of the localities of which an adviser is asked when they meet next. */
  ask: readonly string[];
  invited: readonly Action[];
  today: Day;
};

/** Invitations shown together; the others come once these are answered. */
const MOST_INVITED = 3;

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

/** An adviser's ratings and meetings, and differences that may be answered. */
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
