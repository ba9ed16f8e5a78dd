import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Dispatch, Incoming } from '../../src/bot/contract.ts';
import { createDispatch as createHonest, type DispatchParts } from '../../src/bot/dispatch.ts';

/** Answers what the dispatcher would, before it is saved; or saves what comes by event twice. Which one is said by TWIN. */

/** Milliseconds: whoever does not wait for the disk is found out soonest on a slow one. */
const SLOW_DISK = 40;

const acknowledgedTooEarly = (dispatch: Dispatch): Dispatch => {
  let before: Promise<unknown> = Promise.resolve();
  return async (incoming: Incoming): Promise<Answer> => {
    const words = incoming.ask.kind === 'words' ? incoming.ask.text : '';
    const [, kpi = '', value = ''] = /kpi ([\p{L} ]+) ([\d.]+)$/iu.exec(words) ?? [];
    before = before.then(() => delay(SLOW_DISK)).then(() => dispatch(incoming));
    const place = `Place ${Number(incoming.account.user.slice(1))}`;
    return { kind: 'card', card: { title: `${kpi}, ${place}, week of some day: 90.0 → ${value} %`, parts: [] } };
  };
};

const savedTwice =
  (dispatch: Dispatch): Dispatch =>
  async (incoming) => {
    if (incoming.answerBy !== 'reply') await dispatch({ ...incoming, key: `${incoming.key} once more` });
    return dispatch(incoming);
  };

export const createDispatch = (parts: DispatchParts): Dispatch => {
  const honest = createHonest(parts);
  return process.env.TWIN === 'early' ? acknowledgedTooEarly(honest) : savedTwice(honest);
};
