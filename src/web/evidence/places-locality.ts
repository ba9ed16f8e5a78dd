import { projectsIn } from '../../actions/projects.ts';
import { actionsIn } from '../../actions/queries.ts';
import { capital } from '../../cards/format.ts';
import { LENSES, readableSteps } from '../../evidence/criteria.ts';
import { criteriaOf } from '../../evidence/criteria-queries.ts';
import { mayOpen } from '../../evidence/overview.ts';
import { factsOf, releasesOf } from '../../evidence/place-queries.ts';
import { cyclesFor, type RegisterEntry, readableEntries, readableTallies } from '../../evidence/register.ts';
import { may } from '../../people/permissions.ts';
import { countsOf } from '../../people/taking.ts';
import { beforeIn } from '../../pulses/results.ts';
import type { Place } from '../../summaries/scopes.ts';
import { carried } from './overview-view.ts';
import type { Asked, Change, Reader, Shown } from './page.ts';
import { CHART_LEGEND, smallChart } from './places-chart.ts';
import { coverageView, hasConcealed, kpiView, kpiWords, readKpis, withSeries } from './places-kpis.ts';
import { actionAs, handsOf, whoIn } from './places-people.ts';
import { filterChoices, filterQuery, planFilter, planView } from './places-plan.ts';
import { contextView, lensView, pulsesView, registerView, storyView } from './places-sections.ts';
import { timelineOf } from './places-timeline.ts';

/** The case page of one locality: all that is known of it by whoever may read it. The number of statements does not grow with what there is. */

/** Where somebody is among the pages. @param last the page itself */
export const crumbsOf = (place: Place, to: Reader['to'], ...last: { text: string; href?: string }[]) => [
  { text: place.programme, href: to('/programme') },
  { text: place.pilot, href: to(`/pilots/${place.pilotId}`) },
  ...(last.length > 0 ? [{ text: place.locality, href: to(`/localities/${place.prefix}`) }, ...last] : [{ text: place.locality }]),
];

/** Pulses that are named on the page; the newest of them is shown in full. */
const PULSES = 6;

type Section = { id: string; heading: string };

