/** Who answers for a thing: its owner, or the deputy once the owner's role has ended. KPIs and actions are owned alike. */

export type Ownership = {
  ownerId: string | null;
  owner: string | null;
  deputyId: string | null;
  deputy: string | null;
  /** The last day of the owner's (the deputy's) last role there, YYYY-MM-DD; null while they hold one, or where there is none of them. */
  ownerLeft: string | null;
  deputyLeft: string | null;
};

/** It never had an owner, or the owner's role there has ended: wherever "without an owner" is said, it is this, whoever stands in. */
export const isWithoutOwner = ({ ownerId, ownerLeft }: Pick<Ownership, 'ownerId' | 'ownerLeft'>): boolean =>
  ownerId === null || ownerLeft !== null;

/** Whoever answers for it today: its owner, or the deputy when it is without one. */
export const answersFor = (thing: Ownership): { id: string; post: string; standsIn: boolean } | undefined => {
  if (thing.ownerId && !isWithoutOwner(thing)) return { id: thing.ownerId, post: thing.owner ?? '', standsIn: false };
  if (thing.deputyId && !thing.deputyLeft) return { id: thing.deputyId, post: thing.deputy ?? '', standsIn: true };
  return undefined;
};

/** The day since which nobody answers for it; undefined while somebody does, null when nobody ever has. */
export const withoutOwnerSince = (thing: Ownership): string | null | undefined => {
  if (answersFor(thing)) return undefined;
  return (
    [thing.ownerLeft, thing.deputyLeft]
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null
  );
};

/** Whether a thing is somebody's own: they answer for it or stand in. */
export const isTheirs = (thing: Pick<Ownership, 'ownerId' | 'deputyId'>, personId: string) =>
  thing.ownerId === personId || thing.deputyId === personId;

type Hands = Pick<Ownership, 'ownerId' | 'deputyId'>;

/**
 * Whose a thing is once `from` has handed all they have to `to`; undefined when it is not theirs to hand over.
 * What belongs to `to` already stays theirs, and nobody stands in for themselves.
 */
export const handed = ({ ownerId, deputyId }: Hands, from: string, to: string): Hands | undefined => {
  if (from === to || (ownerId !== from && deputyId !== from)) return undefined;
  const owner = ownerId === from ? to : ownerId;
  const deputy = deputyId === from ? to : deputyId;
  return { ownerId: owner, deputyId: deputy === owner ? null : deputy };
};
