import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Card } from '../cards/card.ts';
import type { Tx } from '../db/client.ts';
import { burnCode, linkByCode } from '../people/linking.ts';
import type { Command, Incoming } from './contract.ts';
import { SLASH } from './help.ts';
import { givenBack } from './replies.ts';

/** What somebody gets whom we do not know: how to be linked, and nothing about the programme. */

/** `join CODE`, alone or behind the bot's name; a sentence with the word in it is no try at a code. */
const JOIN = /^\s*\/?(?:\S+\s+)?\/?join\s+(?<code>\S+(?:\s\S{5})?)\s*$/iu;

/** A code that was typed as `join CODE`, in any of its forms. */
export const codeIn = (text: string): string | undefined => JOIN.exec(text)?.groups?.code;

const unknown = (incoming: Incoming, home: Command | undefined, words: string): Card => {
  // A form may still be open when its writer's last role has ended: nothing is saved, and nothing that they wrote is lost.
  const back = givenBack(words);
  const { platform } = incoming.account;
  const how = platform === 'teams' ? 'join CODE' : `${SLASH[platform]}${home?.name ?? 'commoncause'} join CODE`;
  return {
    title: 'I do not know you yet.',
    parts: [
      {
        type: 'text',
        text: `If you work in one of the programme's localities, ask your coordinator for an invitation code and send me: ${how}`,
      },
      ...(back ? [back] : []),
    ],
  };
};

export const burntCard = (): Card => ({
  title: 'This code can no longer be used: others could read it here.',
  parts: [{ type: 'text', text: 'Ask your coordinator for a new one and send it to me in a direct message.' }],
});

export const answerStranger = async (
  { core, tx, now }: { core: Core; tx: Tx; now: Temporal.Instant },
  incoming: Incoming,
  commands: readonly Command[],
  words: string,
): Promise<Card> => {
  const code = incoming.ask.kind === 'words' ? codeIn(incoming.ask.text) : undefined;
  if (!code) return unknown(incoming, commands[0], words);
  if (incoming.where.seenByOthers) {
    await burnCode(core, tx, code, now);
    return burntCard();
  }
  const joined = await linkByCode(core, tx, incoming.account, code, now);
  switch (joined.kind) {
    case 'linked':
      return {
        title: `Welcome. You are linked as ${joined.post}.`,
        parts: [
          {
            type: 'text',
            text: `Type ${SLASH[incoming.account.platform]}${commands[0]?.name} to see where you are and what waits for you.`,
          },
        ],
      };
    case 'tooMany':
      return {
        title: 'That was one try too many. Wait an hour, then try again.',
        parts: [{ type: 'text', text: 'If the code does not work then, ask your coordinator for a new one.' }],
      };
    case 'wrong':
      return {
        title: 'This code does not work.',
        parts: [{ type: 'text', text: 'A code works once and for 14 days. Check it, or ask your coordinator for a new one.' }],
      };
  }
};
