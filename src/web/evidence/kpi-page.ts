import { z } from 'zod';
import { mayOpen } from '../../evidence/overview.ts';
import { kpiChains, localityOfKpi, readingVersions } from '../../evidence/place-kpi-queries.ts';
import { cyclesFor, storiesFor } from '../../evidence/register.ts';
import { publishedFor } from '../../kpis/context.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { ALL_PERIODS } from '../../kpis/queries.ts';
import { may } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { ownerWords } from '../../views/ownership.ts';
import { chainViews, concealing, definitionNow, historyRows, peopleIn, targetNow } from './kpi-history.ts';
import { type Asked, pageAsked, type Reader, type Shown } from './page.ts';
import { chartOf, hasConcealed, kpiView, readKpis } from './places-kpis.ts';
import { crumbsOf } from './places-locality.ts';
import { handsOf, ownedAs, whoIn } from './places-people.ts';
import { publishedView, storyView } from './places-sections.ts';

/** One KPI: its chart, everything that was ever given for it, and what it is. */

/** Versions of readings on one page. */
const VERSIONS = 40;

export type Opened = { kpi: Kpi; place: Place };

/** The KPI of an address, where its reader may open it. */
export const openKpi = async (reader: Reader, asked: Asked): Promise<Opened | undefined> => {
  const id = asked.param('id');
  if (!z.guid().safeParse(id).success) return undefined;
  const localityId = await localityOfKpi(reader.tx, id);
  const place = reader.places.find((one) => one.localityId === localityId);
  if (!place || !mayOpen(reader.actor, place)) return undefined;
  const [kpi] = await readKpis(reader, place.localityId, { only: id, periods: ALL_PERIODS });
  return kpi && { kpi, place };
};

/** The page as it is drawn. @param form what goes with it of the form that begins the limits anew */
export const kpiShown = async (reader: Reader, { kpi, place }: Opened, asked: Asked, form: Partial<Shown> = {}): Promise<Shown> => {
  const { tx, actor, today, to } = reader;
  const chains = await kpiChains(tx, kpi.id);
  const wanted = pageAsked(asked.query('history'));
  const versionsOn = (page: number) => readingVersions(tx, kpi.id, { skip: (page - 1) * VERSIONS, most: VERSIONS });
  const found = await versionsOn(wanted);
  // Past the last page the first is shown.
  const page = found.all === 0 ? 1 : wanted;
  const { versions, all } = page === wanted ? found : await versionsOn(page);
  const who = await whoIn(reader, place, [...peopleIn(chains, versions), ...handsOf(kpi)]);
  const conceals = concealing(kpi, may(actor, 'kpi.read.telling', place));
  const marks = (await cyclesFor(tx, [kpi])).get(kpi.id) ?? [];
  const stories = (await storiesFor(tx, [kpi], actor)).get(kpi.id) ?? [];
  const published = await publishedFor(tx, kpi);
  const link = (at: number) => `${to(`/kpis/${kpi.id}`, { history: at === 1 ? undefined : String(at) })}#history`;
  const rows = historyRows(kpi, versions, conceals, who);
  return {
    template: 'evidence/kpi.njk',
    title: `${kpi.name}, ${place.locality}`,
    heading: kpi.name,
    caption: `KPI, ${place.locality}`,
    crumbs: crumbsOf(place, to, { text: kpi.name }),
    kpi: kpiView(kpi, reader),
    chart: chartOf(kpi, marks),
    computed: kpi.coverage !== null,
    concealed: hasConcealed(kpi) || rows.some(({ figure }) => figure.includes('[c]')),
    stories: stories.map((entry) => storyView(entry, reader)),
    facts: [
      { label: 'Who answers for it', value: ownerWords(ownedAs(kpi, who), today) },
      ...targetNow(kpi),
      ...definitionNow(chains, conceals),
    ].filter(({ value }) => value !== ''),
    published: publishedView(published),
    history: {
      rows,
      all,
      part: all > VERSIONS ? `${(page - 1) * VERSIONS + 1} to ${(page - 1) * VERSIONS + rows.length} of ${all}` : undefined,
      newer: page > 1 ? link(page - 1) : undefined,
      older: page * VERSIONS < all ? link(page + 1) : undefined,
    },
    chains: chainViews(kpi, chains, conceals, who),
    ...form,
  };
};
