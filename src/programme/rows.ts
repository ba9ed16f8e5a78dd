import type { Temporal } from 'temporal-polyfill';
import { dayOf } from './day.ts';
import type { Demonstration, LocalityInFile } from './format.ts';
import { demoId } from './ids.ts';
import { peopleOf, personId } from './people.ts';
import { chooseSchools, type DemoSchool, schoolsOf } from './schools.ts';

/** Who and where: everything of the demonstration but its KPIs and the published series, as rows. Pure. */

const utcDay = (date: Temporal.PlainDate | string) => new Date(`${date}T00:00:00Z`);

type OrganisationRow = {
  id: string;
  localityId: string | null;
  councilAreaId: string | null;
  name: string;
  kind: string;
  phase: string | null;
  urn: string | null;
};

const otherOrganisations = (owner: string, localityId: string | null, list: LocalityInFile['organisations']): OrganisationRow[] =>
  list.map(({ name, kind }) => ({
    id: demoId('organisation', owner, name),
    localityId,
    councilAreaId: null,
    name,
    kind,
    phase: null,
    urn: null,
  }));

const groupRows = (locality: LocalityInFile, schools: DemoSchool[]) =>
  locality.groups.map((group) => {
    const id = demoId('group', locality.key, group.name);
    const member = (key: string, organisationId: string | null, person: string | null) => ({
      id: demoId('group member', id, key),
      groupId: id,
      organisationId,
      personId: person,
    });
    const chosen = [
      ...schools.filter(({ area }) => area === group.everySchoolOf),
      ...(group.schools ? chooseSchools(schools, group.schools) : []),
    ].map((school) => school.id);
    const organisations = [...chosen, ...group.organisations.map((name) => demoId('organisation', locality.key, name))];
    return {
      group: { id, localityId: demoId('locality', locality.key), name: group.name, kind: group.kind },
      members: [
        ...organisations.map((organisation) => member(organisation, organisation, null)),
        ...group.people.map((key) => member(key, null, personId(`${locality.key}.${key}`))),
      ],
    };
  });

const takingPartRows = (locality: LocalityInFile, schools: DemoSchool[], today: Temporal.PlainDate) =>
  locality.takingPart.flatMap(({ project, how, from, schools: some }) =>
    chooseSchools(schools, some).map((school) => ({
      id: demoId('taking part', locality.key, project, how, school.id),
      organisationId: school.id,
      projectId: demoId('project', locality.key, project),
      how,
      from: utcDay(dayOf(from, today)),
    })),
  );

const localityRows = (locality: LocalityInFile, position: number, demonstration: Demonstration, today: Temporal.PlainDate) => {
  const id = demoId('locality', locality.key);
  const schools = schoolsOf(locality, demonstration.schools);
  const groups = groupRows(locality, schools);
  return {
    locality: {
      id,
      pilotId: demoId('pilot', demonstration.programme.pilots[locality.pilot - 1]?.name as string),
      name: locality.name,
      prefix: locality.prefix,
      ledBy: locality.ledBy,
      position,
    },
    areas: locality.areas.map(({ code, name }) => ({ id: demoId('council area', code), code, name })),
    organisations: [
      ...otherOrganisations(locality.key, id, locality.organisations),
      ...schools.map(
        ({ area, ...school }): OrganisationRow => ({
          ...school,
          localityId: id,
          councilAreaId: demoId('council area', area),
          kind: 'school',
        }),
      ),
    ],
    projects: locality.projects.map((project) => ({ id: demoId('project', locality.key, project.name), localityId: id, ...project })),
    groups: groups.map(({ group }) => group),
    members: groups.flatMap(({ members }) => members),
    takingPart: takingPartRows(locality, schools, today),
  };
};

/** @param today the day of the load, in the programme's zone. */
export const programmeRows = (demonstration: Demonstration, today: Temporal.PlainDate) => {
  const { programme, criteria } = demonstration;
  const programmeId = demoId('programme', programme.key);
  const localities = demonstration.localities.map((locality, at) => localityRows(locality, at + 1, demonstration, today));
  const people = peopleOf(demonstration);
  const nation = { id: demoId('council area', programme.nation.code), ...programme.nation };
  return {
    programme: { id: programmeId, name: programme.name, zone: programme.zone },
    pilots: programme.pilots.map((pilot, at) => ({ id: demoId('pilot', pilot.name), programmeId, ...pilot, position: at + 1 })),
    councilAreas: [...localities.flatMap(({ areas }) => areas), nation],
    localities: localities.map(({ locality }) => locality),
    localityAreas: localities.flatMap(({ locality, areas }) => areas.map(({ id }) => ({ localityId: locality.id, councilAreaId: id }))),
    organisations: [
      ...otherOrganisations(programme.key, null, programme.organisations),
      ...localities.flatMap(({ organisations }) => organisations),
    ],
    people: people.map(({ id, post, address, organisationId }) => ({ id, post, email: address, organisationId })),
    roles: people.map(({ id, role, scopeKind, scopeId, until }) => ({
      id: demoId('role', id, role, scopeId),
      personId: id,
      role,
      scopeKind,
      scopeId,
      from: utcDay(programme.began),
      to: until ? utcDay(dayOf(until, today)) : null,
    })),
    projects: localities.flatMap(({ projects }) => projects),
    groups: localities.flatMap(({ groups }) => groups),
    groupMembers: localities.flatMap(({ members }) => members),
    takingPart: localities.flatMap(({ takingPart }) => takingPart),
    criteria: criteria.map(({ name }, at) => ({ id: demoId('criterion', name), name, position: at + 1 })),
    questions: criteria.flatMap(({ name, questions }) =>
      questions.map((text, at) => ({
        id: demoId('question', name, String(at + 1)),
        criterionId: demoId('criterion', name),
        position: at + 1,
        text,
      })),
    ),
  };
};
