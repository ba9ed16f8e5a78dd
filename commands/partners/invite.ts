import { z } from 'zod';
import { type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import type { Place } from '../../src/people/directory.ts';
import { invite as inviteAll, organisationsAt, readList } from '../../src/people/invite.ts';
import { may, mayGrant } from '../../src/people/permissions.ts';
import { invitedCard } from '../../src/views/partners.ts';
import { placesWhere } from './context.ts';

/** Bringing people in: each gets a code. */

const State = z.object({ locality: z.string().optional() });

const invitable = (turn: Turn): Promise<Place[]> =>
  placesWhere(
    turn,
    (place) => may(turn.actor, 'people.invite', place) && mayGrant(turn.actor, place).length > 0,
    'People are invited by the pilot lead or the coordinator of the locality. Ask them.',
  );

export const invite = formVerb({
  state: State,
  form: async (turn, { words }) => {
    const here = await invitable(turn);
    const roles = [...new Set(here.flatMap((place) => mayGrant(turn.actor, place)))];
    return {
      title: 'Invite people',
      intro: `Each gets a code that links one account, once, within 14 days.${here.length === 1 ? ` For ${here[0]?.locality}.` : ''}`,
      fields: [
        ...(here.length === 1
          ? []
          : [
              {
                kind: 'choice' as const,
                name: 'locality',
                label: 'Locality',
                options: here.map(({ localityId, locality }) => ({ value: localityId, label: locality })),
              },
            ]),
        {
          kind: 'longtext',
          name: 'people',
          label: 'One person a line',
          value: words,
          hint: `Post or name, organisation, role (${roles.join(', ')}), e-mail address. The address may be left out. You can paste from a spreadsheet.`,
        },
      ],
      submit: {
        label: 'Make the codes',
        press: { verb: 'partners.invite', state: here.length === 1 ? { locality: (here[0] as Place).localityId } : {} },
      },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const here = await invitable(turn);
    const place = here.find(({ localityId }) => localityId === (state?.locality ?? values.locality));
    if (!place) return { fields: { locality: 'Choose a locality.' } };
    const organisations = await organisationsAt(turn.tx, place);
    const { lines, problems } = readList(
      values.people ?? '',
      organisations.map(({ name }) => name),
    );
    if (problems.length > 0) return { fields: { people: problems.slice(0, 10).join('\n') } };
    const done = await inviteAll(turn, turn.actor, place, lines, organisations);
    if ('problems' in done) return { fields: { people: done.problems.slice(0, 10).join('\n') } };
    return invitedCard(done.invited, place.locality);
  },
});
