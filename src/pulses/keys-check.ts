import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { KeysUnavailable, UserError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { emptyBox, sealBox } from './box.ts';
import { isPaused, isToBegin, TO_BEGIN_ANEW } from './key.ts';
import { WAVE_LIMITS } from './limits.ts';
import { oneOpensAtATime } from './open.ts';
import { waveById } from './queries.ts';
import { tellOver, tellRunners } from './runners.ts';

/**
 * The keys of open waves are looked at before anybody can answer, and every five minutes. A wave whose key is not there is paused, and goes on
 * once it is back: a folder that was not mounted must not cost anybody's answers. A database that was put back to an earlier state is known
 * by the last moment that messages were planned up to, which only goes forward; its open waves are begun anew, empty: some of what was
 * answered since is not in it, and whoever held both states could compare them.
 */

type Keeping = Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'waveKeys'>;

/** Hours that a planning may lie ahead of the clock before it is the clock that was wrong: the planner then goes back too. */
const TOO_FAR = 24;

type OpenWave = { id: string; title: string; keyFingerprint: string };

const openWaves = (tx: Tx): Promise<OpenWave[]> => tx.$queryRaw<OpenWave[]>`
  select id, title, key_fingerprint as "keyFingerprint" from pulse_wave where state = 'open' order by opened_at, id`;

/** One in each database, the same after it was put back; none before the programme is set up. */
const programmeOf = async (tx: Tx): Promise<string | undefined> =>
  (await tx.$queryRaw<{ id: string }[]>`select id from programme order by id limit 1`)[0]?.id;

/** Up to when messages were planned, ISO; undefined: never yet. */
export const plannedTo = async (tx: Tx): Promise<string | undefined> =>
  (await tx.$queryRaw<{ at: string }[]>`select ${isoOf(sql`planned_to`)} as at from planner where id = 1`)[0]?.at;

const isAfter = (one: string, other: Temporal.Instant | string) => Temporal.Instant.compare(Temporal.Instant.from(one), other) > 0;

/** Boxes that are sealed in one statement: each has up to 240 kilobytes. */
const AT_ONCE = 16;

type Reopening = { tx: Tx; now: Temporal.Instant; waveKeys: Core['waveKeys'] };

/** Begins an open wave, which is held, anew: a new key, empty boxes, nobody has answered; whom it asks and in which groups stays. */
const beginAnew = async ({ tx, now, waveKeys }: Reopening, waveId: string): Promise<void> => {
  const wave = await waveById(tx, waveId);
  if (!wave) throw new Error('a wave that is held is not there');
  await waveKeys.destroy(waveId);
  const { key, fingerprint } = await waveKeys.make(waveId);
  await tx.$executeRaw`update pulse_seat set answered = false where wave_id = ${waveId}::uuid and answered`;
  const boxes = await tx.$queryRaw<{ id: string; invited: number }[]>`
    select id, invited from pulse_box where wave_id = ${waveId}::uuid order by id`;
  for (let from = 0; from < boxes.length; from += AT_ONCE) {
    const rows = boxes.slice(from, from + AT_ONCE).map(({ id, invited }) => {
      const empty = emptyBox(wave.questions, wave.comment ? invited : 0);
      return { id, sealed: sealBox(key, id, empty).toString('base64') };
    });
    await tx.$executeRaw`
      update pulse_box b set sealed = decode(r.sealed, 'base64')
      from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, sealed text) where b.id = r.id`;
  }
  await tx.$executeRaw`
    update pulse_wave set key_fingerprint = ${fingerprint}, reopened_at = ${now.toString()}::timestamptz, turnout = null, turnout_on = null
    where id = ${waveId}::uuid`;
};

/** The fingerprint of an open wave's key, with the wave held until the transaction ends; undefined: it is not open. */
const heldOpen = async (tx: Tx, waveId: string): Promise<string | undefined> => {
  const [held] = await tx.$queryRaw<{ keyFingerprint: string }[]>`
    select key_fingerprint as "keyFingerprint" from pulse_wave where id = ${waveId}::uuid and state = 'open' for update`;
  return held?.keyFingerprint;
};

/** Nobody answers into it from now on; it is begun anew at the next tick, or the one after where that fails. Not one whose key is another by now. */
const markToBegin = (tx: Tx, { id, keyFingerprint }: Pick<OpenWave, 'id' | 'keyFingerprint'>) => tx.$executeRaw`
  update pulse_wave set key_fingerprint = ${TO_BEGIN_ANEW}
  where id = ${id}::uuid and state = 'open' and key_fingerprint = ${keyFingerprint}`;

/**
 * Says that a paused wave is to be begun anew, empty, because somebody who may says that its key is lost for good: the next tick does it.
 * @throws UserError where it is not open, its key is there, or it begins anew already
 */
export const reopenWave = async ({ tx, waveKeys }: Pick<Reopening, 'tx' | 'waveKeys'>, waveId: string): Promise<void> => {
  const keyFingerprint = await heldOpen(tx, waveId);
  if (keyFingerprint === undefined) throw new UserError('Nothing was changed: this pulse is not open.');
  if (isToBegin({ keyFingerprint })) throw new UserError('Nothing was changed: this pulse begins anew already.');
  if (!(await isPaused(waveKeys, { id: waveId, keyFingerprint })))
    throw new UserError('Nothing was changed: this pulse takes answers. Only one whose key is missing can be begun anew.');
  await markToBegin(tx, { id: waveId, keyFingerprint });
};

const anewText = (title: string) =>
  `The pulse “${title}” has begun anew, empty: its key was lost, or the database was put back to an earlier state. Everybody is asked again; what was answered before cannot be read by anybody.`;

/** Begins a wave anew that is marked: unless another process has. Where it fails nobody can answer, and the next tick tries again. */
const beginMarked = async ({ db, now, newId, log, waveKeys }: Keeping, { id, title }: OpenWave): Promise<void> => {
  const hasBegun = await inTransaction(
    db,
    async (tx) => {
      if ((await heldOpen(tx, id)) !== TO_BEGIN_ANEW) return false;
      await beginAnew({ tx, now: now(), waveKeys }, id);
      await tellRunners({ tx, now: now(), newId }, id, anewText(title));
      return true;
    },
    WAVE_LIMITS,
  );
  if (hasBegun) log.info({ wave: id }, 'a pulse has begun anew, empty');
};

const pausedText = (title: string) =>
  `The pulse “${title}” is paused: its key is missing, so nobody can answer it. It goes on by itself, with every answer that was given, once whoever runs this server has put the key back. “pulse” says what else can be done.`;
const copyText = (title: string) =>
  `The pulse “${title}” is paused: its key belongs to another copy of this database. Is this one a trial? Then leave it. Was the database moved here? Then whoever runs this server can bring the key along, and it goes on with every answer that was given. “pulse” says what else can be done.`;
const goesOnText = (title: string) => `The pulse “${title}” goes on: its key is there again, with every answer that was given.`;

/** Says in the log that a wave is paused. @returns what whoever runs it is told */
const pausedNow = async ({ log, waveKeys }: Keeping, { id, title }: OpenWave): Promise<string> => {
  const { ours, others } = await waveKeys.elsewhere(id).catch(() => ({ ours: '', others: [] }));
  if (others.length === 0) {
    log.error({ wave: id }, 'the key of an open pulse is missing or another one (KEYS_DIR): nobody can answer it until it is back');
    return pausedText(title);
  }
  log.error(
    { wave: id, others, ours },
    'the key of an open pulse belongs to another copy of this database (KEYS_DIR): nobody can answer it here',
  );
  return copyText(title);
};

/** Says of a wave that it is paused, or no longer: to whoever runs it, once each time. */
const sayWhetherPaused = async (keeping: Keeping, wave: OpenWave): Promise<void> => {
  const { db, now, newId, waveKeys } = keeping;
  const { id, title } = wave;
  const text = (await isPaused(waveKeys, wave)) ? await pausedNow(keeping, wave) : undefined;
  await inTransaction(db, async (tx) => {
    if (text) await tellRunners({ tx, now: now(), newId }, id, text);
    else await tellOver({ tx, now: now(), newId }, id, { was: [pausedText(title), copyText(title)], is: goesOnText(title) });
  });
};

/** Destroys the keys that are left of waves that are not open: closed since, or gone with a database that was put back. Those of other databases stay. */
const sweep = async ({ db, log, waveKeys }: Keeping, ours: readonly string[]): Promise<void> => {
  const kept = await waveKeys.list();
  if (kept.length === 0) return;
  const leftIn = async (tx: Tx) => {
    const rows = await tx.$queryRaw<{ id: string; state: string }[]>`select id, state from pulse_wave where id = any(${kept}::uuid[])`;
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    return kept.filter((id) => (states.has(id) ? states.get(id) !== 'open' : ours.includes(id)));
  };
  if ((await leftIn(db)).length === 0) return;
  await inTransaction(db, async (tx) => {
    await oneOpensAtATime(tx);
    for (const id of await leftIn(tx)) {
      await waveKeys.destroy(id);
      log.info({ wave: id }, 'the key of a pulse that is not open was destroyed');
    }
  });
};

/** One wave after the other; one that fails holds up no other. */
const each = async (waves: readonly OpenWave[], { log }: Keeping, what: string, work: (wave: OpenWave) => Promise<void>) => {
  for (const wave of waves)
    try {
      await work(wave);
    } catch (error) {
      log.error({ wave: wave.id, fault: faultOf(error) }, what);
    }
};

/** Marks the open waves of a database that was put back, and notes that this one is known. */
const markPutBack = async ({ db, log, waveKeys }: Keeping, programmeId: string, moment: string, open: readonly OpenWave[]) => {
  await inTransaction(db, async (tx) => {
    for (const wave of open) await markToBegin(tx, wave);
  });
  await waveKeys.note(programmeId, { moment, open: open.map(({ id }) => id) }); // not found again before the next planning
  for (const { id } of open)
    log.error({ wave: id }, 'the database was put back to an earlier state while a pulse was open: it begins anew, empty');
};

/** Looks at the keys: before anybody can answer, and before anything is planned. */
export const keysCheck = async (keeping: Keeping): Promise<void> => {
  const { db, now, log, waveKeys } = keeping;
  const programmeId = await programmeOf(db);
  if (programmeId === undefined) return;
  try {
    const open = await openWaves(db); // before the note: one that another process begins anew has another key by then
    const noted = await waveKeys.noted(programmeId); // before the database is asked: another process may be planning
    const reached = await plannedTo(db);
    const wasPutBack =
      noted !== undefined &&
      reached !== undefined &&
      isAfter(noted.moment, reached) &&
      !isAfter(noted.moment, now().add({ hours: TOO_FAR }));
    if (wasPutBack) await markPutBack(keeping, programmeId, reached, open);
    await sweep(keeping, noted?.open ?? []);
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    log.error(error.message);
  }
  const marked = (await openWaves(db)).filter(isToBegin);
  await each(marked, keeping, 'a pulse could not be begun anew: tried again in five minutes', (wave) => beginMarked(keeping, wave));
  const others = (await openWaves(db)).filter((wave) => !isToBegin(wave));
  await each(others, keeping, 'the key of a pulse could not be looked at', (wave) => sayWhetherPaused(keeping, wave));
};

/** Notes beside the keys how far the database has come, once something was planned. */
export const noteReached = async ({ db, waveKeys }: Pick<Core, 'db' | 'waveKeys'>): Promise<void> => {
  const programmeId = await programmeOf(db);
  const moment = await plannedTo(db);
  if (programmeId === undefined || moment === undefined) return;
  const open = (await openWaves(db)).map(({ id }) => id);
  if (open.length > 0 || (await waveKeys.noted(programmeId))) await waveKeys.note(programmeId, { moment, open });
};
