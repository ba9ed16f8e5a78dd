import { z } from 'zod';
import { type Command, cardVerb, type FieldErrors, formVerb, type Turn } from '../src/bot/contract.ts';
import { quoted } from '../src/bot/replies.ts';
import type { Card } from '../src/cards/card.ts';
import { UserError } from '../src/errors.ts';
import { directory, localitiesIn, type Place } from '../src/people/directory.ts';
import { invite as inviteAll, organisationsAt, readList } from '../src/people/invite.ts';
import { MAY_GRANT, may, mayGrant } from '../src/people/permissions.ts';
import { directoryCard, invitedCard } from '../src/views/partners.ts';

/** Who is who, and bringing people in. */

const scopes = (turn: Turn) => [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))];

const places = async (turn: Turn): Promise<Place[]> => localitiesIn(turn.tx, scopes(turn));

const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const wanted = words.toLowerCase();
    const all = (await places(turn)).filter((place) => may(turn.actor, 'people.read', place));
    const here = wanted === '' ? all : all.filter(({ locality }) => locality.toLowerCase().includes(wanted));
    if (here.length === 0)
      throw new UserError(
        wanted === '' ? 'There is nobody to list for your roles.' : `I do not know a locality of yours called ${quoted(words)}.`,
      );
    const entries = await directory(
      turn.tx,
      [...new Set(here.flatMap(({ localityId, pilotId, programmeId }) => [localityId, pilotId, programmeId]))],
      turn.today.toString(),
    );
    const reachesAll = turn.actor.roles.some(({ role }) => role !== 'partner');
    // A partner needs to know whom to ask, not who else is here.
    const shown = reachesAll
      ? entries
      : entries.filter(({ role, personId }) => role === 'lead' || role === 'coordinator' || personId === turn.actor.personId);
    return directoryCard(
      shown,
      here.map(({ locality }) => locality),
      here.some((place) => mayGrant(turn.actor, place).length > 0),
    );
  },
});

const State = z.object({ locality: z.string().optional() });

const invitable = async (turn: Turn): Promise<Place[]> => {
  const found = (await places(turn)).filter((place) => may(turn.actor, 'people.invite', place) && mayGrant(turn.actor, place).length > 0);
  if (found.length === 0) throw new UserError('People are invited by the pilot lead or the coordinator of the locality. Ask them.');
  return found;
};

const invite = formVerb({
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

export const partners: Command = {
  name: 'partners',
  aliases: ['people'],
  summary: 'See who is who in your locality, and invite people',
  usage: 'invite',
  listedFor: ['lead', 'coordinator', 'administrator'],
  help: (slash) => [
    `${slash}partners: who is who, by post`,
    `${slash}partners wakefield: in one locality`,
    `${slash}partners invite: make codes for one person or a pasted list (${MAY_GRANT.lead.join(', ')} by pilot leads; ${MAY_GRANT.coordinator.join(', ')} by coordinators)`,
  ],
  verbs: { invite },
  presses: {},
  otherwise: typed,
};
