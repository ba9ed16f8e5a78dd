import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import { DatabaseUnavailable } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { nooksOf, type WaveCell } from '../statistics/disclosure/waves.ts';
import { type Cell, chosenIn, type Release, release, type Verdict } from '../statistics/disclosure.ts';
import { contentsOf, countersOf, openBox } from './box.ts';
import { keepComments } from './comments.ts';
import { keyOf } from './key.ts';
import { coarseOf } from './ledger.ts';
import { WAVE_LIMITS } from './limits.ts';
import { closingMoment } from './moments.ts';
import type { Wave } from './pulse.ts';
import { cellsOf, type OpenedCell, waveById } from './queries.ts';
import { tellRunners, toldSince } from './runners.ts';
import { forgetTraces } from './traces.ts';

/**
 * Closing, once: the boxes are opened, what may be published is written down and frozen, and everything else is destroyed. Afterwards the
 * database holds nothing about answers that the release does not.
 */

/** What is kept of how a wave was closed. `unopened`: its key was lost or a box could not be read, and nothing is published. */
export type Audit = Verdict | { unopened: true };

/** `waiting`: its key is not there, and may yet be put back; or it could not be closed, and whoever runs the server may yet mend that. */
export type Closed = 'released' | 'unopened' | 'waiting' | 'not_due';

/** Days that a wave waits for its key after its last day, or to be mended: somebody may have to come back from a holiday to connect a folder. */
const WAITS_DAYS = 7;
/** Hours that whoever runs a wave has known at least that it cannot be closed before nothing of it is published. */
const KNOWN_HOURS = 24;

/** Boxes that are read in one statement: each has up to 240 kilobytes. */
const AT_ONCE = 16;

/** Who has no organisation counts as of one together. */
const NO_ORGANISATION = 'none';

/** What was counted of those who are in a cell and in none of its children. */
type Own = { invited: string[]; answered: Map<string, number>; counts: number[][]; comments: string[] };

const emptyOwn = (wave: Wave): Own => ({
  invited: [],
  answered: new Map(),
  counts: wave.questions.map((question) => Array<number>(countersOf(question)).fill(0)),
  comments: [],
});

/** A box that does not open with the wave's key, or holds something else than it should. */
class BoxDamaged extends Error {
  override name = 'BoxDamaged';
  readonly box: string;

  constructor(box: string, cause: unknown) {
    super('a box of a pulse cannot be read', { cause });
    this.box = box;
  }
}

/** @throws BoxDamaged */
const readBox = (key: Uint8Array, { id, sealed }: { id: string; sealed: string }, wave: Wave) => {
  try {
    return contentsOf(openBox(key, id, Buffer.from(sealed, 'base64')), wave.questions);
  } catch (error) {
    throw new BoxDamaged(id, error);
  }
};

/** Opens every box, and adds what is in them up by cell. @throws BoxDamaged */
const emptyBoxes = async (tx: Tx, wave: Wave, key: Uint8Array, own: ReadonlyMap<string, Own>): Promise<void> => {
  const boxes = await tx.$queryRaw<{ id: string }[]>`select id from pulse_box where wave_id = ${wave.id}::uuid order by id`;
  for (let from = 0; from < boxes.length; from += AT_ONCE) {
    const some = await tx.$queryRaw<{ id: string; cellId: string; sealed: string }[]>`
      select id, cell_id as "cellId", encode(sealed, 'base64') as sealed from pulse_box
      where id = any(${boxes.slice(from, from + AT_ONCE).map(({ id }) => id)}::uuid[])`;
    for (const box of some) {
      const { counts, comments } = readBox(key, box, wave);
      const sums = own.get(box.cellId) as Own;
      sums.comments.push(...comments);
      for (const [question, counters] of counts.entries())
        for (const [option, count] of counters.entries())
          (sums.counts[question] as number[])[option] = (sums.counts[question]?.[option] ?? 0) + count;
    }
  }
};

