import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { lastCounted } from './moments.ts';

/** Minutes that it may come late: three ticks. */
const LATE = 15;

/**
 * How many have answered the open waves, as a band: worked out once a day at 06:00, so that nobody who watches it can tell when somebody
 * answered. Two processes that do it at the same moment do it once; where nothing ran at that hour it is not done that day.
 */
export const turnoutDue = async ({ db, now }: Pick<Core, 'db' | 'now'>): Promise<void> => {
  const { day, moment }: { day: string; moment: Temporal.Instant } = lastCounted(now());
  if (Temporal.Instant.compare(now(), moment.add({ minutes: LATE })) > 0) return;
  await db.$executeRaw`
    update pulse_wave w set turnout_on = ${day}::date,
      turnout = case when s.answered * 100 >= s.invited * 85 then 'most' when s.answered * 2 > s.invited then 'over_half' else 'up_to_half' end
    from (select wave_id, count(*) as invited, count(*) filter (where answered) as answered from pulse_seat group by wave_id) s
    where s.wave_id = w.id and w.state = 'open' and w.turnout_on is distinct from ${day}::date
      and greatest(w.opened_at, w.reopened_at) <= ${moment.toString()}::timestamptz`;
};
