import { criteria } from '../../actions/criteria.ts';
import { projectsIn } from '../../actions/projects.ts';
import { REGISTER_KINDS, readablePage, readableTallies, sumOf } from '../../evidence/register.ts';
import { may } from '../../people/permissions.ts';
import { KIND_WORDS } from '../../views/evidence/register.ts';
import type { Page } from './page.ts';
import { countsView, filtersOf, listView, partOf } from './register-view.ts';

const option = (value: string, text: string, chosen: string) => ({ value, text, selected: value === chosen });

/** All that the reader may see of the register, with filters in the address. */
export const listPage: Page = async (reader, asked) => {
  const { tx, actor, to } = reader;
  const places = reader.places.filter((place) => may(actor, 'register.read', place));
  if (places.length === 0) return undefined;
  const ids = places.map(({ localityId }) => localityId);
  const areas = await criteria(tx);
  const projects = await projectsIn(tx, ids);
  const { chosen, days, localityIds, filter, problems } = filtersOf(asked, { places, criteria: areas, projects, today: reader.today });
  const errors = Object.entries(days).flatMap(([name, { error }]) => (error === undefined ? [] : [{ text: error, href: `#${name}` }]));
  const asks = places.filter(({ localityId }) => localityIds.includes(localityId));
  const tallies = await readableTallies(tx, actor, asks, filter);
  const page = partOf(sumOf(tallies), asked.query('page'));
  const entries = await readablePage(tx, actor, asks, { ...filter, page });
  const several = places.length > 1;
  const any = (text: string) => option('', text, '');
  return {
    template: 'evidence/register.njk',
    title: errors.length > 0 ? 'Error: Evidence register' : 'Evidence register',
    heading: 'Evidence register',
    intro: 'What was heard, seen and read: interviews, workshops, observations, documents, stories and cycles.',
    add: places.some((place) => may(actor, 'register.write', place)) ? to('/register/new') : undefined,
    problems,
    errors,
    counts: countsView(tallies, asks, areas, filter.kinds),
    list: listView(reader, entries, areas, { page, chosen }),
    all: errors.length > 0 || Object.values(chosen).some((value) => value !== '') ? to('/register') : undefined,
    filters: {
      action: '/register',
      /** Of the address, what a form would lose: in the demonstration, whom one acts as. */
      hidden: [...new URL(to('/register'), 'http://localhost').searchParams].map(([name, value]) => ({ name, value })),
      kinds: [any('All kinds'), ...REGISTER_KINDS.map((kind) => option(kind, KIND_WORDS[kind].plural, chosen.kind))],
      localities: several
        ? [any('All localities'), ...places.map(({ prefix, locality }) => option(prefix, locality, chosen.locality))]
        : undefined,
      criteria: [any('All areas'), ...areas.map(({ id, name }) => option(id, name, chosen.criterion))],
      projects: [
        any('All projects'),
        ...projects.map(({ id, name, locality }) => option(id, several ? `${name}, ${locality}` : name, chosen.project)),
      ],
      days: [
        { name: 'from', label: 'From', ...days.from },
        { name: 'to', label: 'To', ...days.to },
      ],
    },
  };
};
