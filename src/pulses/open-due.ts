import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { formatDate } from '../calendar/dates.ts';
import { dayIn } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import { UserError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { leaveNews } from '../people/news.ts';
import { WAVE_LIMITS } from './limits.ts';
import { lastOpening } from './moments.ts';
import { type Opened, openWave } from './open.ts';
import { FEWEST_INVITED } from './pulse.ts';

/** Waves that open by themselves. */

type Due = { id: string; title: string; runById: string | null };

const dueAt = async ({ db, now }: Core): Promise<Due[]> => {
  const last = lastOpening(now()).toString();
  return db.$queryRaw<Due[]>`
    select id, title, run_by_id as "runById" from pulse_wave
    where state = 'scheduled' and opens_on <= ${last}::date order by opens_on, created_at, id`;
};

const reasonOf = (refused: Exclude<Opened, { opened: unknown }>, today: Temporal.PlainDate): string =>
  'tooFew' in refused
    ? `it asks fewer than ${FEWEST_INVITED} people now, too few to hide in.`
    : `“${refused.clash.title}” asks some of the same people in this half-term. The next free day is ${formatDate(Temporal.PlainDate.from(refused.clash.next), today)}.`;

/** It cannot open: it is a plan again, and whoever planned it is told why with the next thing they read. */
const putBack = async ({ db, now, newId, log }: Core, { id, title, runById }: Due, why: string): Promise<void> => {
  await inTransaction(db, async (tx) => {
    const back = await tx.$executeRaw`update pulse_wave set state = 'draft' where id = ${id}::uuid and state = 'scheduled'`;
    if (back === 0 || runById === null) return;
    const text = `The pulse “${title}” did not open: ${why}`;
    await leaveNews({ tx, now: now(), newId, personId: null }, { personId: runById, text, aboutKind: 'pulse', aboutId: id });
  });
  log.warn({ wave: id }, 'a pulse could not open and is a plan again');
};

const openOne = async (core: Core, due: Due): Promise<void> => {
  const { db, now } = core;
  try {
    const done = await inTransaction(db, (tx) => openWave({ ...core, tx, now: now() }, due.id), WAVE_LIMITS);
    if (!('opened' in done)) await putBack(core, due, reasonOf(done, dayIn(now())));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await putBack(core, due, error.message);
  }
};

/** Opens every wave whose morning has come, each by itself: one that fails holds up no other, and is tried again at the next tick. */
export const openDue = async (core: Core): Promise<void> => {
  for (const due of await dueAt(core))
    try {
      await openOne(core, due);
    } catch (error) {
      core.log.error({ wave: due.id, fault: faultOf(error) }, 'a pulse could not be opened: tried again in five minutes');
    }
};
