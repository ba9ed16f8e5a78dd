import { Temporal } from 'temporal-polyfill';
import { type Action, isLive } from '../../src/actions/action.ts';
import { agesAt, limitsAt } from '../../src/actions/cadence.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import type { Turn } from '../../src/bot/contract.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { dayIn, PROGRAMME_ZONE } from '../../src/calendar/zone.ts';
import { UserError } from '../../src/errors.ts';
import { answersFor } from '../../src/people/ownership.ts';
import { may } from '../../src/people/permissions.ts';
import { chartedIn } from '../../src/summaries/charted.ts';
import { kpiStatesIn } from '../../src/summaries/kpis.ts';
import type { Line } from '../../src/summaries/line.ts';
import { othersDone } from '../../src/summaries/others.ts';
import { linesIn } from '../../src/summaries/queries.ts';
import { lastSeen, type Place, peopleOfGroup, planBegan } from '../../src/summaries/scopes.ts';
import { kpisChanged, type Summary, summaryOf, sumOf } from '../../src/summaries/summary.ts';
import { talliesIn } from '../../src/summaries/tally.ts';
import { titlesOf } from '../../src/summaries/titles.ts';
import { kpiSign } from '../../src/views/kpi-says.ts';
import type { PlaceSummary } from '../../src/views/summary.ts';
import type { PlacesSummary, Row } from '../../src/views/summary-places.ts';
import { asRead } from '../rag/context.ts';
import { mayReadPlan, placesKnown, type Scope } from './scope.ts';

/** What a summary needs, read for its reader. */

/** The day it is of, and the earlier moment since which it says what moved. */
export type Frame = {
  day: Temporal.PlainDate;
  asAt: boolean;
  /** ISO 8601; none = now. */
  at: string | undefined;
  since: string;
  sinceDay: Temporal.PlainDate;
  /** They have not read it on an earlier day. */
  first: boolean;
};

const WEEK = 7;
const YEAR = 365;

/** The last millisecond of a day in the programme's zone: moments are kept to the millisecond. */
const endOf = (day: Temporal.PlainDate): Temporal.Instant =>
  day.add({ days: 1 }).toZonedDateTime(PROGRAMME_ZONE).toInstant().subtract({ milliseconds: 1 });

/**
 * Since the last earlier day on which they read it, else since a week ago; of a past day since the week before that.
 * @param reader a person, or the subscription of a channel
 */
export const frameOf = async (
  turn: Turn,
  scope: Scope,
  asAt: Temporal.PlainDate | undefined,
  reader = turn.actor.personId,
): Promise<Frame> => {
  if (asAt) {
    const sinceDay = asAt.subtract({ days: WEEK });
    return { day: asAt, asAt: true, at: endOf(asAt).toString(), since: endOf(sinceDay).toString(), sinceDay, first: false };
  }
  const key = { personId: reader, scopeKind: scope.kind, scopeId: scope.id, day: turn.today.toString() };
  const seen = await lastSeen(turn.tx, key);
  const since = seen ? Temporal.Instant.from(seen) : turn.now.subtract({ hours: WEEK * 24 });
  return { day: turn.today, asAt: false, at: undefined, since: since.toString(), sinceDay: dayIn(since), first: seen === undefined };
};

type Reading = {
  /** For others to read: nobody's figures about very few children. */
  shared?: boolean;
};

type Counting = Reading & {
  /** Which lines count; all when none. */
  only?: ((line: Line) => boolean) | undefined;
  /** There is one place, and what the charts of its KPIs say is told. */
  charts?: boolean;
};

/** Refuses a day on which there was no plan in a scope. */
const noPlanYet = async (turn: Turn, scope: Scope, frame: Frame): Promise<never> => {
  const began = await planBegan(
    turn.tx,
    scope.places.map(({ localityId }) => localityId),
    PROGRAMME_ZONE,
  );
  throw new UserError(
    `There was no plan yet on ${dayWords(frame.day)}.${began ? ` The first action of ${scope.name} came into it on ${dayWords(Temporal.PlainDate.from(began))}.` : ''}`,
  );
};

/** The summary of each of some localities, by its id. */
const summariesOf = async (turn: Turn, places: readonly Place[], frame: Frame, { shared, only, charts }: Counting) => {
  const ids = places.map(({ localityId }) => localityId);
  const lines = await linesIn(turn.tx, ids, { at: frame.at, day: frame.day.toString(), since: frame.since });
  const tellingIn = new Set(
    places.filter((place) => !shared && may(turn.actor, 'kpi.read.telling', place)).map(({ localityId }) => localityId),
  );
  const maySeeTelling = (localityId: string) => tellingIn.has(localityId);
  const knownKpis = places.filter((place) => showsKpis(turn, place, frame)).map(({ localityId }) => localityId);
  const asked = { at: frame.at, today: frame.day, maySeeTelling };
  const [charted] = charts ? knownKpis : [];
  const { states: kpis, kpis: whole } = charted
    ? await chartedIn(turn.tx, charted, asked)
    : { states: await kpiStatesIn(turn.tx, knownKpis, asked), kpis: [] };
  const ages = agesAt(frame.day, nationalTerms);
  const agesBefore = agesAt(frame.sinceDay, nationalTerms);
  const linesBy = Map.groupBy(lines, ({ localityId }) => localityId);
  const kpisBy = Map.groupBy(kpis, ({ localityId }) => localityId);
  const summaries = new Map<string, Summary>();
  for (const id of ids) {
    const all = (linesBy.get(id) ?? []).filter((line) => !only || only(line)).sort((one, other) => one.number - other.number);
    summaries.set(id, summaryOf(all, { today: frame.day, ages, agesBefore, kpis: kpisBy.get(id) ?? [] }));
  }
  return { summaries, maySeeTelling, isEmpty: lines.length === 0, kpiSigns: whole.flatMap((kpi) => kpiSign(kpi) ?? []) };
};

