import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../../calendar/dates.ts';
import { periodFromKey } from '../../calendar/periods.ts';
import { nationalTerms } from '../../calendar/terms.ts';
import { capital, formatValue } from '../../cards/format.ts';
import { mayOpen } from '../../evidence/overview.ts';
import type { Theme } from '../../evidence/overview-queries.ts';
import type { WhileUnchanged } from '../../evidence/unchanged.ts';
import { concealTelling } from '../../kpis/conceal.ts';
import { given, type Kpi, placeOf } from '../../kpis/kpi.ts';
import { kpisIn } from '../../kpis/queries.ts';
import { statusOf } from '../../kpis/status.ts';
import { may } from '../../people/permissions.ts';
import { amount, CONCEALED, type Day, movement, targetPart } from '../../views/kpi-parts.ts';
import { lookOver } from './overview-themes.ts';
import { lookOf, overviewView } from './overview-view.ts';
import type { Page, Reader } from './page.ts';

/** A pilot: its localities beside one another on what they share, each KPI against its own baseline and target. */

const baselineWords = (kpi: Kpi, today: Day): string | undefined => {
  if (kpi.baselineConcealed) return CONCEALED;
  if (kpi.baseline === null) return undefined;
  const on = kpi.baselineDate ? ` (${formatDate(Temporal.PlainDate.from(kpi.baselineDate), today)})` : '';
  return `${formatValue(kpi.baseline, kpi.unit, kpi.decimals)}${on}`;
};

/** What is told of every locality's KPI is how it stands; what it was before, only to those who may read it. */
const kpiView = (kpi: Kpi, today: Day, href: string | undefined) => {
  const last = given(kpi).at(-1);
  const [part] = targetPart(kpi, today);
  const target = part?.type === 'status' ? part : undefined;
  return {
    name: kpi.name,
    href,
    last: last ? (href ? movement(kpi, last) : amount(kpi, last)) : 'no reading yet',
    period: last && periodFromKey(last.period, nationalTerms).label,
    baseline: baselineWords(kpi, today),
    target: target && capital(target.text),
    status: lookOf(target ? target.word.toLowerCase() : statusOf(kpi, today).word),
  };
};

/** The themes of a pilot, each with the localities that have projects on it: those who work on the same can see each other. */
const themesView = (themes: readonly Theme[], { actor, places, to }: Reader) => {
  const by = new Map(places.map((place) => [place.localityId, place]));
  return [...Map.groupBy(themes, ({ theme }) => theme)].map(([theme, projects]) => ({
    theme: capital(theme),
    localities: [...Map.groupBy(projects, ({ localityId }) => localityId)].flatMap(([localityId, theirs]) => {
      const place = by.get(localityId);
      if (!place) return [];
      const open = mayOpen(actor, place);
      return {
        name: place.locality,
        projects: open ? theirs.map(({ projectId, project }) => ({ name: project, href: to(`/projects/${projectId}`) })) : [],
      };
    }),
  }));
};

export const pilotPage =
  (unchanged: WhileUnchanged): Page =>
  async (reader, asked) => {
    const { tx, actor, today, to } = reader;
    const found = await lookOver(reader, asked, {
      unchanged,
      path: ({ pilotId }) => `/pilots/${pilotId}`,
      isAbout: ({ pilotId }) => pilotId === asked.param('id'),
    });
    if (!found) return undefined;
    const { first, places, themes, overviews, worksOn } = found;
    const kpis = await kpisIn(
      tx,
      places.map(({ localityId }) => localityId),
      { day: today.toString() },
    );
    const shown = kpis.map((kpi) => (may(actor, 'kpi.read.telling', placeOf(kpi)) ? kpi : concealTelling(kpi)));
    const kpisBy = Map.groupBy(shown, ({ localityId }) => localityId);
    return {
      ...found.shown,
      template: 'evidence/pilot.njk',
      title: first.pilot,
      caption: 'Pilot',
      crumbs: [{ text: first.programme, href: to('/programme') }, { text: first.pilot }],
      worksOn: worksOn.get(first.pilotId),
      concealed: shown.some((kpi) => kpi.baselineConcealed || given(kpi).some(({ concealed }) => concealed)),
      localities: overviews.map((overview) => ({
        ...overviewView(overview, to),
        figures: (kpisBy.get(overview.place.localityId) ?? []).map((kpi) =>
          kpiView(kpi, today, overview.open ? to(`/kpis/${kpi.id}`) : undefined),
        ),
      })),
      themes: themesView(themes, reader),
    };
  };
