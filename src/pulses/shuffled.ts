import { randomInt } from 'node:crypto';

/** In another order that nobody could foresee (Fisher and Yates). */
export const shuffled = <T>(list: readonly T[]): T[] => {
  const order = [...list];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
};
