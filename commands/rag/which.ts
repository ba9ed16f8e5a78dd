import type { Action } from '../../src/actions/action.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { parseCode } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { actionByCode, type FoundAction, readableAction } from './context.ts';

/** Which action a verb is about: the button's, or the one whose code the words begin with. */

export type AskedAction = {
  action: Action;
  /** What follows the code, as typed. */
  rest: string;
};

const SHORT_TITLE = 100;
const shortTitle = (title: string) => shortened(title, SHORT_TITLE);

/** One press for each action that may be meant; the words go with it. */
const chooseCard = (title: string, verb: string, actions: Action[], rest: string): Card => ({
  title,
  parts:
    actions.length === 0
      ? []
      : [
          {
            type: 'list',
            items: actions.map((action) => ({
              text: `${action.code} ${shortTitle(action.title)}`,
              button: {
                label: action.code,
                press: { verb, words: `${action.code} ${rest}`.trim() },
                says: `${action.code} ${shortTitle(action.title)}`,
              },
            })),
          },
        ],
});

/** Asks which action is meant, or says that there is none, with near ones. */
export const whichCard = (turn: Turn, verb: string, found: Exclude<FoundAction, { kind: 'one' }>, rest: string): Card => {
  // What was typed travels in the buttons: so it must be fit to be kept.
  const refused = noteRefusal(turn.platform, rest);
  if (refused) return refused;
  if (found.kind === 'several')
    return chooseCard(
      `Which one do you mean? ${found.actions.length} localities have this number. Nothing was saved.`,
      verb,
      found.actions,
      rest,
    );
  return chooseCard(
    `There is no ${found.code} that you can see. Nothing was saved.${found.near.length > 0 ? ' Did you mean one of these?' : ' Type rag to see yours.'}`,
    verb,
    found.near,
    rest,
  );
};

/**
 * The action that a verb is about, with what follows its code; or the card that asks which.
 * @param verb the verb's dotted name, for the buttons of that card: `rag.due`
 */
export const askedAction = async (
  turn: Turn,
  verb: string,
  { words = '', state }: { words?: string; state?: { action?: string } | undefined },
): Promise<AskedAction | Card> => {
  if (state?.action !== undefined) return { action: await readableAction(turn, state.action), rest: words };
  const code = parseCode(words);
  if (!code)
    throw new UserError(
      words === ''
        ? `Which action? Write its code too, as in: rag 12 ${verb.replace('rag.', '')}`
        : `I do not know the action ${quoted(words)}. Nothing was saved. Begin with its code, as in: rag 12`,
    );
  const found = await actionByCode(turn, code);
  return found.kind === 'one' ? { action: found.action, rest: code.rest } : whichCard(turn, verb, found, code.rest);
};
