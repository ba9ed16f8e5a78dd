import type { Core, Message } from '../app.ts';
import type { Card } from '../cards/card.ts';
import { plainText } from '../cards/plain-text.ts';
import type { Tx } from '../db/client.ts';

/** Every way in which a person can be written to on a chat platform, the one they used last first. */
const chatRoutes = async (tx: Tx, personId: string): Promise<Extract<Message, { kind: 'card' }>['to'][]> => {
  const rows = await tx.$queryRaw<
    { platform: 'slack' | 'teams'; tenant: string; user: string; reference: Record<string, unknown> | null }[]
  >`
    select i.platform, i.tenant, i."user", c.reference
    from identity i
      left join conversation_reference c on i.platform = 'teams' and c.platform = 'teams' and c.person_id = i.person_id and c.kind = 'personal' and c.closed_at is null
    where i.person_id = ${personId}::uuid and i.platform in ('slack', 'teams')
    order by (select max(e.at) from inbound_event e where e.person_id = i.person_id and e.platform = i.platform) desc nulls last, i.linked_at desc`;
  return rows.flatMap((row) =>
    row.platform === 'slack'
      ? [{ platform: 'slack', tenant: row.tenant, user: row.user }]
      : row.reference
        ? [{ platform: 'teams', tenant: row.tenant, user: row.user, ...row.reference }]
        : [],
  );
};

/**
 * Tells somebody something in one message, to the chat they used last, else by e-mail.
 * Only for what DESIGN.md allows unasked: answers within the hour, and that an account was linked.
 * The card must carry no presses. `except` leaves out the account that did it.
 */
export const tell = async (
  core: Core,
  tx: Tx,
  person: { id: string; email: string | null },
  card: Card<never>,
  except?: { platform: string; user: string },
) => {
  const route = (await chatRoutes(tx, person.id)).find((to) => !(to.platform === except?.platform && to.user === except?.user));
  if (route) {
    const { platform, ...to } = route as { platform: 'slack' | 'teams' };
    await core.later(tx, { kind: 'card', platform, to, card: core.config.demo ? { ...card, demonstration: true } : card });
  } else if (person.email && (core.config.mail || core.config.demo)) {
    await core.later(tx, { kind: 'email', to: person.email, subject: card.title, text: plainText(card) });
  }
};
