import type { Card } from '../cards/card.ts';
import type { Command, PlatformName, Turn } from './contract.ts';

/** How people write a command where they are: Slack and the web with a slash, Teams without. */
export const SLASH: Record<PlatformName, string> = { slack: '/', web: '/', teams: '' };

/** Help after any command: at most six lines, in the platform's own form. */
export const helpCard = async (command: Command, turn: Turn): Promise<Card> => {
  const slash = SLASH[turn.platform];
  return {
    title: `${slash}${command.name}: ${command.summary}`,
    parts: [{ type: 'list', items: (await command.help(slash, turn)).map((text) => ({ text })) }],
  };
};
