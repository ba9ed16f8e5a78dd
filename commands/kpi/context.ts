import { z } from 'zod';
import type { Writer } from '../../src/app.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { periodOf } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { UserError } from '../../src/errors.ts';
import { concealTelling } from '../../src/kpis/conceal.ts';
import { candidates, given, isOwn, type Kpi, placeOf } from '../../src/kpis/kpi.ts';
import { choosePeriod, waitingOf } from '../../src/kpis/period.ts';
import { ALL_PERIODS, kpisIn } from '../../src/kpis/queries.ts';
import { withSchools } from '../../src/kpis/schools.ts';
import { saidNotMine } from '../../src/nudges/not-mine.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { may } from '../../src/people/permissions.ts';
import type { Lined } from '../../src/views/kpi.ts';
import { amount } from '../../src/views/kpi-parts.ts';
import { ownerWords } from '../../src/views/ownership.ts';
import { raiseOffer } from '../raising.ts';
import { sendOffer } from '../sending.ts';

/** What the KPI verbs share: which KPIs the actor may see, and what they may do with one. */

/** The term dates in use: the declared national default. */
export const terms = nationalTerms;

/** What the actor may know of a KPI that they may read. */
const asRead = (turn: Turn, kpi: Kpi): Kpi => {
  const shown = may(turn.actor, 'kpi.read.telling', placeOf(kpi)) ? kpi : concealTelling(kpi);
  // Evaluators see people as groups: who is who is for those who work together.
  if (may(turn.actor, 'people.read', placeOf(kpi))) return shown;
  const somebody = (post: string | null) => post && `somebody in ${kpi.locality}`;
  return { ...shown, owner: somebody(kpi.owner), deputy: somebody(kpi.deputy) };
};

/** The KPIs that the actor may read, in the localities' order, as they may know them; their own with all their periods, for what their charts say. */
export const readable = async (turn: Turn, only?: string, periods?: number): Promise<Kpi[]> => {
  const scopes = [...new Set(turn.actor.roles.map(({ scopeId }) => scopeId))];
  const kpis = await kpisIn(turn.tx, scopes, {
    only,
    ...(periods && { periods }),
    wholeOf: turn.actor.personId,
    day: turn.today.toString(),
  });
  return kpis.filter((kpi) => may(turn.actor, 'kpi.read', placeOf(kpi))).map((kpi) => asRead(turn, kpi));
};

/** One KPI by id, if the actor may read it. What may not be read does not exist. */
export const readableKpi = async (turn: Turn, id: string, periods?: number): Promise<Kpi> => {
  // A form can be sent with anything for an id; the database would refuse what is none.
  const [kpi] = z.guid().safeParse(id).success ? await readable(turn, id, periods) : [];
  if (!kpi) throw new UserError('I cannot find this KPI. Type kpi to see yours.');
  return kpi;
};

/** The same with all its periods, for its chart. */
export const wholeKpi = (turn: Turn, id: string): Promise<Kpi> => readableKpi(turn, id, ALL_PERIODS);

/** The KPI that is named after a verb, with all its periods, and what was typed after its name. Throws unless it is one of those they may do this with. */
export const namedKpi = async (
  turn: Turn,
  words: string,
  verb: string,
  mayDo: (kpi: Kpi) => boolean,
): Promise<{ kpi: Kpi; rest: string }> => {
  const all = await readable(turn);
  const kpis = all.filter(mayDo);
  // One that they may only read is found too, to be told so.
  for (const among of [kpis, all]) {
    const match = matchName(words, candidates(among));
    if (match.kind === 'one') return { kpi: await wholeKpi(turn, match.id), rest: match.rest };
  }
  const own = matchName(words, candidates(kpis));
  const near =
    own.kind === 'several' || own.kind === 'near'
      ? own.ids.flatMap((id) => kpis.filter((kpi) => kpi.id === id).map((kpi) => `${kpi.locality} ${kpi.name}`))
      : kpis.slice(0, 8).map(({ name }) => name);
  throw new UserError(
    `Which KPI do you mean? Type kpi ${verb} and its name${near.length > 0 ? `: ${[...new Set(near)].join(', ')}` : ''}.`,
  );
};

/** What is worked out from who takes part, nobody logs. */
export const mayLog = (turn: Turn, kpi: Kpi) =>
  !kpi.coverage && may(turn.actor, 'reading.write', placeOf(kpi), isOwn(kpi, turn.actor.personId));
export const mayEdit = (turn: Turn, kpi: Kpi) => may(turn.actor, 'kpi.write', placeOf(kpi));

const isComputed = (kpi: Kpi) => {
  const last = given(kpi).at(-1);
  return new UserError(
    `Not saved. ${kpi.name} is worked out from who takes part${last ? `: ${amount(kpi, last)}` : ''}. To change it, say who takes part.`,
    kpi.projectId ? { label: 'Who takes part', press: { verb: 'partners.taking', state: { project: kpi.projectId } } } : undefined,
  );
};

/** Throws unless the actor may log this KPI; says whose it is. */
export const checkMayLog = (turn: Turn, kpi: Kpi) => {
  if (mayLog(turn, kpi)) return;
  if (kpi.coverage) throw isComputed(kpi);
  throw new UserError(
    `Not saved. ${kpi.name}, ${kpi.locality}, is not yours to log. ${answersFor(kpi) ? `It belongs to: ${ownerWords(kpi, turn.today)}.` : 'It has no owner now: ask your pilot lead.'}`,
    sendOffer('kpi', kpi),
    raiseOffer(turn, kpi, { kpi: kpi.id }),
  );
};

export const writerOf = (turn: Turn): Writer => ({ tx: turn.tx, now: turn.now, newId: turn.core.newId, personId: turn.actor.personId });

export const lined = async (turn: Turn, kpis: readonly Kpi[]): Promise<Lined[]> => {
  const said = await saidNotMine(turn.tx, [turn.actor.personId]);
  const notMine = new Set(said.flatMap(({ kind, id }) => (kind === 'kpi' ? [id] : [])));
  return (await withSchools(turn.tx, kpis, turn.today)).map((kpi) => ({
    kpi,
    waiting: waitingOf(kpi, turn.today, terms),
    own: isOwn(kpi, turn.actor.personId),
    notMine: notMine.has(kpi.id),
  }));
};

export const currentPeriod = (turn: Turn, kpi: Kpi) => periodOf(kpi.cadence, turn.today, terms);

/** The period of a key that came back in a card; checked again, because days have passed. */
export const periodAt = (turn: Turn, kpi: Kpi, key: string) => choosePeriod(kpi, { kind: 'period', key }, turn.today, terms).period;