/** What was counted, by cell. @throws BoxDamaged */
const countedOf = async (tx: Tx, wave: Wave, cells: readonly OpenedCell[], key: Uint8Array): Promise<Map<string, Own>> => {
  const own = new Map(cells.map(({ id }) => [id, emptyOwn(wave)]));
  const people = await tx.$queryRaw<{ personId: string; cellId: string; organisationId: string | null; answered: boolean }[]>`
    select i.person_id as "personId", i.cell_id as "cellId", i.organisation_id as "organisationId", coalesce(s.answered, false) as answered
    from pulse_invited i left join pulse_seat s on s.wave_id = i.wave_id and s.person_id = i.person_id
    where i.wave_id = ${wave.id}::uuid`;
  for (const { personId, cellId, organisationId, answered } of people) {
    const cell = own.get(cellId) as Own;
    const organisation = organisationId ?? NO_ORGANISATION;
    cell.invited.push(personId);
    if (answered) cell.answered.set(organisation, (cell.answered.get(organisation) ?? 0) + 1);
  }
  await emptyBoxes(tx, wave, key, own);
  return own;
};

/** Each cell with who is invited in it and in none of its children, and how many of these did not answer. */
const waveCells = (cells: readonly OpenedCell[], own: ReadonlyMap<string, Own>): WaveCell[] =>
  cells.map(({ id, parentId }) => {
    const { invited, answered } = own.get(id) as Own;
    return { id, parent: parentId, people: invited, silent: invited.length - [...answered.values()].reduce((sum, some) => sum + some, 0) };
  });

/** Writes the release down: of every cell and question what is shown, or that it is withheld, and what the ledger must know of it. */
const freeze = async (tx: Tx, wave: Wave, asked: readonly WaveCell[], { shown }: Release): Promise<void> => {
  const results = wave.questions.flatMap(({ item, version }, index) => {
    const of = [...shown].map(([cellId, all]) => ({ cellId, shown: all[index] }));
    // Where nothing is published there is no mark: nobody can compare it with anything.
    const nooks = nooksOf(asked, new Set(of.flatMap(({ cellId, shown: one }) => (one?.as === 'c' ? [] : [cellId]))));
    return of.map((one) => ({ ...one, item, version, nearlyAll: (nooks.get(one.cellId)?.silent ?? wave.k) < wave.k }));
  });
  await tx.$executeRaw`
    insert into pulse_result (cell_id, item, version, shown, nearly_all)
    select "cellId", item, version, shown, "nearlyAll" from jsonb_to_recordset(${JSON.stringify(results)}::jsonb)
      as r ("cellId" uuid, item text, version int, shown jsonb, "nearlyAll" boolean)`;
};

/** Publishes what may be. @throws BoxDamaged */
const publish = async (tx: Tx, wave: Wave, key: Uint8Array): Promise<Verdict> => {
  const cells = await cellsOf(tx, wave.id);
  const own = await countedOf(tx, wave, cells, key);
  const asked = waveCells(cells, own);
  const questions = wave.questions.map(({ scale, options }) => ({ scale, options: options.length }));
  const counted: Cell[] = cells.map(({ id, parentId, invited }) => {
    const { answered, counts } = own.get(id) as Own;
    return { id, parent: parentId, invited, answered, counts };
  });
  const coarse = await coarseOf(tx, wave, asked, chosenIn(counted, questions, wave.k));
  const released = release(
    counted.map((cell) => ({ ...cell, coarse: coarse.map((ids) => ids.has(cell.id)) })),
    questions,
    wave.k,
  );
  await freeze(tx, wave, asked, released);
  await keepComments(
    tx,
    cells.map(({ id, parentId }) => ({ id, parentId, ...(own.get(id) as Own) })),
    wave.k,
  );
  return released.verdict;
};

/** Everything that is known of who answered what, and whether. */
const destroy = async (tx: Tx, waveId: string): Promise<void> => {
  await forgetTraces(tx, waveId);
  await tx.$executeRaw`delete from pulse_seat where wave_id = ${waveId}::uuid`;
  await tx.$executeRaw`delete from pulse_box where wave_id = ${waveId}::uuid`;
};

const unopenedText = (title: string) =>
  `The pulse “${title}” has closed, but what was answered could not be opened: its key is lost, or a part of it is damaged. Nothing is published, and nobody can read it. The same can be asked again as its next wave.`;

const stuckText = (title: string) =>
  `The pulse “${title}” should have closed, but what was answered cannot be opened. Whoever runs this server finds in its log why. It is tried again every five minutes; a week after its last day it closes, with nothing published.`;

