import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import { fullDay } from '../calendar/dates.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { textProblem } from '../people/notes.ts';
import { LOWEST_K } from '../statistics/disclosure/rule.ts';
import { type AskingDays, askingDays, halfTermAfter, halfTermOf, LONGEST } from './half-term.ts';
import { itemsAsked, itemsNow } from './items.ts';
import { MOST_ITEMS, type Plan, type Wave } from './pulse.ts';
import { liesIn, placesNamed, waveById, wavesOf } from './queries.ts';

/** Waves before they open: planned, changed, thrown away. Once one is open nothing here touches it. */

/** Characters of a title. */
export const MOST_TITLE = 80;
/** The largest base that can be asked for. */
const MOST_K = 50;

const title = (text: string): string => {
  const words = text.trim().replaceAll(/\s+/gu, ' ');
  if (words === '') throw new UserError('A pulse needs a title.');
  if ([...words].length > MOST_TITLE) throw new UserError(`The title has ${[...words].length} characters; ${MOST_TITLE} fit.`);
  const problem = textProblem(words, 'The title');
  if (problem) throw new UserError(problem);
  return words;
};

const placesOf = async (tx: Tx, { places }: Plan): Promise<Plan['places']> => {
  if (places.length === 0) throw new UserError('Say which place the pulse is about.');
  const named = await placesNamed(tx, places);
  if (named.length < places.length) throw new UserError('One of the places is no longer there.');
  for (const [at, inner] of named.entries()) {
    if (named.slice(0, at).some(({ id }) => id === inner.id)) throw new UserError(`${inner.name} is named twice.`);
    const outer = named.find((other) => liesIn(inner, other));
    if (outer) throw new UserError(`${inner.name} lies in ${outer.name} already: leave one of them out.`);
  }
  return places;
};

const itemsOf = async (tx: Tx, { items }: Plan): Promise<Plan['items']> => {
  if (items.length === 0) throw new UserError('Choose at least one question.');
  if (items.length > MOST_ITEMS) throw new UserError(`A pulse has at most ${MOST_ITEMS} questions; this has ${items.length}.`);
  if (new Set(items.map(({ item }) => item)).size < items.length) throw new UserError('One of the questions is there twice.');
  await itemsAsked(tx, items);
  return items.map(({ item, version }) => ({ item, version }));
};

/**
 * Refuses days on which a pulse cannot open or close, with days on which it can.
 * @throws UserError
 */
export const refuseDays = async (
  tx: Tx,
  { audience, places, opensOn, closesOn }: Pick<Plan, 'audience' | 'places' | 'opensOn' | 'closesOn'>,
  today: Temporal.PlainDate,
): Promise<void> => {
  const [opens, closes] = [Temporal.PlainDate.from(opensOn), Temporal.PlainDate.from(closesOn)];
  if (Temporal.PlainDate.compare(opens, today) < 0) throw new UserError(`${fullDay(opens)} is past: a pulse opens today or later.`);
  const days = await askingDays(tx, { audience, places });
  if (days.isOfSchools && !days.isDay(opens))
    throw new UserError(`Schools are closed on ${fullDay(opens)}. The next school day is ${fullDay(days.from(opens))}.`);
  refuseClosing(days, opens, closes);
};

/**
 * Refuses a last day on which nobody could be reminded of it, with the next one that would do.
 * @throws UserError that says what closes when
 */
export const refuseClosing = (days: AskingDays, opens: Temporal.PlainDate, closes: Temporal.PlainDate): void => {
  refuseLength(opens, closes);
  if (days.isDay(closes)) return;
  const next = days.from(closes);
  const isLate = Temporal.PlainDate.compare(next, opens.add({ days: LONGEST })) > 0;
  const kind = days.isOfSchools ? 'a school day' : 'a day on which all of those whom it asks are at work';
  throw new UserError(`A pulse closes on ${kind}; ${fullDay(closes)} is none.${isLate ? '' : ` The next is ${fullDay(next)}.`}`);
};

/** @throws UserError where it would close before anybody can answer, or be open for ever */
export const refuseLength = (opens: Temporal.PlainDate, closes: Temporal.PlainDate): void => {
  const { days } = opens.until(closes, { largestUnit: 'days' });
  if (days < 1) throw new UserError(`A pulse that opens on ${fullDay(opens)} closes the day after or later.`);
  if (days > LONGEST)
    throw new UserError(`A pulse is open for at most ${LONGEST} days: this one closes by ${fullDay(opens.add({ days: LONGEST }))}.`);
};

/** The last day of a wave unless somebody says otherwise: ten working days after it opens, of those whom it asks. */
export const closesByDefault = async (tx: Tx, wave: Pick<Plan, 'audience' | 'places'>, opensOn: string): Promise<string> =>
  (await askingDays(tx, wave)).closesOn(Temporal.PlainDate.from(opensOn)).toString();

