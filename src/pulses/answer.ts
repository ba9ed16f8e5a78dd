import { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { noteProblem } from '../people/notes.ts';
import { addAnswers, countersOf, openBox, sealBox } from './box.ts';
import { keyOf } from './key.ts';
import { closingMoment } from './moments.ts';
import type { Answers, Item } from './pulse.ts';
import { QUESTIONS } from './queries.ts';

/**
 * One person's answers go into their box, and their seat says that they did: both in the transaction of the turn, or nothing. No other trace
 * is left. What answers one person, then another, always takes the same locks in the same order: the wave's, the seat's, the box's.
 * Whoever waits for their seat holds up nobody else of their box.
 */

/** What became of it. `no_key`: the wave's key is lost or another one; nothing was saved. */
export type Answered = 'counted' | 'already' | 'closed' | 'not_invited' | 'no_key';

type Asked = {
  state: string;
  closesOn: string;
  fingerprint: string | null;
  comment: boolean;
  questions: Pick<Item, 'item' | 'scale' | 'options'>[];
  boxId: string | null;
  answered: boolean | null;
};

/** The wave, which stays open until this transaction ends, with its questions, and the seat of who answers. */
const askedOf = async (tx: Tx, waveId: string, personId: string): Promise<Asked | undefined> => {
  const [asked] = await tx.$queryRaw<Asked[]>`
    select w.state, w.closes_on::text as "closesOn", w.key_fingerprint as fingerprint, w.comment, s.box_id::text as "boxId", s.answered,
      ${QUESTIONS}
    from pulse_wave w left join pulse_seat s on s.wave_id = w.id and s.person_id = ${personId}::uuid
    where w.id = ${waveId}::uuid
    for key share of w`;
  return asked;
};

/** What somebody sends, as it may be counted. @throws UserError */
const checked = ({ questions, comment: takesComment }: Asked, { chosen, comment }: Answers): Answers => {
  const words = comment?.trim() || null;
  if (chosen.size === 0 && words === null) throw new UserError('Nothing was sent: choose an answer or write a comment.');
  for (const [item, option] of chosen) {
    const question = questions.find((asked) => asked.item === item);
    if (!question) throw new UserError('Nothing was sent: this pulse asks something else. Open it again.');
    if (!Number.isInteger(option) || option < 0 || option >= countersOf(question))
      throw new UserError('Nothing was sent: one answer is none of those that can be chosen. Open the pulse again.');
  }
  if (words === null) return { chosen, comment: null };
  if (!takesComment) throw new UserError('Nothing was sent: this pulse has no room for a comment. Open it again.');
  const problem = noteProblem(words);
  if (problem) throw new UserError(`Nothing was sent. ${problem.why}`);
  return { chosen, comment: words };
};

/** @throws UserError where nothing was chosen, an answer is none of the wave's, or the comment cannot be kept; nothing is saved then */
export const answerWave = async (
  { tx, now, waveKeys }: { tx: Tx; now: Temporal.Instant; waveKeys: Core['waveKeys'] },
  waveId: string,
  personId: string,
  answers: Answers,
): Promise<Answered> => {
  const asked = await askedOf(tx, waveId, personId);
  if (asked?.state !== 'open' || Temporal.Instant.compare(now, closingMoment(asked.closesOn)) >= 0) return 'closed';
  if (asked.boxId === null) return 'not_invited';
  if (asked.answered) return 'already';
  const fit = checked(asked, answers);
  const key = await keyOf(waveKeys, { id: waveId, keyFingerprint: asked.fingerprint });
  if (!key) return 'no_key';
  const marked = await tx.$executeRaw`
    update pulse_seat set answered = true where wave_id = ${waveId}::uuid and person_id = ${personId}::uuid and not answered`;
  if (marked === 0) return 'already'; // they sent it twice at the same moment
  // Read as base64, which the embedded engine hands over several times faster than bytes.
  const [box] = await tx.$queryRaw<{ sealed: string }[]>`
    select encode(sealed, 'base64') as sealed from pulse_box where id = ${asked.boxId}::uuid for update`;
  if (!box) throw new Error('a seat of an open pulse has no box');
  const opened = openBox(key, asked.boxId, Buffer.from(box.sealed, 'base64'));
  const sealed = sealBox(key, asked.boxId, addAnswers(opened, asked.questions, fit));
  await tx.$executeRaw`update pulse_box set sealed = ${sealed} where id = ${asked.boxId}::uuid`;
  return 'counted';
};
