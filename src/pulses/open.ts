import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { inviteesOf } from './audience.ts';
import { emptyBox, sealBox } from './box.ts';
import { type Clash, clashOf } from './clash.ts';
import { refuseDays, refuseLength } from './draft.ts';
import { halfTermOf } from './half-term.ts';
import { operatorName } from './operator.ts';
import { IN_ONE_BOX, type Invitee, type Item, type TreeCell, type Wave } from './pulse.ts';
import { namesOf, waveById } from './queries.ts';
import { linkHash, linkTokens } from './seat.ts';
import { shuffled } from './shuffled.ts';
import { treeOf } from './tree.ts';

/** Opening: who is asked and in which groups they are counted is settled now, and the boxes are made. */

export type Opening = Pick<Core, 'newId' | 'secret' | 'waveKeys' | 'config'> & { tx: Tx; now: Temporal.Instant };

type Refused = { /** So many would be invited: too few to hide in. */ tooFew: number } | { clash: Clash };
export type Opened = { opened: { waveId: string; invited: number; cells: number } } | Refused;
export type Scheduled = { scheduled: { waveId: string; opensOn: string } } | Refused;

/**
 * Of those who open or schedule waves one is at it at a time: held until the transaction ends, so that the next one sees whom this one asks.
 * An advisory lock of the database, the same for every process; answering never waits for it. Whoever holds it may take away the key file of
 * any wave that is not open: no opening that has made one is under way.
 */