const checked = async (tx: Tx, plan: Plan, today: Temporal.PlainDate): Promise<Plan> => {
  if (!Number.isInteger(plan.k) || plan.k < LOWEST_K || plan.k > MOST_K)
    throw new UserError(`Results are shown from ${LOWEST_K} to ${MOST_K} answers on, never for fewer than ${LOWEST_K}.`);
  const kept = { ...plan, title: title(plan.title), places: await placesOf(tx, plan), items: await itemsOf(tx, plan) };
  await refuseDays(tx, kept, today);
  return kept;
};

type Kept = Plan & { id: string; surveyId: string; number: number };

const insert = async ({ tx, now, personId }: Pick<Writer, 'tx' | 'now' | 'personId'>, { id, surveyId, number, ...plan }: Kept) => {
  await tx.$executeRaw`
    insert into pulse_wave (id, survey_id, number, title, run_by_id, audience, places, split, items, comment, k, opens_on, closes_on, half_term, created_at)
    values (${id}::uuid, ${surveyId}::uuid, ${number}, ${plan.title}, ${personId}::uuid, ${plan.audience}, ${JSON.stringify(plan.places)}::jsonb,
      ${plan.split}, ${JSON.stringify(plan.items)}::jsonb, ${plan.comment}, ${plan.k}, ${plan.opensOn}::date, ${plan.closesOn}::date,
      ${halfTermOf(Temporal.PlainDate.from(plan.opensOn)).key}, ${now.toString()}::timestamptz)`;
};

/** Keeps a plan as the first wave of a new survey. @returns the wave's id @throws UserError with what cannot be asked so */
export const saveDraft = async (writer: Writer, plan: Plan): Promise<string> => {
  const id = writer.newId();
  await insert(writer, { ...(await checked(writer.tx, plan, dayIn(writer.now))), id, surveyId: id, number: 1 });
  return id;
};

/** The wave, held until the transaction ends. @throws UserError where it is not there, or is open or was */
const heldBefore = async (tx: Tx, waveId: string): Promise<Wave> => {
  await tx.$queryRaw`select 1 from pulse_wave where id = ${waveId}::uuid for update`;
  const wave = await waveById(tx, waveId);
  if (!wave) throw new UserError('This pulse is no longer there.');
  if (wave.state === 'open')
    throw new UserError('This pulse is open: nothing of it changes now but its closing day, and that only to a later one.');
  if (wave.state === 'closed') throw new UserError('This pulse has closed: nothing of it changes any more.');
  return wave;
};

/** Plans a wave differently; one that was to open by itself is a draft again. @throws UserError */
export const changeDraft = async ({ tx, now }: Pick<Writer, 'tx' | 'now'>, waveId: string, plan: Plan): Promise<void> => {
  await heldBefore(tx, waveId);
  const kept = await checked(tx, plan, dayIn(now));
  await tx.$executeRaw`
    update pulse_wave set state = 'draft', title = ${kept.title}, audience = ${kept.audience}, places = ${JSON.stringify(kept.places)}::jsonb,
      split = ${kept.split}, items = ${JSON.stringify(kept.items)}::jsonb, comment = ${kept.comment}, k = ${kept.k},
      opens_on = ${kept.opensOn}::date, closes_on = ${kept.closesOn}::date, half_term = ${halfTermOf(Temporal.PlainDate.from(kept.opensOn)).key}
    where id = ${waveId}::uuid and state in ('draft', 'scheduled')`;
};

/** Throws a plan away. @throws UserError where the wave is open or was */
export const discardDraft = async (tx: Tx, waveId: string): Promise<void> => {
  await heldBefore(tx, waveId);
  await tx.$executeRaw`delete from pulse_wave where id = ${waveId}::uuid and state in ('draft', 'scheduled')`;
};

/**
 * Plans the next wave of a survey: the same again, its questions at their newest wording, in the half-term after the last one.
 * @returns its id
 * @throws UserError where the next one is planned already
 */
export const nextWave = async (writer: Writer, surveyId: string): Promise<string> => {
  const { tx, now, newId } = writer;
  await tx.$queryRaw`select 1 from pulse_wave where id = ${surveyId}::uuid for update`; // one next wave at a time
  const last = (await wavesOf(tx, surveyId)).at(-1);
  if (!last) throw new UserError('This pulse is no longer there.');
  if (last.state === 'draft' || last.state === 'scheduled')
    throw new UserError(`The next one is planned already: it opens on ${fullDay(Temporal.PlainDate.from(last.opensOn))}.`);
  const newest = new Map((await itemsNow(tx)).map(({ item, version }) => [item, version]));
  const days = await askingDays(tx, last);
  const after = halfTermAfter(halfTermOf(Temporal.PlainDate.from(last.opensOn))).start;
  const today = dayIn(now);
  const opens = days.from(Temporal.PlainDate.compare(after, today) < 0 ? today : after);
  const id = newId();
  const plan: Kept = {
    ...last,
    id,
    surveyId,
    number: last.number + 1,
    items: last.items.map(({ item, version }) => ({ item, version: newest.get(item) ?? version })),
    opensOn: opens.toString(),
    closesOn: days.closesOn(opens).toString(),
  };
  await insert(writer, plan);
  return id;
};
