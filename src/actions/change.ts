import type { Writer } from '../app.ts';
import type { Action, Rating, RatingKind, RatingWord } from './action.ts';
import { insertHands, insertRating, insertVersion, type VersionRow } from './queries.ts';

/** Making actions, changing and rating them. Nothing is overwritten: each change is a new version. */

/** What an action is, as whoever leads the plan gives it. */
export type ActionDraft = Pick<
  Action,
  'title' | 'successMeasure' | 'due' | 'ownerId' | 'deputyId' | 'criterionId' | 'projectId' | 'kpiIds' | 'steps'
>;

type By = Writer<string | null>;

/**
 * Makes an action with the next number of its locality; numbers are never given twice.
 * @param id where a form that may be sent twice chose it: the key throws the second time
 * @param number where a plan that is brought in has numbers of its own
 */
export const createAction = async (
  writer: By,
  localityId: string,
  draft: ActionDraft,
  { id = writer.newId(), number, origin = 'person' }: { id?: string; number?: number; origin?: 'person' | 'import' } = {},
): Promise<{ id: string; number: number }> => {
  const last = await writer.tx.action.findFirst({ where: { localityId }, orderBy: { number: 'desc' }, select: { number: true } });
  const given = number ?? (last?.number ?? 0) + 1;
  await writer.tx.action.create({ data: { id, localityId, number: given, origin } });
  await insertVersion(writer.tx, {
    ...draft,
    actionId: id,
    version: 1,
    change: 'created',
    recordedAt: writer.now.toString(),
    recordedById: writer.personId,
  });
  return { id, number: given };
};

/** Writes a new version with what has changed; returns the action as it is then, without the names that only a reading brings. */
export const changeAction = async (
  writer: By,
  action: Action,
  change: Exclude<VersionRow['change'], 'created'>,
  patch: Partial<ActionDraft>,
): Promise<Action> => {
  const next = { ...action, ...patch, version: action.version + 1 };
  await insertVersion(writer.tx, {
    ...next,
    actionId: action.id,
    change,
    recordedAt: writer.now.toString(),
    recordedById: writer.personId,
  });
  return next;
};

/** Gives many actions to other hands at once; `days` where they change with the hands. */
export const handActions = (
  writer: By,
  moves: readonly {
    action: Pick<Action, 'id' | 'version'>;
    is: Pick<Action, 'ownerId' | 'deputyId'>;
    days: Partial<Pick<Action, 'due' | 'steps'>>;
  }[],
  change: 'handover' | 'owner' | 'due',
): Promise<void> =>
  insertHands(
    writer.tx,
    moves.map(({ action: { id, version }, is, days }) => ({ actionId: id, version: version + 1, ...is, ...days })),
    { change, recordedAt: writer.now.toString(), recordedById: writer.personId },
  );

/** A rating as somebody wishes it saved. */
export type RatingWish = {
  rating: RatingWord;
  reason?: string;
  remedy?: string;
  remedyBy?: string; // YYYY-MM-DD
  decidedBy?: string;
  decidedOn?: string; // YYYY-MM-DD
  evidence?: string;
  also?: string;
};

/** Writes the next rating of a kind. Who was first is kept too: the version before is `action.self` or `action.independent`. */
export const rateAction = async (
  writer: By,
  action: Action,
  kind: RatingKind,
  wish: RatingWish,
  definitionVersion: number,
  origin: 'person' | 'import' = 'person',
): Promise<{ id: string; version: number }> => {
  const before: Rating | null = kind === 'self' ? action.self : action.independent;
  const id = writer.newId();
  const version = (before?.version ?? 0) + 1;
  await insertRating(writer.tx, {
    id,
    actionId: action.id,
    kind,
    version,
    rating: wish.rating,
    reason: wish.reason ?? null,
    remedy: wish.remedy ?? null,
    remedyBy: wish.remedyBy ?? null,
    decidedBy: wish.decidedBy ?? null,
    decidedOn: wish.decidedOn ?? null,
    evidence: wish.evidence ?? null,
    also: wish.also ?? null,
    definitionVersion,
    origin,
    recordedAt: writer.now.toString(),
    recordedById: writer.personId,
  });
  return { id, version };
};
