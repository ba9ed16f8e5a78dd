import type { Core } from '../app.ts';
import type { Card } from '../cards/card.ts';
import { plainText } from '../cards/plain-text.ts';
import type { Tx } from '../db/client.ts';
import { routesOf } from './routes.ts';

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
  const routes = (await routesOf(core, tx, [person])).get(person.id) ?? [];
  const route = routes.find((one) => one.platform === 'email' || !(one.platform === except?.platform && one.user === except.user));
  if (!route) return;
  if (route.platform === 'email') await core.later(tx, { kind: 'email', to: route.to, subject: card.title, text: plainText(card) });
  else {
    const { platform, to } = route;
    await core.later(tx, { kind: 'card', platform, to, card: core.config.demo ? { ...card, demonstration: true } : card });
  }
};
