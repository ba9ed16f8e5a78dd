import { z } from 'zod';
import { type Command, cardVerb, type Turn } from '../src/bot/contract.ts';
import { quoted } from '../src/bot/replies.ts';
import { UserError } from '../src/errors.ts';
import { directory, type Place } from '../src/people/directory.ts';
import { may, mayGrant } from '../src/people/permissions.ts';
import { unownedCard } from '../src/views/handover.ts';
import { ownerless } from '../src/views/ownership.ts';
import { directoryCard } from '../src/views/partners.ts';
import { mayRead, placesOf, thingsIn, whereWords } from './partners/context.ts';
import { deputy, stand } from './partners/deputy.ts';
import { back, hand, typedHandover } from './partners/handover.ts';
import { handover } from './partners/handover-form.ts';
import { invite } from './partners/invite.ts';
import { leave, leaver } from './partners/leaver.ts';
import { give, role } from './partners/role.ts';
import { send } from './partners/send.ts';
import { taking } from './partners/taking.ts';
import { stoppart, takepart } from './partners/taking-change.ts';
import { terms, termsright } from './partners/terms.ts';
import { closedback, closedform, termsform } from './partners/terms-change.ts';

/** Who is who, bringing people in and letting them go, and handing over what they own. */

const inPlace = (turn: Turn, places: Place[], words: string): Place[] => {
  const all = places.filter((place) => may(turn.actor, 'people.read', place));
  const here = words === '' ? all : all.filter(({ locality }) => locality.toLowerCase().includes(words.toLowerCase()));
  if (here.length === 0)
    throw new UserError(
      words === '' ? 'There is nobody to list for your roles.' : `I do not know a locality of yours called ${quoted(words)}.`,
    );
  return here;
};

const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    const here = inPlace(turn, await placesOf(turn), words);
    const entries = await directory(
      turn.tx,
      [...new Set(here.flatMap(({ localityId, pilotId, programmeId }) => [localityId, pilotId, programmeId]))],
      turn.today.toString(),
    );
    const reachesAll = turn.actor.roles.some(({ role: held }) => held !== 'partner');
    // A partner needs to know whom to ask, not who else is here.
    const shown = reachesAll
      ? entries
      : entries.filter(({ role: held, personId }) => held === 'lead' || held === 'coordinator' || personId === turn.actor.personId);
    const mine = here.filter((place) => may(turn.actor, 'handover', place));
    const unowned = mine.length === 0 ? [] : (await thingsIn(turn, mine)).filter((thing) => ownerless(thing, turn.today));
    return directoryCard(
      shown,
      here.map(({ locality }) => locality),
      {
        mayInvite: here.some((place) => mayGrant(turn.actor, place).length > 0),
        mayHandOver: mine.length > 0,
        unowned: unowned.length,
        in: here.length === 1 ? (here[0] as Place).localityId : undefined,
      },
      turn.today,
    );
  },
});

/** What nobody answers for. */
const unowned = cardVerb({
  state: z.object({ in: z.string().optional() }),
  run: async (turn, { state }) => {
    const here = (await placesOf(turn)).filter(
      (place) => may(turn.actor, 'handover', place) && (state?.in === undefined || place.localityId === state.in),
    );
    if (here.length === 0) throw new UserError('There is nothing that you could hand over.');
    return unownedCard(await thingsIn(turn, here), whereWords(here), turn.today, (thing) => mayRead(turn, thing));
  },
});

export const partners: Command = {
  name: 'partners',
  aliases: ['people'],
  summary: 'See who is who, invite people, hand over what they own',
  usage: 'handover POST to POST',
  listedFor: ['lead', 'coordinator', 'administrator'],
  help: (slash) => [
    `${slash}partners: who is who, by post · ${slash}partners wakefield: in one locality`,
    `${slash}partners invite: make codes for one person or a pasted list · ${slash}partners taking part: in which project · ${slash}partners terms: term dates and closed days`,
    `${slash}partners handover POST to POST: all that somebody owns, after a preview; alone for a form`,
    `${slash}partners leaver POST on 31 Dec: end somebody's role, with what they own and who stands in`,
    `${slash}partners deputy POST for WAK-12, for a KPI, or for all that somebody owns`,
    `${slash}partners role POST lead from 1 Jan until 31 July: partners by pilot leads; also leads by coordinators`,
  ],
  verbs: { invite, leaver, deputy, role, taking, terms },
  presses: {
    handover,
    typed: typedHandover,
    hand,
    back,
    leave,
    stand,
    give,
    send,
    unowned,
    takepart,
    stoppart,
    termsright,
    termsform,
    closedform,
    closedback,
  },
  // "handover" alone opens a form; with names it answers with what would move.
  finds: (words) => {
    const rest = /^hand[ -]?over(?:\s+(?<rest>\S.*))?$/isu.exec(words.trim());
    if (!rest) return undefined;
    return { verb: rest.groups?.rest ? 'typed' : 'handover', words: rest.groups?.rest?.trim() ?? '' };
  },
  otherwise: typed,
};
