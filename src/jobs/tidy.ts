import type { Core } from '../app.ts';
import { KEPT_HOURS } from '../evidence/export/exports.ts';
import { faultOf } from '../fault.ts';

/** What is kept no longer than it is of use: answers for redeliveries, tries at codes, links, sessions and tokens that have ended, uploads, exports' files, runs. */

/** Days after which nothing is delivered again: a platform gives up within hours, an open web page within days. */
const ANSWERS_DAYS = 7;
/** Days that sent messages are kept, for whoever asks what went out. */
const SENT_DAYS = 90;
/** Days that messages are kept which did not go out, or nobody knows: a school year and a month to ask about them. */
const UNSENT_DAYS = 400;
/** Days that it is kept who was told what, and why: a line that waits is told twice within weeks, and a school year's messages are counted. */
const TOLD_DAYS = 400;
/** Days that a token which was ended, or has run out, is kept, for whoever asks what could be read with it. */
const TOKEN_DAYS = 365;
/** Days that a message is kept of which nothing is to be, and which could not be drawn for another way: its week is over. */
const FORGOTTEN_DAYS = 7;
const HOUR = 60 * 60 * 1000;

/** Empties what has had its day. Running it twice, or in two processes at once, changes nothing more. */
export const tidy = async ({ db, now, log }: Pick<Core, 'db' | 'now' | 'log'>): Promise<void> => {
  const ago = (days: number) => new Date(now().epochMilliseconds - days * 24 * HOUR);
  const [answers, attempts, links, sessions, tokens, sent, unsent, , uploads, exports, , deliveries, runs] = await db.$transaction([
    // The row stays: which platform somebody last used is read from it.
    db.$executeRaw`update inbound_event set answer = null where at < ${ago(ANSWERS_DAYS).toISOString()}::timestamptz and answer is not null`,
    db.attempt.deleteMany({ where: { at: { lt: ago(1) } } }),
    db.signInLink.deleteMany({ where: { expiresAt: { lt: ago(1) } } }),
    db.session.deleteMany({ where: { expiresAt: { lt: ago(1) } } }),
    db.apiToken.deleteMany({ where: { OR: [{ revokedAt: { lt: ago(TOKEN_DAYS) } }, { expiresAt: { lt: ago(TOKEN_DAYS) } }] } }),
    db.outbox.deleteMany({ where: { state: 'sent', doneAt: { lt: ago(SENT_DAYS) } } }),
    db.outbox.deleteMany({ where: { state: { in: ['failed', 'unconfirmed'] }, doneAt: { lt: ago(UNSENT_DAYS) } } }),
    db.$executeRaw`delete from outbox where state = 'failed' and payload ->> 'forget' = 'true' and done_at < ${ago(FORGOTTEN_DAYS).toISOString()}::timestamptz`,
    db.upload.deleteMany({ where: { createdAt: { lt: ago(1) } } }),
    // From its end, as its page says; of one that never came on from when it was asked for. What each held is kept, so that the next one can
    // say what is new.
    db.exportChunk.deleteMany({
      where: { export: { OR: [{ endedAt: { lt: ago(KEPT_HOURS / 24) } }, { endedAt: null, createdAt: { lt: ago(KEPT_HOURS / 24) } }] } },
    }),
    db.deliveryLine.deleteMany({ where: { delivery: { sendAt: { lt: ago(TOLD_DAYS) } } } }),
    db.delivery.deleteMany({ where: { sendAt: { lt: ago(TOLD_DAYS) } } }),
    db.run.deleteMany({ where: { createdAt: { lt: ago(TOLD_DAYS) }, deliveries: { none: {} } } }),
  ]);
  const gone = {
    attempts: attempts.count,
    links: links.count,
    sessions: sessions.count,
    tokens: tokens.count,
    sent: sent.count,
    unsent: unsent.count,
    uploads: uploads.count,
    exports: exports.count,
    deliveries: deliveries.count,
    runs: runs.count,
  };
  log.info({ answers, ...gone }, 'tidied');
};

/** Tidies now and every six hours; returns how to stop it. */
export const keepTidy = (core: Pick<Core, 'db' | 'now' | 'log'>): (() => void) => {
  const run = () => tidy(core).catch((error) => core.log.warn({ fault: faultOf(error) }, 'tidying failed; it is tried again in six hours'));
  void run();
  const timer = setInterval(run, 6 * HOUR);
  timer.unref();
  return () => clearInterval(timer);
};
