import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { type Action, isOwnAction, placeOfAction, type Rating, type RatingKind } from '../../src/actions/action.ts';
import { agesAt } from '../../src/actions/cadence.ts';
import type { KpiWord } from '../../src/actions/differences.ts';
import { type Asked, actionsIn } from '../../src/actions/queries.ts';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { UserError } from '../../src/errors.ts';
import { statusOf } from '../../src/kpis/status.ts';
import { may } from '../../src/people/permissions.ts';
import { readable as readableKpis } from '../kpi/context.ts';

/** What the verbs about actions share: which ones the actor may see, and what they may do with one. */

/** The term dates in use: the declared national default. */
export const terms = nationalTerms;

/** A rating as evaluators read it: the side that gave it, and no person. */
export const asGroup = <R extends Pick<Rating, 'by' | 'decidedBy' | 'also'>>(rating: R, kind: RatingKind, locality: string): R => ({
  ...rating,
  by: rating.by && (kind === 'self' ? `somebody in ${locality}` : 'the adviser'),
  decidedBy: rating.decidedBy && `somebody in ${locality}`,
  also: rating.also && 'has another part there',
});

/** What the actor may know of an action that they may read. */
export const asRead = (turn: Turn, action: Action): Action => {
  // Evaluators see people as groups: who is who is for those who work together.
  if (may(turn.actor, 'people.read', placeOfAction(action))) return action;
  const somebody = (post: string | null) => post && `somebody in ${action.locality}`;
  const rated = (rating: Rating | null, kind: RatingKind) => rating && asGroup(rating, kind, action.locality);
  return {
    ...action,
    owner: somebody(action.owner),
    deputy: somebody(action.deputy),
    self: rated(action.self, 'self'),
    independent: rated(action.independent, 'independent'),
    atOnce:
      action.atOnce &&
      (Object.fromEntries(
        Object.entries(action.atOnce).map(([kind, said]) => [
          kind,
          { ...said, by: kind === 'self' ? somebody(said.by) : 'another adviser' },
        ]),
      ) as Action['atOnce']),
  };
};

/** The actions that the actor may read, in the localities' order and their own, as they may know them. */
export const readableActions = (turn: Turn, only?: string): Promise<Action[]> => readable(turn, only === undefined ? {} : { only });

const readable = async (turn: Turn, which: Pick<Asked, 'only' | 'number' | 'prefix'>): Promise<Action[]> => {
  const scopes = [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))];
  const actions = await actionsIn(turn.tx, scopes, { ...which, day: turn.today.toString() });
  return actions.filter((action) => may(turn.actor, 'action.read', placeOfAction(action))).map((action) => asRead(turn, action));
};

/** One action by id, if the actor may read it. What may not be read does not exist. */
export const readableAction = async (turn: Turn, id: string): Promise<Action> => {
  // A form can be sent with anything for an id; the database would refuse what is none.
  const [action] = z.guid().safeParse(id).success ? await readableActions(turn, id) : [];
  if (!action) throw new UserError('I cannot find this action. Type rag to see yours.');
  return action;
};

export type FoundAction =
  | { kind: 'one'; action: Action }
  /** The number exists in several localities: ask which. */
  | { kind: 'several'; actions: Action[] }
  /** There is none that they may read; these are near. */
  | { kind: 'none'; code: string; near: Action[] };

const MOST_NEAR = 5;

type Code = { prefix?: string; number: number };

const homesOf = ({ actor }: Turn) => actor.roles.filter(({ scopeKind }) => scopeKind === 'locality').map(({ scopeId }) => scopeId);

/** Nothing has this code: what comes near it, among all that the actor may read. */
const nearTo = (turn: Turn, actions: Action[], { prefix, number }: Code): FoundAction => {
  const home = homesOf(turn);
  const near = actions
    .map((candidate) => ({
      candidate,
      letters: prefix === undefined ? 0 : distance(prefix, candidate.prefix),
      figures: candidate.number === number ? 0 : distance(String(number), String(candidate.number)),
    }))
    .filter(({ letters, figures }) => letters + figures === 1)
    .map(({ candidate }) => candidate);
  const homes = [...new Set(actions.filter(({ localityId }) => home.includes(localityId)).map((action) => action.prefix))];
  const said = prefix ?? (homes.length === 1 ? homes[0] : undefined);
  return { kind: 'none', code: said === undefined ? String(number) : `${said}-${number}`, near: near.slice(0, MOST_NEAR) };
};

/** The action of a code, among those that the actor may read. A number without its prefix is one of their own locality. */
export const actionByCode = async (turn: Turn, code: Code): Promise<FoundAction> => {
  const { prefix, number } = code;
  // The whole plan is read only where the code is of none.
  const found = await readable(turn, prefix === undefined ? { number } : { prefix, number });
  const home = homesOf(turn);
  const own = prefix === undefined ? found.filter(({ localityId }) => home.includes(localityId)) : [];
  const [action, ...others] = own.length > 0 ? own : found;
  if (!action) return nearTo(turn, await readableActions(turn), code);
  return others.length === 0 ? { kind: 'one', action } : { kind: 'several', actions: [action, ...others] };
};

/** Whether they may rate it for its owner, do its steps, comment on it. */
export const mayRate = (turn: Turn, action: Action) =>
  may(turn.actor, 'rating.write', placeOfAction(action), isOwnAction(action, turn.actor.personId));
/** Whether they may change what it is: its words, date, owner, on hold, stopped. */
export const mayChange = (turn: Turn, action: Action) => may(turn.actor, 'action.write', placeOfAction(action));
export const mayRateIndependently = (turn: Turn, action: Action) => may(turn.actor, 'rating.independent', placeOfAction(action));

export const isMine = (turn: Turn, action: Action) => isOwnAction(action, turn.actor.personId);

export const writerOf = (turn: Turn): Writer => ({ tx: turn.tx, now: turn.now, newId: turn.core.newId, personId: turn.actor.personId });

export const agesOf = (turn: Turn) => agesAt(turn.today, terms);

/** What the data say of the KPIs that some actions should move, by the KPI's id; only of those that the actor may read. */
export const kpiWordsOf = async (turn: Turn, actions: readonly Action[]): Promise<(action: Action) => KpiWord[]> => {
  const wanted = new Set(actions.flatMap(({ kpiIds }) => kpiIds));
  const kpis = wanted.size === 0 ? [] : await readableKpis(turn, wanted.size === 1 ? [...wanted][0] : undefined);
  const words = new Map(
    kpis
      .filter(({ id }) => wanted.has(id))
      .map((kpi) => {
        const { status, word } = statusOf(kpi, turn.today);
        return [kpi.id, { name: kpi.name, status, word } satisfies KpiWord];
      }),
  );
  return (action) => action.kpiIds.flatMap((id) => words.get(id) ?? []);
};
