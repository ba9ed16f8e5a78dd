import type { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Card, Part } from '../cards/card.ts';
import type { Owned } from '../people/handover.ts';
import type { Known } from '../people/known.ts';
import type { RoleName } from '../people/permissions.ts';
import { amountWords } from './handover.ts';
import { roleWords } from './role-words.ts';

/** Roles given and ended → cards. */

type Day = Temporal.PlainDate;

/** Somebody's roles have ended, or will. */
export const leftCard = (
  person: Known,
  { roles, last, left, again, days = [] }: { roles: string[]; last: Day; left: boolean; again: boolean; days?: readonly Part[] },
  things: readonly Owned[],
  today: Day,
): Card => ({
  title: again
    ? `This was done already: the last day of ${person.post} is ${formatDate(last, today)}.`
    : `${person.post}: last day ${formatDate(last, today)}.`,
  parts: [
    ...(again ? [] : [{ type: 'text' as const, text: `Ended: ${roles.join('; ')}.${left ? ' They hold no other role.' : ''}` }]),
    ...days,
    ...(things.length > 0
      ? [
          {
            type: 'text' as const,
            text: `${amountWords(things)} ${things.length === 1 ? 'is' : 'are'} still in their name. From the next day on whoever stands in gets what waits; where nobody does, it is without an owner.`,
          },
          {
            type: 'buttons' as const,
            buttons: [{ label: 'Hand over to …', press: { verb: 'partners.handover', state: { from: person.id } } }],
          },
        ]
      : []),
  ],
});

/** What a role would give to somebody; one press gives it. */
export const rolePreview = (
  person: Known,
  { role, place, from, until, before }: { role: RoleName; place: string; from: Day; until: Day | null; before: string | undefined },
  today: Day,
  state: Record<string, string>,
): Card => ({
  title:
    `${person.post}: ${roleWords({ role, place })} from ${formatDate(from, today)}${until ? ` until ${formatDate(until, today)}` : ''}?`.slice(
      0,
      150,
    ),
  parts: [
    ...(before ? [{ type: 'text' as const, text: before }] : []),
    { type: 'buttons', buttons: [{ label: 'Give the role', press: { verb: 'partners.give', state }, style: 'primary' }] },
  ],
});