export const oneOpensAtATime = (tx: Tx) => tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended('opening of pulses', 0))::text`;

/** Nobody else changes, opens or schedules the wave until the transaction ends. */
export const holdToOpen = async (tx: Tx, waveId: string): Promise<void> => {
  await oneOpensAtATime(tx);
  await tx.$queryRaw`select 1 from pulse_wave where id = ${waveId}::uuid for update`;
};

/** The wave, held until the transaction ends, if it can still open. @throws UserError */
const heldToOpen = async (tx: Tx, waveId: string): Promise<Wave> => {
  await holdToOpen(tx, waveId);
  const wave = await waveById(tx, waveId);
  if (!wave) throw new UserError('This pulse is no longer there.');
  if (wave.state === 'open') throw new UserError('This pulse is open already.');
  if (wave.state === 'closed') throw new UserError('This pulse has closed. The same can be asked again as its next wave.');
  return wave;
};

/** Some people in boxes of at most 200, as even as can be; who is in which is drawn at random. */
export const drawBoxes = <T>(people: readonly T[]): T[][] => {
  const boxes = Array.from({ length: Math.ceil(people.length / IN_ONE_BOX) }, (): T[] => []);
  for (const [at, person] of shuffled(people).entries()) boxes[at % boxes.length]?.push(person);
  return boxes;
};

/** Bytes of sealed boxes that go to the database in one statement. */
const IN_ONE_STATEMENT = 4_000_000;

type DrawnBox = { id: string; cellId: string; invited: number };

const insertBoxes = async (
  tx: Tx,
  waveId: string,
  key: Uint8Array,
  questions: readonly Item[],
  comment: boolean,
  boxes: readonly DrawnBox[],
) => {
  let waiting: { id: string; cellId: string; invited: number; sealed: string }[] = [];
  let bytes = 0;
  const flush = async () => {
    await tx.$executeRaw`
      insert into pulse_box (id, wave_id, cell_id, invited, sealed)
      select id, ${waveId}::uuid, "cellId", invited, decode(sealed, 'base64') from json_to_recordset(${JSON.stringify(waiting)}::json)
        as box (id uuid, "cellId" uuid, invited int, sealed text)`;
    [waiting, bytes] = [[], 0];
  };
  for (const box of boxes) {
    const sealed = sealBox(key, box.id, emptyBox(questions, comment ? box.invited : 0));
    waiting.push({ ...box, sealed: sealed.toString('base64') });
    bytes += sealed.length;
    if (bytes >= IN_ONE_STATEMENT) await flush();
  }
  if (waiting.length > 0) await flush();
};

/** Writes the tree, who is in it, their seats and the empty boxes: a few statements for however many people. */
const write = async ({ tx, newId, secret }: Opening, key: Uint8Array, wave: Wave, cells: readonly TreeCell[]) => {
  const ids = new Map(cells.map((cell) => [cell.key, newId()]));
  const rows = cells.map(({ key: name, parent, own, ...cell }, position) => ({
    ...cell,
    id: ids.get(name) as string,
    parentId: parent === null ? null : ids.get(parent),
    key: name,
    position,
  }));
  await tx.$executeRaw`
    insert into pulse_cell (id, wave_id, parent_id, key, kind, scope_id, name, position, invited)
    select id, ${wave.id}::uuid, "parentId", key, kind, "scopeId", name, position, invited from json_to_recordset(${JSON.stringify(rows)}::json)
      as cell (id uuid, "parentId" uuid, key text, kind text, "scopeId" uuid, name text, position int, invited int)`;

  const drawn = cells.flatMap(({ key: name, own }) =>
    drawBoxes(own).map((people) => ({ people, box: { id: newId(), cellId: ids.get(name) as string, invited: people.length } })),
  );
  const tokenOf = linkTokens(secret, wave.id);
  const people = drawn.flatMap((one) => one.people.map((person) => ({ person, box: one.box })));
  people.sort((one, other) => (one.person.personId < other.person.personId ? -1 : 1)); // no order tells who is in which box
  const invited = people.map(({ person: { personId, organisationId }, box: { cellId } }) => ({ personId, organisationId, cellId }));
  await tx.$executeRaw`
    insert into pulse_invited (wave_id, person_id, cell_id, organisation_id)
    select ${wave.id}::uuid, "personId", "cellId", "organisationId" from json_to_recordset(${JSON.stringify(invited)}::json)
      as invited ("personId" uuid, "cellId" uuid, "organisationId" uuid)`;
  const seats = people.map(({ person: { personId }, box }) => ({ personId, boxId: box.id, linkHash: linkHash(tokenOf(personId)) }));
  await tx.$executeRaw`
    insert into pulse_seat (wave_id, person_id, box_id, link_hash)
    select ${wave.id}::uuid, "personId", "boxId", "linkHash" from json_to_recordset(${JSON.stringify(seats)}::json)
      as seat ("personId" uuid, "boxId" uuid, "linkHash" text)`;
  await insertBoxes(
    tx,
    wave.id,
    key,
    wave.questions,
    wave.comment,
    drawn.map(({ box }) => box),
  );
};

/** Who would be asked on a day and in which groups, or why it cannot be. */
const settled = async (
  tx: Tx,
  wave: Wave,
  day: Temporal.PlainDate,
): Promise<{ settled: { invitees: Invitee[]; cells: TreeCell[] } } | Refused> => {
  const invitees = await inviteesOf(tx, wave, day.toString());
  const tree = treeOf(wave, invitees, await namesOf(tx));
  if ('tooFew' in tree) return tree;
  const clash = await clashOf(tx, wave, day, invitees, wave.state !== 'scheduled');
  return clash ? { clash } : { settled: { invitees, cells: tree.cells } };
};

/**
 * Opens a wave now, whenever it was to open. Where the transaction fails after all, the file of its key is left, which opens nothing that was
 * kept: it is made anew when the wave opens, and swept away otherwise. It is not destroyed here, because a transaction that has timed out
 * no longer holds the lock, and the file might be that of somebody who has opened the wave since.
 * @throws UserError where it is open already or was, its days do not fit, or it is not said who runs this server
 * @throws KeysUnavailable where its key cannot be kept
 */
export const openWave = async (opening: Opening, waveId: string): Promise<Opened> => {
  const { tx, now, waveKeys, config } = opening;
  operatorName(config);
  const wave = await heldToOpen(tx, waveId);
  const today = dayIn(now);
  // One that was to open today was looked at when that was decided.
  if (wave.opensOn === today.toString()) refuseLength(today, Temporal.PlainDate.from(wave.closesOn));
  else await refuseDays(tx, { ...wave, opensOn: today.toString() }, today);
  const found = await settled(tx, wave, today);
  if (!('settled' in found)) return found;
  const { invitees, cells } = found.settled;
  const { key, fingerprint } = await waveKeys.make(waveId);
  await write(opening, key, wave, cells);
  await tx.$executeRaw`
    update pulse_wave set state = 'open', opened_at = ${now.toString()}::timestamptz, opens_on = ${today.toString()}::date,
      half_term = ${halfTermOf(today).key}, key_fingerprint = ${fingerprint}
    where id = ${waveId}::uuid`;
  // Nobody is asked before the key that their answers will need is seen to be there.
  if ((await waveKeys.read(waveId))?.fingerprint !== fingerprint) throw new Error('the key of a pulse is not the one that was just made');
  return { opened: { waveId, invited: invitees.length, cells: cells.length } };
};

/**
 * Lets a wave open by itself on the morning of its first day.
 * @throws UserError where it is open already or was, its days do not fit, or it is not said who runs this server
 */
export const schedule = async ({ tx, now, config }: Pick<Opening, 'tx' | 'now' | 'config'>, waveId: string): Promise<Scheduled> => {
  operatorName(config);
  const wave = await heldToOpen(tx, waveId);
  await refuseDays(tx, wave, dayIn(now));
  const found = await settled(tx, wave, Temporal.PlainDate.from(wave.opensOn));
  if (!('settled' in found)) return found;
  await tx.$executeRaw`update pulse_wave set state = 'scheduled' where id = ${waveId}::uuid`;
  return { scheduled: { waveId, opensOn: wave.opensOn } };
};
