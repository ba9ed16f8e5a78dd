import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Card, SealedCard } from '../cards/card.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { findActor } from '../people/actor.ts';
import type { Account, Command, Turn, Where } from './contract.ts';
import { createFinish } from './finish.ts';
import { verbNamed } from './route.ts';

/**
 * A card that nobody asked for, drawn as if its reader had: by a press of a command, in the caller's transaction, with their rights as
 * they are now, its buttons sealed for the account that it goes to.
 */
export type Unasked = (
  tx: Tx,
  ask: {
    /** Whose rights count. */
    personId: string;
    /** Where it goes to; its buttons work for nobody else. */
    account: Account;
    where: Where;
    /** In dotted form: `nudge.card`. */
    verb: string;
    state: Record<string, unknown>;
  },
  now: Temporal.Instant,
) => Promise<SealedCard | undefined>;

/** The maker of such cards. It gives undefined where there is nobody any more, or nothing that they may read. */
export const createUnasked = ({ core, commands }: { core: Core; commands: readonly Command[] }): Unasked => {
  const { finish } = createFinish(core, commands);
  return async (tx, { personId, account, where, verb: name, state }, now) => {
    const verb = verbNamed(commands, name);
    if (verb?.opens !== 'card') throw new Error(`${name} is no press that answers with a card`);
    const today = dayIn(now);
    const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, today.toString());
    if (!actor) return undefined;
    const { platform, tenant } = account;
    const seal = (card: Card) => finish(account, card, now);
    const turn: Turn = { core, tx, now, today, actor, where, platform, tenant, mentions: [], atOnce: false, seal };
    try {
      return seal(await verb.run(turn, { words: '', state: verb.state.parse(state), inputs: {} }));
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
};
