import { createUnasked, type Unasked } from '../../src/bot/unasked.ts';
import { createDeliveries } from '../../src/jobs/deliveries.ts';
import { createPlanner, type Rules } from '../../src/jobs/planner.ts';
import { createProgress } from '../../src/jobs/progress.ts';
import { createPulses } from '../../src/jobs/pulses.ts';
import { createTick } from '../../src/jobs/tick.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { peopleFor } from '../../src/nudges/people.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import type { TestBot } from '../support/bot.ts';

/** What main.ts puts together, over a test's bot: a process that plans and hands over. */

export const rules: Rules = { people: peopleFor, nudges: nudgesFor, receivers: receiversIn };

/** The rules as if there were these people and nobody else. */
export const only = (...ids: string[]): Rules => ({
  people: async (tx, asked) => (await peopleFor(tx, asked)).filter(({ id }) => ids.includes(id)),
  nudges: async (tx, asked) => (await nudgesFor(tx, asked)).filter(({ person }) => ids.includes(person.id)),
  receivers: async (tx, asked) => (await receiversIn(tx, asked)).filter(({ personId }) => ids.includes(personId)),
});

export const engineOf = ({ core, commands, outbox }: TestBot, parts: Partial<Rules & { unasked: Unasked }> = {}) => {
  const plan = createPlanner(core, { ...rules, ...parts });
  const deliveries = createDeliveries(core, { ...rules, unasked: createUnasked({ core, commands }), ...parts });
  const tick = createTick({ ...core, plan, pulses: createPulses(core), deliveries, progress: createProgress(core), ...outbox });
  /** A tick, everything that leaves, and what became of it. */
  const run = async () => {
    await tick.once();
    await outbox.drain();
    await deliveries.follow();
  };
  return { plan, deliveries, tick, run };
};

/** As on the first start: nothing planned, nothing sent. */
export const forgetEverything = async ({ database: { db } }: TestBot): Promise<void> => {
  await db.deliveryLine.deleteMany();
  await db.delivery.deleteMany();
  await db.run.deleteMany();
  await db.planner.deleteMany();
  await db.outbox.deleteMany();
  await db.awayDays.deleteMany();
  await db.nudgeSetting.deleteMany();
  await db.identity.deleteMany({ where: { platform: { not: 'web' } } });
};
