import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Line } from '../../src/nudges/line.ts';
import { sayNotMine, type Thing } from '../../src/nudges/not-mine.ts';
import { directory, localitiesIn } from '../../src/people/directory.ts';
import { leaveNews } from '../../src/people/news.ts';
import { notMineCard, whichNotMineCard } from '../../src/views/nudge-said.ts';
import { cardNow, inPlace, theirs, waitsAt, writerOf } from './context.ts';

/** "Not mine": those who lead there are told with the next thing they read, and it is not asked for again until its hands change. */

const State = z.object({ delivery: z.string().optional(), key: z.string().optional() });

type Named = { key: string; thing: Thing; localityId: string; name: string };

const named = (line: Line): Named[] => {
  if ('action' in line) {
    const { id, code, title, localityId } = line.action;
    return [{ key: line.key, thing: { kind: 'action', id }, localityId, name: `${code} ${title}` }];
  }
  if (!('kpi' in line)) return [];
  const { id, name, locality, localityId } = line.kpi;
  return [{ key: line.key, thing: { kind: 'kpi', id }, localityId, name: `${name}, ${locality},` }];
};

/** What waits for the actor and is somebody's own, each thing once. */
const candidates = (lines: readonly Line[]): Named[] => [...new Map(lines.flatMap(named).map((one) => [one.thing.id, one])).values()];

/** Tells the pilot leads and the coordinators of the place, but not the actor. @returns their posts */
const tell = async (turn: Turn, { thing, localityId, name }: Named): Promise<string[]> => {
  const [place] = await localitiesIn(turn.tx, [localityId]);
  if (!place) return [];
  const entries = await directory(turn.tx, [place.localityId, place.pilotId, place.programmeId], turn.today.toString());
  const lead = entries.filter(({ role, personId }) => (role === 'lead' || role === 'coordinator') && personId !== turn.actor.personId);
  const told = [...new Map(lead.map((entry) => [entry.personId, entry.post])).entries()];
  for (const [personId] of told)
    await leaveNews(writerOf(turn), {
      personId,
      text: `${turn.actor.post}${turn.actor.post.includes(',') ? ',' : ''} says ${name} is not theirs.`,
      aboutKind: 'not_mine',
      aboutId: thing.id,
    });
  return told.map(([, post]) => post);
};

export const notMine = cardVerb({
  state: State,
  run: async (turn, { state = {} }): Promise<Card> => {
    const delivered = state.delivery === undefined ? undefined : await theirs(turn, state.delivery);
    const all = candidates((await waitsAt(turn))?.all ?? []);
    // What a line is about may wait for another reason by now.
    const told = delivered ? all.filter(({ key, thing }) => delivered.keys.some((said) => said === key || said.includes(thing.id))) : all;
    const [first, ...others] = state.key === undefined ? told : all.filter(({ key }) => key === state.key);
    if (!first) throw new UserError('Nothing was changed. This does not wait for you any more: type nudge to see what does.');
    if (others.length > 0) {
      const which = whichNotMineCard([first, ...others], state.delivery);
      return delivered ? inPlace(turn, delivered, which) : which;
    }
    await sayNotMine(writerOf(turn), first.thing);
    const said = notMineCard(first.name, await tell(turn, first));
    return delivered ? inPlace(turn, delivered, await cardNow(turn, delivered, said)) : said;
  },
});
