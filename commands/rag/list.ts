import { z } from 'zod';
import { isClosed } from '../../src/actions/action.ts';
import { criteria } from '../../src/actions/criteria.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { isTheirs } from '../../src/people/ownership.ts';
import { PERMISSIONS } from '../../src/people/permissions.ts';
import { emptyCard, inOrder, type Line, listCard } from '../../src/views/actions/list.ts';
import { count, shortened } from '../../src/views/actions/parts.ts';
import { dashboardOf } from '../dashboard.ts';
import { raiseButtons } from '../raising.ts';
import { type Besides, waitsBesides } from './besides.ts';
import { readableActions } from './context.ts';
import { type Filter, type Flag, parseFilter, passes } from './filter.ts';
import { waitsFor } from './next.ts';
import { placesFor } from './places.ts';
import { kindFor } from './rights.ts';
import { looksAt } from './show.ts';
import { firstFor } from './worry.ts';

/** My actions, and the plan through its filters. */

const NOTHING: Filter = { whose: undefined, ratings: [], flags: [], localities: [], projects: [], criteria: [] };

const NOTHING_BESIDES: Besides = { count: 0, parts: [], adviser: undefined };

/** Whether nothing narrows it but whose they are. */
const isPlain = ({ ratings, flags, localities, projects, criteria: areas }: Filter) =>
  ratings.length + flags.length + localities.length + projects.length + areas.length === 0;

const FLAG_WORDS: Record<Flag, string> = {
  past: 'past the date',
  no_update: 'without an update',
  no_owner: 'without an owner',
  differ: 'where something does not agree',
  due: 'due within two weeks',
};

/** "Wakefield: 3 actions, Red or Amber, past the date" */
const filteredTitle = (filter: Filter, lines: readonly Line[], nameOf: (criterionId: string) => string): string => {
  const where = filter.localities.length > 0 ? filter.localities : [...new Set(lines.map(({ action }) => action.locality))];
  const said = [
    ...(filter.ratings.length > 0 ? [filter.ratings.map((rating) => RATING_WORDS[rating]).join(' or ')] : []),
    ...filter.flags.map((flag) => FLAG_WORDS[flag]),
    ...filter.projects,
    ...filter.criteria.map(nameOf),
  ];
  const place = where.length === 0 ? '' : where.length <= 2 ? `${where.join(' and ')}: ` : `${where.length} localities: `;
  return shortened(
    `${place}${lines.length === 0 ? 'No actions' : `${filter.whose === 'mine' ? 'your ' : ''}${count(lines.length, 'action')}`}${said.length > 0 ? `, ${said.join(', ')}` : ''}`,
    130,
  );
};

const thingsWait = (many: number) => `${count(many, 'thing')} ${many === 1 ? 'waits' : 'wait'} for you`;

/** "Wakefield: 3 of your 7 actions wait for you, and 1 other thing" @param besides how many things wait besides ratings */
const mineTitle = (own: readonly Line[], besides: number): string => {
  const places = [...new Set(own.map(({ action }) => action.locality))];
  const where = places.length === 1 ? `${places[0]}: ` : '';
  const waiting = own.filter(({ waits }) => waits).length;
  if (waiting === 0)
    return `${where}${besides === 0 ? 'nothing waits for you' : thingsWait(besides)}; you have ${count(own.length, 'action')}`;
  const other = besides === 0 ? '' : `, and ${count(besides, 'other thing')}`;
  return `${where}${waiting} of your ${count(own.length, 'action')} ${waiting === 1 ? 'waits' : 'wait'} for you${other}`;
};

/** "Wakefield: 6 actions; 2 things wait for you" */
const planTitle = (said: string, besides: number): string => (besides === 0 ? said : `${said}; ${thingsWait(besides)}`);

const closedNote = (closed: number) =>
  closed === 0
    ? []
    : [
        `${closed} more ${closed === 1 ? 'is' : 'are'} complete or stopped: type rag mine complete stopped to see ${closed === 1 ? 'it' : 'them'}.`,
      ];

const newButton = (turn: Turn): Button[] =>
  turn.actor.roles.some(({ role }) => role in PERMISSIONS['action.write']) ? [{ label: 'New action', press: { verb: 'rag.new' } }] : [];

