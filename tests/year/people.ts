import type pg from 'pg';
import type { TeamsConversation, TeamsUser } from '../support/teams-stub.ts';
import type { Workplace } from './days.ts';
import type { Stubs } from './stubs.ts';

/** Who takes part in the simulated year, and where each of them is met. */

export type Manner =
  /** Answers on the card they were sent, a day or two later. */
  | 'presses'
  /** Types /kpi and /rag on their own accord, in most weeks. */
  | 'types'
  /** Answers half of what they are sent, weeks later. */
  | 'slow'
  /** Never says a word. */
  | 'silent';

export type YearPerson = {
  id: string;
  post: string;
  email: string;
  /** The address before the @. */
  key: string;
  place: Workplace;
  roles: { role: string; scope: string }[];
  platform: 'slack' | 'teams' | 'email';
  zone: string;
  manner: Manner;
  slackUser: string;
  teams: { user: TeamsUser; conversation: TeamsConversation } | undefined;
};

/** Half are met in Slack, a quarter in Teams, a quarter have e-mail alone. */
const PLATFORMS = ['slack', 'teams', 'slack', 'email'] as const;
const MANNERS: readonly Manner[] = ['presses', 'types', 'presses', 'slow', 'types', 'presses', 'silent'];
/** Works two hours ahead of everybody else. */
export const ABROAD = 'pilot1.adviser';

type Row = {
  id: string;
  post: string;
  email: string;
  org: string | null;
  kind: string | null;
  area: string | null;
  roles: YearPerson['roles'];
};

export const findPeople = async (database: pg.Client): Promise<YearPerson[]> => {
  const { rows } = await database.query<Row>(`
    select p.id, p.post, p.email, o.name as org, o.kind, a.name as area,
      (select json_agg(json_build_object('role', r.role, 'scope', r.scope_id)) from role r where r.person_id = p.id and r."to" is null) as roles
    from person p left join organisation o on o.id = p.organisation_id left join council_area a on a.id = o.council_area_id
    where exists (select from role r where r.person_id = p.id and r."to" is null)
    order by p.email`);
  return rows.map(({ id, post, email, org, kind, area, roles }, index) => ({
    id,
    post,
    email,
    key: email.split('@')[0] as string,
    place: { name: org ?? '', isSchool: kind === 'school', area },
    roles,
    platform: email.startsWith(ABROAD) ? 'slack' : (PLATFORMS[index % PLATFORMS.length] as YearPerson['platform']),
    zone: email.startsWith(`${ABROAD}@`) ? 'Europe/Athens' : 'Europe/London',
    manner: MANNERS[index % MANNERS.length] as Manner,
    slackUser: `U${String(index).padStart(4, '0')}`,
    teams: undefined,
  }));
};

/** Somebody is met in Teams from now on. */
export const inTeams = (stubs: Stubs, person: YearPerson): NonNullable<YearPerson['teams']> => {
  if (person.teams) return person.teams;
  const user = stubs.teams.user(person.email);
  person.teams = { user, conversation: stubs.teams.chat(user) };
  return person.teams;
};

/** Everybody has the account that they will write from. */
export const giveAccounts = (stubs: Stubs, people: readonly YearPerson[]) => {
  for (const person of people) {
    if (person.platform === 'slack') stubs.slack.user(person.slackUser, { email: person.email, tz: person.zone });
    if (person.platform === 'teams') inTeams(stubs, person);
  }
};
