import type { Turn } from '../src/bot/contract.ts';
import type { Button, Card } from '../src/cards/card.ts';
import { pageAt } from './evidence/pages.ts';

/** The way from a card to the page of the dashboards that shows the same, with all there is to it. Never on a card that others see. */

/** @param path as in "/kpis/…"; @param name what the page is about */
export const dashboardButton = (turn: Turn, path: string, name: string): Button => ({
  label: 'Dashboard',
  url: pageAt(turn, path),
  says: `Dashboard: ${name}, on the web`,
});

/** The page of the only locality that some things are of; the programme's where they are of several. */
export const dashboardOf = (turn: Turn, things: readonly { locality: string; prefix: string }[]): Button => {
  const [first] = things;
  return first && things.every(({ prefix }) => prefix === first.prefix)
    ? dashboardButton(turn, `/localities/${first.prefix}`, first.locality)
    : dashboardButton(turn, '/programme', 'the programme');
};

/** The card with one more button, after its last ones. */
export const withButton = (card: Card, button: Button): Card => {
  const last = card.parts.at(-1);
  return last?.type === 'buttons'
    ? { ...card, parts: [...card.parts.slice(0, -1), { type: 'buttons', buttons: [...last.buttons, button] }] }
    : { ...card, parts: [...card.parts, { type: 'buttons', buttons: [button] }] };
};
