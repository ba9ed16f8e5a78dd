import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import type { Held, Known } from './known.ts';
import type { RoleName } from './permissions.ts';

/** Giving roles and ending them. Each is written to the audit; what a person was is never taken from their past. */

const asDate = (day: string) => new Date(`${day}T00:00:00Z`);
const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

const audit = (
  { tx, now, newId, personId }: Writer,
  what: string,
  subjectId: string,
  detail: Record<string, string | boolean | null | object>,
) =>
  tx.auditEvent.create({
    data: { id: newId(), at: new Date(now.epochMilliseconds), personId, what, subjectKind: 'person', subjectId, detail },
  });

/** Whether nothing is left of a person's roles once some of them have ended. */
export const leavesWith = (person: Known, ending: readonly Held[], last: string): boolean => {
  const ended = new Set(ending.map(({ id }) => id));
  return person.roles.every(({ id, to }) => ended.has(id) || (to !== null && to <= last));
};

/** Roles that had begun by today, but not by that last day: they cannot end with it. Days are YYYY-MM-DD. */
export const begunAfter = (ending: readonly Held[], last: string, today: string): Held[] =>
  ending.filter(({ from }) => from > last && from <= today);

/**
 * Ends roles of a person with their last day, YYYY-MM-DD. Who has no other role then has left: from the next day on they are nobody here,
 * and no code of theirs works any more. What somebody was stays in their past: only a role that has not begun is taken away.
 * @throws Error where a role has begun that the last day lies before: whoever asks finds it with `begunAfter` and says so
 */
export const endRoles = async (
  writer: Writer,
  person: Known,
  ending: readonly Held[],
  { last, today }: { last: string; today: string },
): Promise<{ left: boolean }> => {
  if (begunAfter(ending, last, today).length > 0) throw new Error('A role cannot end before it began.');
  const left = leavesWith(person, ending, last);
  const ids = (roles: readonly Held[]) => ({ id: { in: roles.map(({ id }) => id) } });
  await writer.tx.role.updateMany({ where: ids(ending.filter(({ from }) => from <= last)), data: { to: asDate(last) } });
  // One that would have begun later was never held: the audit alone remembers it.
  const withdrawn = ending.filter(({ from }) => from > last);
  await writer.tx.role.deleteMany({ where: ids(withdrawn) });
  if (left) {
    await writer.tx.person.update({ where: { id: person.id }, data: { leftOn: asDate(dayAfter(last)) } });
    await writer.tx.invitation.updateMany({
      where: { personId: person.id, usedAt: null, burntAt: null },
      data: { burntAt: new Date(writer.now.epochMilliseconds) },
    });
  }
  const roles = ending.map((held) => ({
    role: held.role,
    scopeKind: held.scopeKind,
    scopeId: held.scopeId,
    from: held.from,
    ...(withdrawn.includes(held) ? { withdrawn: true } : {}),
  }));
  await audit(writer, 'role.ended', person.id, { roles, last, left });
  return { left };
};

export type Grant = { role: RoleName; scopeKind: Held['scopeKind']; scopeId: string; from: string; to: string | null };

const isSame = (held: Held, grant: Grant) =>
  held.role === grant.role && held.scopeKind === grant.scopeKind && held.scopeId === grant.scopeId;

/** The role of that kind which a person holds already on the grant's first day, or later. */
export const heldAlready = (person: Known, grant: Grant): Held | undefined =>
  person.roles.find((held) => isSame(held, grant) && (held.to === null || held.to >= grant.from));

/**
 * Gives a role, or changes the last day of one that is held already (its first day stays, or comes forward).
 * Somebody who had left is here again.
 */
export const giveRole = async (writer: Writer, person: Known, grant: Grant): Promise<void> => {
  const { tx, newId, personId } = writer;
  // One that ended before, but began on the very day on which the new one does, is taken up again: the key allows no second.
  const held = heldAlready(person, grant) ?? person.roles.find((one) => isSame(one, grant) && one.from === grant.from);
  const to = grant.to === null ? null : asDate(grant.to);
  if (held) {
    await tx.role.update({ where: { id: held.id }, data: { to, ...(grant.from < held.from ? { from: asDate(grant.from) } : {}) } });
  } else {
    await tx.role.create({
      data: {
        id: newId(),
        personId: person.id,
        role: grant.role,
        scopeKind: grant.scopeKind,
        scopeId: grant.scopeId,
        from: asDate(grant.from),
        to,
        grantedById: personId,
      },
    });
  }
  if (person.leftOn !== null) await tx.person.update({ where: { id: person.id }, data: { leftOn: null } });
  await audit(writer, 'role.granted', person.id, { ...grant });
};
