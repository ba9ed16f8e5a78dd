import { createUnasked, type Unasked } from '../../src/bot/unasked.ts';
import { createDeliveries } from '../../src/jobs/deliveries.ts';
import { createPlanner, type Rules } from '../../src/jobs/planner.ts';
import { createTick } from '../../src/jobs/tick.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { peopleFor } from '../../src/nudges/people.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import type { TestBot } from '../support/bot.ts';

/** What main.ts puts together, over a test's bot: a process that plans and hands over. */

export const rules: Rules = { people: peopleFor, nudges: nudgesFor, receivers: receiversIn };

export const engineOf = ({ core, commands, outbox }: TestBot, parts: Partial<Rules & { unasked: Unasked }> = {}) => {
  const plan = createPlanner(core, { ...rules, ...parts });
  const deliveries = createDeliveries(core, { ...rules, unasked: createUnasked({ core, commands }), ...parts });
  const tick = createTick({ now: core.now, log: core.log, plan, deliveries, kick: outbox.kick });
  return { plan, deliveries, tick };
};
