import type { Writer } from '../app.ts';
import { heldOn, type Known } from './known.ts';
import { handed, type Ownership } from './ownership.ts';
import { may, type ScopePath } from './permissions.ts';

/** Handing over: what moves from one person to another, decided here; each feature writes its own part in the same transaction. */

type Hands = Pick<Ownership, 'ownerId' | 'deputyId'>;

/** Something that is owned: a KPI, or an action of the plan. */
export type Owned = Ownership & {
  kind: 'kpi' | 'action';
  id: string;
  /** "WAK-12", or the KPI's name. */
  name: string;
  /** The action's title; the KPI's name. */
  title: string;
  locality: string;
  at: ScopePath & { localityId: string };
};

/** A day of a thing that moves with it, because whoever must act then is not at work on it: its own, or that of a step, the first of which is 1. Days are YYYY-MM-DD. */
export type MovedDay = { step?: number; was: string; is: string; why: string };
export type Move = { thing: Owned; was: Hands; is: Hands; slides?: readonly MovedDay[] };
export type Plan = {
  moves: Move[];
  /** Theirs too, but whoever takes over holds no role there that could answer for it. */
  stays: Owned[];
};

/** Whether a person can answer for things at a place on a day: they hold a role there with which one rates one's own. */
export const canAnswer = (person: Known, at: ScopePath, day: string): boolean =>
  may({ roles: heldOn(person, day) }, 'rating.write', at, true) && may({ roles: heldOn(person, day) }, 'reading.write', at, true);

/** What moves from one to the other, and what cannot. */
export const planOf = (things: readonly Owned[], from: Known, to: Known, day: string): Plan => {
  const theirs = things.flatMap((thing) => {
    const is = handed(thing, from.id, to.id);
    return is ? [{ thing, was: { ownerId: thing.ownerId, deputyId: thing.deputyId }, is }] : [];
  });
  return {
    moves: theirs.filter(({ thing }) => canAnswer(to, thing.at, day)),
    stays: theirs.filter(({ thing }) => !canAnswer(to, thing.at, day)).map(({ thing }) => thing),
  };
};

/** "WAK-7, WAK-12 and 2 KPIs" */
export const countWords = (things: readonly Pick<Owned, 'kind' | 'name'>[], most = 12): string => {
  const codes = things.filter(({ kind }) => kind === 'action').map(({ name }) => name);
  const kpis = things.filter(({ kind }) => kind === 'kpi').length;
  const shown = codes.length > most ? [`${codes.length} actions`] : codes;
  const all = [...shown, ...(kpis > 0 ? [`${kpis} ${kpis === 1 ? 'KPI' : 'KPIs'}`] : [])];
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
};

/**
 * Writes that it was done, once.
 * @param id of the preview whose button was pressed: however often it is, the first counts
 * @returns false when it was done before
 */
export const recordHandover = async (
  { tx, now, personId }: Writer,
  {
    id,
    what,
    fromId,
    toId,
    moves,
  }: {
    id: string;
    what: 'handover' | 'handover.back' | 'deputy.set' | 'role.ended.days';
    fromId: string;
    toId: string | null;
    moves: Move[];
  },
): Promise<boolean> => {
  const { count } = await tx.auditEvent.createMany({
    skipDuplicates: true,
    data: {
      id,
      at: new Date(now.epochMilliseconds),
      personId,
      what,
      subjectKind: 'person',
      subjectId: fromId,
      detail: {
        to: toId,
        moved: moves.map(({ thing, was, is, slides = [] }) => ({
          kind: thing.kind,
          id: thing.id,
          name: thing.name,
          was,
          is,
          ...(slides.length > 0 ? { slides: [...slides] } : {}),
        })),
      },
    },
  });
  return count > 0;
};

/** What a handover moved: each thing, whose it was and whose it became, and which days moved with it. */
export type Moved = { kind: 'kpi' | 'action'; id: string; name: string; was: Hands; is: Hands; slides?: MovedDay[] };

/** A handover that was done; undefined where there is none of that id. */
export const handoverOf = async (tx: Writer['tx'], id: string): Promise<{ fromId: string; toId: string; moved: Moved[] } | undefined> => {
  const row = await tx.auditEvent.findFirst({ where: { id, what: 'handover' }, select: { subjectId: true, detail: true } });
  if (!row) return undefined;
  const { to, moved } = row.detail as { to: string; moved: Moved[] };
  return { fromId: row.subjectId, toId: to, moved };
};

/** The news that nobody has read about things which have moved is whoever's they are now; lines of earlier handovers are no longer true. */
export const moveNews = async ({ tx }: Writer, fromId: string, toId: string, moves: readonly Move[]): Promise<void> => {
  await tx.news.updateMany({
    where: { personId: fromId, seenAt: null, aboutId: { in: moves.map(({ thing }) => thing.id) } },
    data: { personId: toId },
  });
  await tx.news.deleteMany({ where: { personId: fromId, seenAt: null, aboutKind: 'handover' } });
};