/** All of it in one transaction, with the wave held: no answer comes between. @param isStuck it cannot be opened: only whether it has waited is looked at */
const closeIn = async (
  { tx, now, newId, waveKeys }: Pick<Core, 'newId' | 'waveKeys'> & { tx: Tx; now: Temporal.Instant },
  waveId: string,
  isStuck: boolean,
): Promise<Closed> => {
  await tx.$queryRaw`select 1 from pulse_wave where id = ${waveId}::uuid for update`;
  const wave = await waveById(tx, waveId);
  if (wave?.state !== 'open' || Temporal.Instant.compare(now, closingMoment(wave.closesOn)) < 0) return 'not_due';
  const key = isStuck ? undefined : await keyOf(waveKeys, wave);
  if (!key && Temporal.Instant.compare(now, closingMoment(wave.closesOn).add({ hours: 24 * WAITS_DAYS })) < 0) return 'waiting';
  const audit: Audit = key ? await publish(tx, wave, key) : { unopened: true };
  await destroy(tx, waveId);
  await tx.$executeRaw`
    update pulse_wave set state = 'closed', closed_at = ${now.toString()}::timestamptz, key_fingerprint = null, turnout = null, turnout_on = null,
      audit = ${JSON.stringify(audit)}::jsonb
    where id = ${waveId}::uuid`;
  if (!('unopened' in audit)) return 'released';
  await tellRunners({ tx, now, newId }, waveId, unopenedText(wave.title));
  return 'unopened';
};

type Closing = Pick<Core, 'db' | 'now' | 'newId' | 'log' | 'waveKeys'>;

/** Tells whoever runs a wave that it cannot be closed. @returns whether they have known for long enough, or there is nobody to be told */
const tellStuck = async (tx: Tx, { now, newId }: Pick<Closing, 'now' | 'newId'>, waveId: string): Promise<boolean> => {
  const wave = await waveById(tx, waveId);
  if (!wave) return false;
  const text = stuckText(wave.title);
  await tellRunners({ tx, now: now(), newId }, waveId, text);
  const known = await toldSince(tx, waveId, text);
  return known === undefined || Temporal.Instant.compare(Temporal.Instant.from(known).add({ hours: KNOWN_HOURS }), now()) <= 0;
};

/**
 * Closes a wave whose closing moment has come; again, or by two processes at once, changes nothing more. What fails once it is closed is made
 * good later: a key that is left is swept away at the next tick. What was deleted lies on the disk until the tables are written anew (`wipe`).
 * @throws DatabaseUnavailable
 */
export const closeWave = async (closing: Closing, waveId: string): Promise<Closed> => {
  const { db, now, newId, log, waveKeys } = closing;
  const close = (isStuck: boolean) => inTransaction(db, (tx) => closeIn({ tx, now: now(), newId, waveKeys }, waveId, isStuck), WAVE_LIMITS);
  const closed = await close(false).catch(async (error: unknown): Promise<Closed> => {
    if (error instanceof DatabaseUnavailable) throw error;
    const box = error instanceof BoxDamaged ? { box: error.box } : {};
    log.error(
      { wave: waveId, ...box, fault: faultOf(error) },
      'what was answered in a pulse cannot be opened: tried again in five minutes',
    );
    return (await inTransaction(db, (tx) => tellStuck(tx, closing, waveId))) ? close(true) : 'waiting';
  });
  if (closed === 'not_due' || closed === 'waiting') return closed;
  await waveKeys
    .destroy(waveId)
    .catch((error: unknown) =>
      log.error({ wave: waveId, fault: faultOf(error) }, 'the key of a closed pulse could not be destroyed: it is tried again'),
    );
  if (closed === 'unopened') log.error({ wave: waveId }, 'a pulse has closed unopened: nothing is published');
  else log.info({ wave: waveId }, 'a pulse has closed: what may be published is released, and everything else is destroyed');
  return closed;
};

/**
 * Closes every wave whose evening has come, each by itself: one that fails holds up no other, and is tried again at the next tick.
 * @returns how many have closed
 */
export const closeDue = async (closing: Closing): Promise<number> => {
  const { db, now, log } = closing;
  const open = await db.$queryRaw<{ id: string; closesOn: string }[]>`
    select id, closes_on::text as "closesOn" from pulse_wave where state = 'open' order by closes_on, id`;
  let closed = 0;
  for (const { id, closesOn } of open)
    if (Temporal.Instant.compare(now(), closingMoment(closesOn)) >= 0)
      try {
        const became = await closeWave(closing, id);
        if (became === 'released' || became === 'unopened') closed += 1;
      } catch (error) {
        log.error({ wave: id, fault: faultOf(error) }, 'a pulse could not be closed: tried again in five minutes');
      }
  return closed;
};
