import type { Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { may, type Permission } from '../../src/people/permissions.ts';
import { mayReadCounts, mayReadPlan } from '../../src/summaries/readable.ts';
import { allPlaces, partsIn } from '../../src/summaries/scopes.ts';
import { readable } from '../kpi/context.ts';
import { holds } from './lines.ts';

/** The pages that the actor may open, by what people call them. What they may not read does not exist. */

/** A page of the dashboards: where it is on the web, and what it is called. */
export type Page = { path: string; name: string };

type Candidate = Page & { names: readonly string[] };

const ACCOUNT: Page = { path: '/account', name: 'your account' };

/** Pages that are one for the whole programme, for whoever may do this somewhere. */
const FIXED: readonly (Candidate & { needs: Permission })[] = [
  {
    path: '/register',
    name: 'the evidence register',
    // What is done there alone leads there too.
    names: ['register', 'evidence register', 'correct', 'check', 'checked', 'bring back'],
    needs: 'register.read',
  },
  { path: '/exports', name: 'the exports', names: ['exports', 'export', 'tables'], needs: 'export' },
];

/** Where one begins. */
export const startPage = (turn: Turn): Page => (holds(turn, 'overview.read') ? { path: '/programme', name: 'the dashboards' } : ACCOUNT);

const candidatesFor = async (turn: Turn): Promise<Candidate[]> => {
  const { actor } = turn;
  const known = (await allPlaces(turn.tx)).filter((place) => mayReadCounts(actor, place));
  const inside = known.filter((place) => mayReadPlan(actor, place) || may(actor, 'kpi.read', place));
  const pilots = new Map(known.map((place) => [place.pilotId, place]));
  const parts = await partsIn(
    turn.tx,
    inside.map(({ localityId }) => localityId),
  );
  const placeOf = (localityId: string) => inside.find((place) => place.localityId === localityId)?.locality;
  return [
    ...inside.map(({ locality, prefix }) => ({ path: `/localities/${prefix}`, name: locality, names: [locality, prefix] })),
    ...[...pilots.values()].map(({ pilotId, pilot, pilotPosition }) => ({
      path: `/pilots/${pilotId}`,
      name: pilot,
      names: [pilot, `pilot ${pilotPosition}`],
    })),
    ...(known[0]
      ? [
          { path: '/programme', name: known[0].programme, names: ['programme', known[0].programme] },
          { path: '/changes', name: 'what changed', names: ['changes', 'what changed', 'changed'] },
        ]
      : []),
    ...parts
      .filter(({ kind }) => kind === 'project')
      .map(({ id, name, localityId }) => ({
        path: `/projects/${id}`,
        name: `${name}, ${placeOf(localityId)}`,
        names: [name, `${placeOf(localityId)} ${name}`, `${name} ${placeOf(localityId)}`],
      })),
    ...(await readable(turn)).map(({ id, name, aliases, locality }) => ({
      path: `/kpis/${id}`,
      name: `${name}, ${locality}`,
      names: [name, ...aliases, `${locality} ${name}`, `${name} ${locality}`],
    })),
    ...FIXED.filter(({ needs }) => holds(turn, needs)),
    { ...ACCOUNT, names: ['account', 'my account', 'sessions', 'tokens', 'sign out'] },
  ];
};

/** What was meant by some words: one page; or several that may be, the likeliest first, and whether each has that very name. */
export const pagesNamed = async (turn: Turn, words: string): Promise<Page | { perhaps: Page[]; alike: boolean }> => {
  const candidates = await candidatesFor(turn);
  const match = matchName(
    words,
    candidates.map(({ path, names: [name = '', ...aliases] }) => ({ id: path, name, aliases })),
  );
  if (match.kind === 'none') return { perhaps: [], alike: false };
  const ids = match.kind === 'one' ? [match.id] : match.ids;
  const found = ids.flatMap((id) => candidates.filter(({ path }) => path === id)).map(({ path, name }) => ({ path, name }));
  const whole = match.rest === '';
  return match.kind === 'one' && whole && found[0] ? found[0] : { perhaps: found, alike: match.kind === 'several' && whole };
};
