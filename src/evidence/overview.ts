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
import { type Beside, countsIn, type Moved } from '../summaries/tally.ts';
import { type Coverage, coverageIn, type LastPulse, lastPulsesIn } from './overview-queries.ts';
import type { WhileUnchanged } from './unchanged.ts';

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
  computed: Kpi[];
  /** Of its projects, how many schools take part; none where the plan may not be read. */
  coverage: Coverage[];
  pulse: LastPulse | undefined;
};

type Looked = { tx: Tx; today: Temporal.PlainDate; actor: Actor; unchanged: WhileUnchanged };

/** The day since which it is said what moved. */
export const monthBefore = (today: Temporal.PlainDate): Temporal.PlainDate => today.subtract({ months: 1 });

const byLocality = <T extends { localityId: string }>(some: readonly T[]) => Map.groupBy(some, ({ localityId }) => localityId);

/** All that any reader may know of some localities: what of it one may is decided where it is shown (`overviewOf`), at each reading. */
const knownOf = async ({ tx, today }: Pick<Looked, 'tx' | 'today'>, ids: readonly string[]) => {
  const earlier = monthBefore(today);
  const since = earlier.toZonedDateTime(PROGRAMME_ZONE).toInstant().toString();
  const { tallies, besides } = await countsIn(tx, ids, {
    since,
    limits: limitsAt(today, nationalTerms),
    limitsBefore: limitsAt(earlier, nationalTerms),
  });
  const { statesFor, computed } = await kpisStandingIn(tx, ids, { today });
  const coverage = await coverageIn(tx, ids, today.toString());
  const pulses = await lastPulsesIn(tx, ids);
  return {
    tallies,
    besides,
    kpis: {
      /** With figures about very few children. */
      telling: { states: byLocality(statesFor(() => true)), computed: byLocality(computed) },
      concealed: { states: byLocality(statesFor(() => false)), computed: byLocality(computed.map(concealTelling)) },
    },
    coverage: byLocality(coverage),
    pulses: new Map(pulses.map((pulse) => [pulse.localityId, pulse])),
  };
};

/** @param places of whom an overview may be read; they keep their order */
export const overviewOf = async ({ tx, today, actor, unchanged }: Looked, places: readonly Place[]): Promise<Overview[]> => {
  const ids = places.map(({ localityId }) => localityId);
  const facts = await unchanged(tx, `${today} ${ids}`, () => knownOf({ tx, today }, ids));
  return places.map((place): Overview => {
    const id = place.localityId;
    const beside = facts.besides.get(id);
    const open = mayOpen(actor, place);
    const moved = beside?.moved ?? [];
    const kpis = may(actor, 'kpi.read.telling', place) ? facts.kpis.telling : facts.kpis.concealed;
    return {
      place,
      open,
      tally: facts.tallies.get(id) as Tally,
      adviser: beside?.adviser ?? {},
      pastDate: open ? (beside?.pastDate ?? 0) : null,
      moved: open ? moved : moved.filter(({ was }) => was === 'red'),
      kpis: kpis.states.get(id) ?? [],
      computed: kpis.computed.get(id) ?? [],
      coverage: open ? (facts.coverage.get(id) ?? []) : [],
      pulse: may(actor, 'pulse.results', place) ? facts.pulses.get(id) : undefined,
    };
  });
};
