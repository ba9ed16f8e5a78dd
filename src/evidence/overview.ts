import type { Temporal } from 'temporal-polyfill';
import { limitsAt } from '../actions/cadence.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { concealTelling } from '../kpis/conceal.ts';
import type { Kpi } from '../kpis/kpi.ts';
import type { Actor } from '../people/actor.ts';
import { may } from '../people/permissions.ts';
import { type KpiState, kpisStandingIn } from '../summaries/kpis.ts';
import { mayReadPlan } from '../summaries/readable.ts';
import type { Place } from '../summaries/scopes.ts';
import type { Tally } from '../summaries/summary.ts';
import { talliesIn } from '../summaries/tally.ts';
import { type Beside, besidesIn, type LastPulse, lastPulsesIn, type Moved } from './overview-queries.ts';

/** How many localities are doing, as their reader may know it. The number of statements does not grow with them. */

/** Whether anything of a locality may be shown on the pages of the programme and its pilots. */
export const mayLookOver = (actor: Pick<Actor, 'roles'>, place: Place): boolean => may(actor, 'overview.read', place);

/** What a locality's own pages show: its address leads somewhere only for these. */
export const mayOpen = (actor: Pick<Actor, 'roles'>, place: Place): boolean => mayReadPlan(actor, place) && may(actor, 'kpi.read', place);

export type Overview = {
  place: Place;
  /** Its own pages may be read too, not only what is told of everybody. */
  open: boolean;
  /** What its owners rate, now and a month ago. */
  tally: Tally;
  adviser: Beside['adviser'];
  /** Null: not for this reader. */
  pastDate: number | null;
  /** Moved to green since a month ago; from red alone where the plan may not be read. */
  moved: Moved[];
  kpis: KpiState[];
  /** KPIs that are worked out from who takes part. */
  coverage: Kpi[];
  pulse: LastPulse | undefined;
};

type Looked = { tx: Tx; today: Temporal.PlainDate; actor: Actor };

/** The day since which it is said what moved. */
export const monthBefore = (today: Temporal.PlainDate): Temporal.PlainDate => today.subtract({ months: 1 });

/** @param places of whom an overview may be read; they keep their order */
export const overviewOf = async ({ tx, today, actor }: Looked, places: readonly Place[]): Promise<Overview[]> => {
  const idsOf = (some: readonly Place[]) => some.map(({ localityId }) => localityId);
  const ids = idsOf(places);
  const earlier = monthBefore(today);
  const since = earlier.toZonedDateTime(PROGRAMME_ZONE).toInstant().toString();
  const telling = new Set(idsOf(places.filter((place) => may(actor, 'kpi.read.telling', place))));

  const tallies = await talliesIn(tx, ids, {
    since,
    limits: limitsAt(today, nationalTerms),
    limitsBefore: limitsAt(earlier, nationalTerms),
  });
  const besides = await besidesIn(tx, ids, today.toString(), since);
  const { states, computed } = await kpisStandingIn(tx, ids, { today, maySeeTelling: (id) => telling.has(id) });
  const pulses = await lastPulsesIn(tx, idsOf(places.filter((place) => may(actor, 'pulse.results', place))));

  const statesBy = Map.groupBy(states, ({ localityId }) => localityId);
  const computedBy = Map.groupBy(computed, ({ localityId }) => localityId);
  const pulseBy = new Map(pulses.map((pulse) => [pulse.localityId, pulse]));
  return places.map((place): Overview => {
    const id = place.localityId;
    const beside = besides.get(id);
    const reads = mayReadPlan(actor, place);
    const moved = beside?.moved ?? [];
    return {
      place,
      open: mayOpen(actor, place),
      tally: tallies.get(id) as Tally,
      adviser: beside?.adviser ?? {},
      pastDate: reads ? (beside?.pastDate ?? 0) : null,
      moved: reads ? moved : moved.filter(({ was }) => was === 'red'),
      kpis: statesBy.get(id) ?? [],
      coverage: (computedBy.get(id) ?? []).map((kpi) => (telling.has(id) ? kpi : concealTelling(kpi))),
      pulse: pulseBy.get(id),
    };
  });
};
