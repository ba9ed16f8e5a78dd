import type { Core } from '../app.ts';
import { faultOf } from '../fault.ts';
import { createClockCheck } from '../pulses/clock.ts';
import { closeDue } from '../pulses/close.ts';
import { keysCheck, noteReached } from '../pulses/keys-check.ts';
import { openDue } from '../pulses/open-due.ts';
import { turnoutDue } from '../pulses/turnout.ts';
import { wipe, wipeWhenLarge } from '../pulses/wipe.ts';

/**
 * What pulses do by the clock: open in the morning, say once a day about how many have answered, close in the evening; and their keys are looked
 * at. Each step by itself; what fails, comes late or runs in two processes at once is done by whoever comes next, once.
 */

export type Pulses = {
  /** Looks at the keys; never throws. A server does it before anybody can answer. */
  check: () => Promise<void>;
  /** Everything that is due, before anything is planned; never throws. */
  once: () => Promise<void>;
  /** Notes how far the database has come, after it was planned; never throws. */
  note: () => Promise<void>;
};

export const createPulses = (core: Core): Pulses => {
  const step = async (name: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      core.log.warn({ step: name, fault: faultOf(error) }, 'a step of the pulses failed; the next tick does it');
      return false;
    }
  };

  /** Not what a process before this one left on the disk when it died while it closed a wave, nor what was closed since. */
  let isWiped = false;
  const isClockRight = createClockCheck(core);
  const openAndClose = async () => {
    if (!(await isClockRight())) {
      core.log.warn('the clock has gone on by more than a day at once: pulses open and close in five minutes, if it still says so');
      return;
    }
    await step('open', () => openDue(core));
    await step('close', async () => {
      if ((await closeDue(core)) > 0) isWiped = false;
    });
  };

  const check = async () => void (await step('keys', () => keysCheck(core)));
  return {
    check,
    once: async () => {
      await check();
      await step('turnout', () => turnoutDue(core));
      await step('open and close', openAndClose);
      if (!isWiped) isWiped = await step('wipe', () => wipe(core));
      await step('wipe when large', () => wipeWhenLarge(core));
    },
    note: async () => void (await step('note', () => noteReached(core))),
  };
};
