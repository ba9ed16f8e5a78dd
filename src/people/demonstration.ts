import type { Tx } from '../db/client.ts';

/** What only the demonstration shows: whom one can act as, and the e-mails that would have been sent. */

export type DemoPerson = { personId: string; post: string; email: string };

/** The person with an address, or undefined; somebody who has left is nobody. */
export const demoPerson = async (tx: Tx, address: string): Promise<DemoPerson | undefined> => {
  const person = await tx.person.findUnique({
    where: { email: address.trim().toLowerCase() },
    select: { id: true, post: true, email: true, leftOn: true },
  });
  return person?.email && !person.leftOn ? { personId: person.id, post: person.post, email: person.email } : undefined;
};

/** Everybody one can act as, by locality; those of the whole programme come last. */
export const demoPeople = async (tx: Tx): Promise<{ name: string; people: DemoPerson[] }[]> => {
  const rows = await tx.$queryRaw<(DemoPerson & { place: string | null })[]>`
    select p.id as "personId", p.post, p.email, l.name as place
    from person p
      left join organisation o on o.id = p.organisation_id
      left join locality l on l.id = coalesce(o.locality_id, (select r.scope_id from role r where r.person_id = p.id and r.scope_kind = 'locality' order by r."from" limit 1))
    where p.email is not null and p.left_on is null
    order by l.name nulls last,
      (select min(array_position(array['lead','coordinator','partner','adviser','evaluator','administrator'], r.role)) from role r where r.person_id = p.id) nulls last,
      p.post`;
  const groups = new Map<string, DemoPerson[]>();
  for (const { place, ...person } of rows) {
    const name = place ?? 'The whole programme';
    groups.set(name, [...(groups.get(name) ?? []), person]);
  }
  return [...groups].map(([name, people]) => ({ name, people }));
};

export type ShownEmail = { to: string; subject: string; text: string; at: Date };

/** The last fifty e-mails, newest first, as the outbox keeps them; those whose words are forgotten are left out. */
export const shownEmails = async (tx: Tx): Promise<ShownEmail[]> => {
  const rows = await tx.outbox.findMany({
    where: { kind: 'email', NOT: { payload: { path: ['subject'], equals: '' } } },
    orderBy: { seq: 'desc' },
    take: 50,
    select: { payload: true, createdAt: true },
  });
  return rows.map(({ payload, createdAt }) => {
    const { to, subject, text } = payload as { to: string; subject: string; text: string };
    return { to, subject, text, at: createdAt };
  });
};