/** The actions that the words ask for; none = mine, or the plan for whoever owns nothing. @param from place of the first on the page @param project id of the only project wanted: several may have one name */
export const list = async (turn: Turn, words: string, from = 0, project?: string): Promise<Card> => {
  const all = await readableActions(turn);
  const actions = project === undefined ? all : all.filter(({ projectId }) => projectId === project);
  const listed = words.trim() === '' ? [] : await criteria(turn.tx);
  const places = {
    localities: [...new Map(actions.map(({ locality, prefix }) => [locality, { name: locality, prefix }])).values()],
    projects: actions.flatMap(({ project }) => project ?? []),
    criteria: listed,
  };
  const parsed = parseFilter(words, places);
  if (parsed.kind === 'unknown') {
    const refused = noteRefusal(turn.platform, words);
    if (refused) return refused;
    const near: Button[] = parsed.near.slice(0, 5).map((name) => ({
      label: shortened(name, 30),
      press: { verb: 'rag', words: `${words.slice(0, words.length - parsed.said.length)}${name}`.trim() },
    }));
    return emptyCard(
      `I do not know ${quoted(parsed.said)}. Nothing was saved.${near.length > 0 ? ' Did you mean one of these?' : ''}`,
      'Write an action by its code, as in: rag 12 green. Or see some of the plan: all, mine, red, past, no update, no owner, differ, due, or the name of a locality or project.',
      [...near, { label: 'My actions', press: { verb: 'rag' } }],
    );
  }
  const isBare = words.trim() === '';
  const filter = isBare ? NOTHING : parsed.filter;
  const plain = isPlain(filter);
  // News, worries and what waits besides come first wherever somebody begins, whatever the plan holds.
  const begins = isBare || (filter.whose === 'mine' && plain);
  const first = begins ? await firstFor(turn) : { worries: 0, parts: [] };
  if (actions.length === 0) {
    const none = newButton(turn).length > 0 ? undefined : 'Your pilot lead or coordinator can add one.';
    const buttons = [...newButton(turn), ...raiseButtons(turn, await placesFor(turn, 'worry.raise'))];
    const card = emptyCard('There are no actions that you can see yet.', none, buttons);
    return { ...card, parts: [...first.parts, ...card.parts] };
  }
  const waits = waitsFor(turn);
  const lines = (await looksAt(turn, actions)).map(
    (look): Line => ({
      ...look,
      mine: isTheirs(look.action, turn.actor.personId),
      waits: waits(look.action),
    }),
  );
  const own = lines.filter(({ mine }) => mine);
  const isMine = filter.whose === 'mine' || (isBare && own.length > 0);
  const found = (isMine ? own : lines).filter(passes(filter)).sort(inOrder);
  const open = isMine && plain ? found.filter(({ action }) => !isClosed(action)) : found;
  // Offered where something that is listed waits: what is not on the page is not gone through from it.
  const waiting = open.filter((line) => line.waits).length;
  const others = lines.length - own.length;
  const besides = begins ? await waitsBesides(turn, actions) : NOTHING_BESIDES;
  const nameOf = (id: string) => listed.find((criterion) => criterion.id === id)?.name ?? 'this criterion';
  const nothingToRate = !lines.some(({ action }) => kindFor(turn, action) !== undefined);
  return listCard({
    title:
      besides.adviser && !isMine
        ? besides.adviser
        : isMine && plain
          ? mineTitle(open.length > 0 ? open : own, first.worries + besides.count)
          : planTitle(
              filteredTitle(project === undefined ? filter : { ...filter, projects: places.projects.slice(0, 1) }, found, nameOf),
              first.worries + besides.count,
            ),
    lines: open,
    from,
    words,
    project,
    above: from === 0 ? [...first.parts, ...besides.parts] : [],
    notes: isMine && plain ? closedNote(own.length - open.length) : isBare && nothingToRate ? ['None of them is yours to rate.'] : [],
    buttons: [
      ...(waiting > 0 && from === 0 && !besides.adviser
        ? [{ label: 'One after the other', press: { verb: 'rag.next' }, style: 'primary' as const }]
        : []),
      ...(isMine && others > 0 ? [{ label: 'The whole plan', press: { verb: 'rag', words: 'all' } }] : []),
      ...(isMine ? newButton(turn) : []),
      ...raiseButtons(
        turn,
        (open.length > 0 ? open : lines).map(({ action }) => action),
      ),
      dashboardOf(
        turn,
        (open.length > 0 ? open : lines).map(({ action }) => action),
      ),
    ],
  });
};

/** The next page: the same words from another place; and the list of one project. */
export const more = cardVerb({
  state: z.object({ words: z.string(), from: z.number().int().min(0), project: z.string().optional() }),
  run: (turn, { state }) => list(turn, state?.words ?? '', state?.from ?? 0, state?.project),
});