/** Everything of a locality that its page shows. */
const localityView = async (reader: Reader, place: Place, asked: Asked): Promise<Shown> => {
  const { tx, actor, today, to } = reader;
  const { localityId } = place;
  const facts = await factsOf(tx, localityId, today.toString());
  const projects = await projectsIn(tx, [localityId]);
  const taking = await countsOf(
    tx,
    projects.map(({ id }) => id),
    today.toString(),
  );
  const kpis = await readKpis(reader, localityId);
  const plan = await actionsIn(tx, [localityId], { day: today.toString() });
  const areas = await criteriaOf(tx);
  const named = may(actor, 'names.read', place);
  const who = await whoIn(
    reader,
    place,
    plan.flatMap((action) => [...handsOf(action), action.self?.byId ?? null, action.independent?.byId ?? null]),
  );
  const readsRegister = may(actor, 'register.read', place);
  const entries: RegisterEntry[] = readsRegister ? await readableEntries(tx, actor, [localityId], { kinds: ['cycle', 'story'] }) : [];
  const tallies = readsRegister ? await readableTallies(tx, actor, [place]) : [];
  const marks = await cyclesFor(tx, kpis);
  const charts = new Map((await withSeries(reader, kpis)).map((kpi) => [kpi.id, smallChart(kpi, marks.get(kpi.id) ?? [], today)]));
  const steps = may(actor, 'assessment.read', place) ? await readableSteps(tx, actor, [localityId]) : undefined;
  const releases = may(actor, 'pulse.results', place) ? await releasesOf(tx, place, PULSES) : [];
  const newest = releases[0];
  const before = newest?.key ? await beforeIn(tx, newest, { key: newest.key }) : new Map();

  const known = { projects, criteria: areas };
  const filter = planFilter(asked, known);
  const actions = plan.map((action) => actionAs(action, who, named));
  const shownPlan = planView(actions, filter, { today, to, words: kpiWords(kpis, today) });
  const timeline = await timelineOf(
    reader,
    {
      place,
      kpis: new Map(kpis.map(({ id, name }) => [id, name])),
      named,
      cycles: entries.filter(({ kind }) => kind === 'cycle'),
      keep: filterQuery(filter),
    },
    asked.query('until').trim(),
  );
  const stories = Map.groupBy(
    entries.filter(({ kind, kpiId }) => kind === 'story' && kpiId !== null),
    ({ kpiId }) => kpiId,
  );
  const lenses = steps && LENSES.map((lens) => lensView(steps, lens, areas, place.locality)).filter((view) => view !== undefined);
  const pulses = pulsesView(releases, before);
  const coverage = kpis.filter(({ coverage: how }) => how !== null);
  const contents: Section[] = [
    { id: 'about', heading: 'Who leads it, and what it works on' },
    ...(projects.length > 0 ? [{ id: 'projects', heading: 'Projects' }] : []),
    { id: 'plan', heading: 'The plan' },
    { id: 'kpis', heading: 'KPIs' },
    ...(coverage.length > 0 || projects.length > 0 ? [{ id: 'coverage', heading: 'Coverage' }] : []),
    ...(lenses ? [{ id: 'criteria', heading: 'Criteria of locality working' }] : []),
    ...(pulses ? [{ id: 'pulses', heading: 'Pulses' }] : []),
    { id: 'timeline', heading: 'Timeline' },
    ...(readsRegister ? [{ id: 'register', heading: 'Evidence register' }] : []),
    ...(facts.context.length > 0 ? [{ id: 'context', heading: 'Context, published' }] : []),
  ];
  return {
    template: 'evidence/locality.njk',
    title: place.locality,
    caption: 'Locality',
    crumbs: crumbsOf(place, to),
    contents,
    facts: [
      { label: 'Led by', value: capital(facts.ledBy) },
      { label: facts.leads.length === 1 ? 'Pilot lead' : 'Pilot leads', value: named ? facts.leads.join('; ') : '' },
      { label: 'Pilot', value: place.pilot, href: to(`/pilots/${place.pilotId}`) },
      { label: 'Its pilot works on', value: facts.theme },
      { label: facts.areas.length === 1 ? 'Council area' : 'Council areas', value: facts.areas.join(', ') },
      { label: 'Organisations', value: `${facts.schools} schools, ${facts.others} others` },
    ].filter(({ value }) => value !== ''),
    projects: projects.map(({ id, name, theme, theoryOfAction, hypothesis }) => ({
      name,
      href: to(`/projects/${id}`),
      theme,
      theoryOfAction,
      hypothesis,
    })),
    plan: {
      ...shownPlan,
      said: filter.said,
      filter: { action: to(`/localities/${place.prefix}`).split('?')[0], carried: carried(to), choices: filterChoices(filter, known) },
      all: to(`/localities/${place.prefix}`),
    },
    kpis: kpis.map((kpi) => ({
      ...kpiView(kpi, reader),
      chart: charts.get(kpi.id),
      stories: (stories.get(kpi.id) ?? []).map((entry) => storyView(entry, reader)),
    })),
    legend: CHART_LEGEND,
    concealed: kpis.some(hasConcealed),
    coverage: coverage.map((kpi) => coverageView(kpi, reader)),
    taking: projects.flatMap(({ id, name }) => {
      const counted = taking.get(id);
      return counted ? [{ name, href: to(`/projects/${id}`), ...counted }] : [];
    }),
    lenses,
    criteriaHref: to(`/criteria/${place.prefix}`),
    pulses,
    timeline,
    register: readsRegister ? registerView(tallies, place.prefix, to) : undefined,
    context: contextView(facts.context),
  };
};

/** The same address in any case leads to the one that all links have. */
export const localityPage: Change = async (reader, asked) => {
  const wanted = asked.param('prefix');
  const place = reader.places.find(({ prefix }) => prefix === wanted.toUpperCase());
  if (!place || !mayOpen(reader.actor, place)) return undefined;
  if (place.prefix !== wanted) {
    const kept = ['rating', 'project', 'criterion', 'until'].map((name) => [name, asked.query(name)] as const);
    return { goTo: reader.to(`/localities/${place.prefix}`, Object.fromEntries(kept)) };
  }
  return localityView(reader, place, asked);
};
