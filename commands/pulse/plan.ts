import { Temporal } from 'temporal-polyfill';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { formatDate } from '../../src/calendar/dates.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { inviteesOf } from '../../src/pulses/audience.ts';
import { clashOf } from '../../src/pulses/clash.ts';
import { changeDraft, discardDraft, saveDraft } from '../../src/pulses/draft.ts';
import type { Invitee, Plan, TreeCell, Wave } from '../../src/pulses/pulse.ts';
import { liesIn, namesOf } from '../../src/pulses/queries.ts';
import { type Tree, treeOf } from '../../src/pulses/tree.ts';
import { forecast } from '../../src/statistics/disclosure.ts';
import { type PlanView, placesWords, planCard } from '../../src/views/pulse/plan.ts';
import { clashWords, tooFewCard } from '../../src/views/pulse/refused.ts';
import { discardedCard } from '../../src/views/pulse/waves.ts';
import { myWave, namesFor, placesToRun, type RunPlace, type SubjectState, WaveState, writerOf } from './context.ts';

/** A pulse before it opens: whom it would ask, what would be seen of it, and what of it can still be changed. */

/** A plan, stored as a wave or not yet. */
export type Subject = { plan: Plan; wave: Wave | undefined; names: string[] };

/** The part of a wave, or of a button's state, that is decided before it opens. */
export const planFrom = ({ title, audience, places, split, items, comment, k, opensOn, closesOn }: Plan): Plan => ({
  title,
  audience,
  places,
  split,
  items,
  comment,
  k,
  opensOn,
  closesOn,
});

/** Why nothing of it can be changed, and what can. */
const unchangeable = ({ id, state }: Wave) =>
  state === 'open'
    ? new UserError(
        'Nothing was changed. An open pulse cannot be changed: everybody is asked the same, and was told who will see what. It can close on a later day.',
        { label: 'Close later', press: { verb: 'pulse.later', state: { wave: id } } },
      )
    : new UserError('Nothing was changed. This pulse has closed: its questions can be asked again.', {
        label: 'New pulse',
        press: { verb: 'pulse.new' },
      });

/** What a button is about, as long as it can be changed. @throws UserError */
export const subjectOf = async (turn: Turn, state: SubjectState | undefined): Promise<Subject> => {
  const plan = state?.plan;
  if (plan && !state.wave) return { plan, wave: undefined, names: await namesFor(turn, plan.places) };
  const { wave, names } = await myWave(turn, state?.wave);
  if (wave.state === 'open' || wave.state === 'closed') throw unchangeable(wave);
  return plan ? { plan, wave, names: await namesFor(turn, plan.places) } : { plan: planFrom(wave), wave, names };
};

type Settled = { invitees: Invitee[]; tree: Tree };

/** Whom a plan would ask on its first day, and in which groups. */
const settledOn = async (turn: Turn, plan: Plan): Promise<Settled> => {
  const invitees = await inviteesOf(turn.tx, plan, plan.opensOn);
  return { invitees, tree: treeOf(plan, invitees, await namesOf(turn.tx)) };
};

/** Which cells half turnout would show. */
const halfShown = (cells: readonly TreeCell[], k: number): ReadonlySet<string> =>
  forecast(
    cells.map(({ key, parent, own }) => ({
      id: key,
      parent,
      invited: new Map([...Map.groupBy(own, ({ organisationId }) => organisationId ?? '')].map(([id, people]) => [id, people.length])),
    })),
    0.5,
    k,
  );

/** Where more people could be asked together with those of some places: what does not lie in them. */
export const placesToPool = (places: Plan['places'], mine: readonly RunPlace[]): RunPlace[] =>
  mine.filter((other) => !places.some((place) => place.id === other.id || liesIn(other, place)));

/** @param so what was done, or was not: "Nothing was stored." */
const tooFew = async (turn: Turn, people: number, { plan, wave, names }: Subject, so: string): Promise<Card> => {
  const { title, items } = plan;
  const state = { plan, ...(wave ? { wave: wave.id } : {}) };
  const others = placesToPool(plan.places, await placesToRun(turn));
  return tooFewCard({ people, title, where: placesWords(names), so, alone: others.length === 0 }, [
    ...(others.length > 0 ? [{ label: 'Pool with…', press: { verb: 'pulse.pool', state } }] : []),
    { label: 'Questions for your meeting', press: { verb: 'pulse.meeting', state: { title, items } } },
    { label: 'Change who and when', press: { verb: 'pulse.when', state } },
  ]);
};