/** KPIs of localities whose plan may not be read are known as they are now, not as they were. */
const showsKpis = (turn: Turn, place: Place, { asAt }: Frame) =>
  may(turn.actor, 'kpi.read', place) || (!asAt && may(turn.actor, 'overview.read', place));

/** Which actions belong to a scope that is a part of a locality's plan. */
const belongsTo = async (turn: Turn, scope: Scope): Promise<((action: Action) => boolean) | undefined> => {
  if (scope.kind === 'project') return ({ projectId }) => projectId === scope.id;
  if (scope.kind !== 'group') return undefined;
  const people = await peopleOfGroup(turn.tx, scope.id);
  // Also what somebody of the group stands in for once its owner has gone.
  return (action) => [action.ownerId, answersFor(action)?.id].some((id) => id && people.has(id));
};

/** What others did about what is red or amber here. */
const othersOf = async (turn: Turn, place: Place, actions: readonly Action[], frame: Frame) => {
  const wanting = actions.filter((action) => isLive(action) && (action.self?.rating === 'red' || action.self?.rating === 'amber'));
  const unique = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
  const places = await placesKnown(turn);
  return othersDone(turn.tx, {
    criterionIds: unique(wanting.map(({ criterionId }) => criterionId)),
    projectIds: unique(wanting.map(({ projectId }) => projectId)),
    localityIds: places.filter(({ localityId }) => localityId !== place.localityId).map(({ localityId }) => localityId),
    at: frame.at,
    since: endOf(frame.day.subtract({ days: YEAR })).toString(),
  });
};

/** One place: a locality, or a group or project of one. */
export const gatherPlace = async (
  turn: Turn,
  scope: Scope,
  frame: Frame,
  reading: Reading & { withReasons: boolean },
): Promise<PlaceSummary> => {
  const place = scope.places[0] as Place;
  const full = mayReadPlan(turn, place);
  const belongs = await belongsTo(turn, scope);
  const all = full
    ? (await actionsIn(turn.tx, [place.localityId], { ...(frame.at ? { at: frame.at } : {}), day: frame.day.toString() })).map((action) =>
        asRead(turn, action),
      )
    : undefined;
  const actions = belongs ? all?.filter(belongs) : all;
  const inScope = belongs && new Set(actions?.map(({ number }) => number));
  const whole = scope.kind === 'locality';
  const { summaries, maySeeTelling, isEmpty, kpiSigns } = await summariesOf(turn, [place], frame, {
    ...reading,
    charts: whole && full,
    only: inScope && ((line) => inScope.has(line.number)),
  });
  if (isEmpty && frame.asAt) return noPlanYet(turn, scope, frame);
  const summary = summaries.get(place.localityId) as Summary;
  const before =
    whole && full ? await kpiStatesIn(turn.tx, [place.localityId], { at: frame.since, today: frame.sinceDay, maySeeTelling }) : [];
  const titles = full ? new Map<string, string>() : await titlesOf(turn.tx, summary.redToGreen, frame.at);
  return {
    name: scope.name,
    summary,
    actions,
    redToGreen: [...titles.values()],
    kpiChanges: kpisChanged(whole ? summary.kpis : [], before),
    kpiSigns,
    showsKpis: whole && showsKpis(turn, place, frame),
    others: actions ? await othersOf(turn, place, actions, frame) : [],
    since: frame.sinceDay,
    first: frame.first,
    today: frame.day,
    asAt: frame.asAt,
    shared: reading.shared === true,
    withReasons: reading.withReasons,
  };
};

/** Localities on one page: as many as Slack and Teams show whole. */
export const PAGE = 15;

/** Several localities: the sums of all of them, and a page of which more is said. */
export const gatherPlaces = async (turn: Turn, scope: Scope, frame: Frame, from: number, reading: Reading): Promise<PlacesSummary> => {
  const page = scope.places.slice(from < scope.places.length ? from : 0).slice(0, PAGE);
  const tallies = await talliesIn(
    turn.tx,
    scope.places.map(({ localityId }) => localityId),
    { at: frame.at, since: frame.since, limits: limitsAt(frame.day, nationalTerms), limitsBefore: limitsAt(frame.sinceDay, nationalTerms) },
  );
  if (frame.asAt && sumOf([...tallies.values()]).actions === 0) return noPlanYet(turn, scope, frame);
  const { summaries } = await summariesOf(turn, page, frame, reading);
  const of = (place: Place) => summaries.get(place.localityId) as Summary;
  const closed = page.filter((place) => !mayReadPlan(turn, place));
  const titles = await titlesOf(
    turn.tx,
    closed.flatMap((place) => of(place).redToGreen),
    frame.at,
  );
  return {
    name: scope.name,
    tallies: [...tallies.values()],
    rows: page.map((place): Row => {
      const summary = of(place);
      const full = mayReadPlan(turn, place);
      return {
        localityId: place.localityId,
        locality: place.locality,
        prefix: place.prefix,
        summary,
        full,
        showsKpis: showsKpis(turn, place, frame),
        redToGreen: full ? [] : summary.redToGreen.flatMap(({ localityId, number }) => titles.get(`${localityId} ${number}`) ?? []),
      };
    }),
    since: frame.sinceDay,
    first: frame.first,
    today: frame.day,
    asAt: frame.asAt,
    shared: reading.shared === true,
  };
};
