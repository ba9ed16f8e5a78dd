import type { Card } from '../cards/card.ts';
import type { Command, PlatformName } from './contract.ts';

/** How people write a command where they are: Slack and the web with a slash, Teams without. */
export const SLASH: Record<PlatformName, string> = { slack: '/', web: '/', teams: '' };

/** Help after any command: at most six lines, in the platform's own form. */
export const helpCard = (command: Command, platform: PlatformName): Card => ({
  title: `${SLASH[platform]}${command.name}: ${command.summary}`,
  parts: [{ type: 'list', items: command.help(SLASH[platform]).map((text) => ({ text })) }],
});
