import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Card, Press, SealedCard, SealedPress } from '../cards/card.ts';
import type { Account, Command } from './contract.ts';
import { verbNamed } from './route.ts';
import { createSealer, type Sealer, sealCard } from './seal.ts';

/** The last step of every card, asked for or not: its presses are sealed for the account that it goes to. */
export type Finish = {
  sealer: Sealer;
  sealFor: (account: Account, now: Temporal.Instant) => (press: Press) => SealedPress;
  finish: (account: Account, card: Card, now: Temporal.Instant) => SealedCard;
};

export const createFinish = ({ config, secret }: Pick<Core, 'config' | 'secret'>, commands: readonly Command[]): Finish => {
  const sealer = createSealer(secret);
  const sealFor: Finish['sealFor'] = (account, now) => (press) => {
    const verb = verbNamed(commands, press.verb);
    if (press.anyone && !verb?.anyone) throw new Error(`${press.verb} is not for anyone to press`);
    return { verb: press.verb, form: verb?.opens === 'form', token: sealer.seal(account, press, now) };
  };
  return {
    sealer,
    sealFor,
    finish: (account, card, now) => {
      const sealed = sealCard(card, sealFor(account, now));
      return config.demo && account.platform !== 'web' ? { ...sealed, demonstration: true } : sealed;
    },
  };
};