const day = (iso: string, turn: Turn) => formatDate(Temporal.PlainDate.from(iso), turn.today);

/** What can be done about a plan, what stands in its way first. */
const stepsOf = async (turn: Turn, { id, state, ...wave }: Wave, invitees: Invitee[]): Promise<Pick<PlanView, 'hindrance' | 'first'>> => {
  const open = (label: string): Button => ({ label, press: { verb: 'pulse.open', state: { wave: id } }, style: 'primary' });
  if (wave.opensOn < turn.today.toString()) return { hindrance: `Its first day, ${day(wave.opensOn, turn)}, has passed.`, first: [] };
  const opensOn = Temporal.PlainDate.from(wave.opensOn);
  const clash = await clashOf(turn.tx, { id, ...wave }, opensOn, invitees, state !== 'scheduled');
  if (clash)
    return {
      hindrance: clashWords(clash, turn.today),
      first: [
        {
          label: `Open it on ${day(clash.next, turn)}`,
          press: { verb: 'pulse.next', state: { wave: id, on: clash.next } },
          style: 'primary',
        },
      ],
    };
  if (state === 'scheduled') return { hindrance: undefined, first: [open('Open it now')] };
  return { hindrance: undefined, first: [open(wave.opensOn > turn.today.toString() ? `Open on ${day(wave.opensOn, turn)}` : 'Open it')] };
};

/** A draft, or what is to open by itself. @param done what has just been done */
export const draftCard = async (turn: Turn, { wave, names }: Pick<Subject, 'names'> & { wave: Wave }, done?: string): Promise<Card> => {
  const { invitees, tree } = await settledOn(turn, wave);
  if ('tooFew' in tree) return tooFew(turn, tree.tooFew, { plan: planFrom(wave), wave, names }, 'It cannot open.');
  const state = { wave: wave.id };
  const view: PlanView = {
    plan: wave,
    questions: wave.questions,
    places: names,
    tree: tree.cells,
    merged: tree.merged,
    unparted: tree.unparted,
    shown: halfShown(tree.cells, wave.k),
    scheduled: wave.state === 'scheduled',
    ...(await stepsOf(turn, wave, invitees)),
    rest: [
      { label: 'See it as they will', press: { verb: 'pulse.preview', state } },
      { label: 'Change the questions', press: { verb: 'pulse.ask', state } },
      { label: 'Change who and when', press: { verb: 'pulse.when', state } },
      { label: 'Discard', press: { verb: 'pulse.discard', state } },
    ],
    join: wave.split === 'none' ? undefined : { label: 'Join them', press: { verb: 'pulse.join', state } },
    ...(done ? { done } : {}),
  };
  return planCard(view, turn.today);
};

export const shownAgain = async (turn: Turn, id: string, done?: string): Promise<Card> => draftCard(turn, await myWave(turn, id), done);

/**
 * Keeps a plan, new or changed, and shows it; where too few would be asked nothing is stored.
 * @throws UserError with what cannot be asked so
 */
export const keep = async (turn: Turn, before: Pick<Subject, 'wave'>, plan: Plan): Promise<Card> => {
  const names = await namesFor(turn, plan.places, 'Nothing was stored. You can run pulses in your own places alone.');
  const { tree } = await settledOn(turn, plan);
  if ('tooFew' in tree)
    return tooFew(turn, tree.tooFew, { plan, wave: before.wave, names }, before.wave ? 'Nothing was changed.' : 'Nothing was stored.');
  if (!before.wave) return shownAgain(turn, await saveDraft(writerOf(turn), plan));
  await changeDraft(writerOf(turn), before.wave.id, plan);
  return shownAgain(turn, before.wave.id);
};

/** One group instead of its parts. */
export const join = cardVerb({
  state: WaveState,
  run: async (turn, { state }) => {
    const subject = await subjectOf(turn, state);
    return keep(turn, subject, { ...subject.plan, split: 'none' });
  },
});

export const discard = cardVerb({
  state: WaveState,
  run: async (turn, { state }) => {
    const { plan, wave } = await subjectOf(turn, state);
    if (wave) await discardDraft(turn.tx, wave.id);
    return discardedCard(plan, { label: 'Plan it again', press: { verb: 'pulse.when', state: { plan } } });
  },
});
