import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Line } from '../../src/nudges/line.ts';
import { sayNotMine, type Thing, takeBackNotMine } from '../../src/nudges/not-mine.ts';
import { directory, localitiesIn } from '../../src/people/directory.ts';
import { leaveNews, takeBackNews } from '../../src/people/news.ts';
import { isItNotMineCard, mineCard, notMineCard, whichNotMineCard } from '../../src/views/nudge-said.ts';
import { anew, inPlace, theirs, waitsAt, writerOf } from './context.ts';

/** "Not mine": those who lead there are told with the next thing they read, and it is not asked for again until its hands change or it is taken back. */

const State = z.object({
  delivery: z.string().optional(),
  key: z.string().optional(),
  /** It was asked about. */ sure: z.boolean().optional(),
});

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

const ABOUT = 'not_mine';

/** The pilot leads and the coordinators of the place, but not the actor: the post of each by their id. */
const leadersOf = async (turn: Turn, { localityId }: Named): Promise<ReadonlyMap<string, string>> => {
  const [place] = await localitiesIn(turn.tx, [localityId]);
  if (!place) return new Map();
  const entries = await directory(turn.tx, [place.localityId, place.pilotId, place.programmeId], turn.today.toString());
  const lead = entries.filter(({ role, personId }) => (role === 'lead' || role === 'coordinator') && personId !== turn.actor.personId);
  return new Map(lead.map((entry) => [entry.personId, entry.post]));
};

/** @returns the posts of those who are told */
const tell = async (turn: Turn, named: Named): Promise<string[]> => {
  const { thing, name } = named;
  const leaders = await leadersOf(turn, named);
  for (const personId of leaders.keys())
    await leaveNews(writerOf(turn), {
      personId,
      text: `${turn.actor.post}${turn.actor.post.includes(',') ? ',' : ''} says ${name} is not theirs.`,
      aboutKind: ABOUT,
      aboutId: thing.id,
    });
  return [...leaders.values()];
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
    if (!state.sure) {
      const question = isItNotMineCard(first, [...(await leadersOf(turn, first)).values()], state.delivery);
      return delivered ? inPlace(turn, delivered, question) : question;
    }
    await sayNotMine(writerOf(turn), first.thing);
    const posts = await tell(turn, first);
    // In a message the way back is on its line.
    const said = notMineCard(first.name, posts, delivered ? undefined : first.thing);
    return delivered ? anew(turn, delivered, said) : said;
  },
});

/** Takes it back: whoever has not read it never does, and whoever has is told. */
export const mine = cardVerb({
  state: z.object({ kind: z.enum(['action', 'kpi']), id: z.guid(), delivery: z.string().optional() }),
  run: async (turn, { state }): Promise<Card> => {
    const delivered = state?.delivery === undefined ? undefined : await theirs(turn, state.delivery);
    const at = state && (await takeBackNotMine(writerOf(turn), state));
    if (!state || at === undefined)
      throw new UserError(
        'Nothing was changed: this was taken back already, or has changed hands since. Type nudge to see what waits for you.',
      );
    const read = await takeBackNews(turn.tx, { aboutKind: ABOUT, aboutId: state.id, at });
    for (const { personId, text } of read)
      await leaveNews(writerOf(turn), { personId, text: `Taken back: ${text}`, aboutKind: ABOUT, aboutId: state.id });
    const waits = candidates((await waitsAt(turn))?.all ?? []).find(({ thing }) => thing.id === state.id);
    const said = mineCard(waits?.name, read.length > 0);
    return delivered ? anew(turn, delivered, said) : said;
  },
});
