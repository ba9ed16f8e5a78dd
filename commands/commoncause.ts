import { z } from 'zod';
import { type Command, cardVerb, type Turn } from '../src/bot/contract.ts';
import { SLASH } from '../src/bot/help.ts';
import { burntCard, codeIn } from '../src/bot/strangers.ts';
import type { Card } from '../src/cards/card.ts';
import type { Line } from '../src/nudges/line.ts';
import { mayWithRuns } from '../src/nudges/runs.ts';
import { localitiesIn, type Place } from '../src/people/directory.ts';
import { burnCode } from '../src/people/linking.ts';
import { clearNews } from '../src/people/news.ts';
import { may, type RoleName } from '../src/people/permissions.ts';
import { ratingsWaitPart } from '../src/views/actions/list.ts';
import { homeCard } from '../src/views/home.ts';
import { asks } from '../src/views/nudge-words.ts';
import { evidence } from './evidence.ts';
import { lined, readable } from './kpi/context.ts';
import { kpi } from './kpi.ts';
import { waitsAt } from './nudge/context.ts';
import { nudge } from './nudge.ts';
import { partners } from './partners.ts';
import { pulse } from './pulse.ts';
import { waitsBesides } from './rag/besides.ts';
import { readableActions, writerOf } from './rag/context.ts';
import { firstFor } from './rag/worry.ts';
import { rag } from './rag.ts';
import { raiseButtons } from './raising.ts';
import { summary } from './summary.ts';

/** The home of the bot: where I am, what waits for me, what I can do here. Every other word may follow it. */

const listed = (roles: RoleName[]) =>
  [kpi, rag, summary, pulse, evidence, nudge, partners].filter(
    ({ listedFor }) => listedFor === 'all' || listedFor.some((role) => roles.includes(role)),
  );

/** Where a plan is brought in. A chat takes no file; on the web the page itself has the link, for whoever it shows. */
const importsAt = ({ actor, platform, core }: Turn, places: Place[]): string | undefined =>
  platform !== 'web' && places.some((place) => may(actor, 'plan.import', place)) ? `${core.config.publicUrl}/import` : undefined;

/** Where an administrator sees what was sent, in the same way. */
const runsAt = ({ actor, platform, core }: Turn): string | undefined =>
  platform !== 'web' && mayWithRuns(actor, 'runs.read') ? `${core.config.publicUrl}/runs` : undefined;

const home = async (turn: Turn): Promise<Card> => {
  const roles = [...new Set(turn.actor.roles.map(({ role }) => role))];
  const places = await localitiesIn(
    turn.tx,
    turn.actor.roles.map(({ scopeId }) => scopeId),
  );
  const kpis = await readable(turn);
  const first = await firstFor(turn);
  const actions = await readableActions(turn);
  // What waits is reckoned once, as for every message; here it is only laid out.
  const waits = ((await waitsAt(turn))?.all ?? []).filter(asks);
  const about = (...kinds: Line['kind'][]) =>
    new Set(waits.flatMap((line) => ('action' in line && kinds.includes(line.kind) ? [line.action.id] : [])));
  const rated = about('red', 'due', 'half_term');
  const answered = about('answer');
  const besides = await waitsBesides(turn, actions, ({ id }) => answered.has(id));
  return homeCard({
    actor: turn.actor,
    roles,
    places: places.map(({ locality }) => locality),
    lines: await lined(turn, kpis),
    waits,
    first: [...first.parts, ...ratingsWaitPart(actions.filter(({ id }) => rated.has(id))), ...besides.parts],
    raise: raiseButtons(turn, places),
    mayAdd: places.some((place) => may(turn.actor, 'kpi.write', place)),
    imports: importsAt(turn, places),
    runs: runsAt(turn),
    today: turn.today,
    commands: listed(roles).map(({ name, usage, summary }) => ({
      text: `${SLASH[turn.platform]}${name} ${usage}`.trim(),
      detail: summary,
    })),
    help: `${SLASH[turn.platform]}kpi help`,
  });
};

export const commoncause: Command = {
  name: 'commoncause',
  aliases: ['cc', 'home', 'help', 'hello', 'hi'],
  summary: 'See where you are, what waits for you and what you can do here',
  usage: '',
  listedFor: 'all',
  help: (slash) => [
    `${slash}commoncause: where you are and what waits for you`,
    `${slash}commoncause kpi attendance 93.2: every other command works behind this one too`,
    `${slash}commoncause join CODE: link this account with the code from your coordinator`,
    `Add help after any command to see how it is used`,
  ],
  verbs: {
    join: cardVerb({
      state: z.undefined(),
      run: async (turn, { words }) => {
        const code = codeIn(`join ${words}`);
        // A code that others could read is of no more use, whoever typed it.
        if (code && turn.where.seenByOthers) {
          await burnCode(turn.core, turn.tx, code, turn.now);
          return burntCard();
        }
        return {
          title: `You are linked already, as ${turn.actor.post}.`,
          parts: [{ type: 'text', text: 'A code links one account to one post. To take up another post, ask your coordinator.' }],
        };
      },
    }),
  },
  presses: {
    /** "Got it": the lines that were shown are not shown again. */
    read: cardVerb({
      state: z.object({ news: z.array(z.guid()) }),
      run: async (turn, { state }) => {
        await clearNews(writerOf(turn), state?.news ?? []);
        return home(turn);
      },
    }),
  },
  otherwise: cardVerb({ state: z.undefined(), run: home }),
};
