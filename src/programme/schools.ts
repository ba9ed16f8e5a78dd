import type { Demonstration, LocalityInFile } from './format.ts';
import { demoId } from './ids.ts';

/** A school of the demonstration. One without a URN is made up and has a number instead of a name. */
export type DemoSchool = { id: string; name: string; phase: string; urn: string | null; area: string };

const NUMBERED = { primary: 'Primary school', secondary: 'Secondary school', special: 'Special school', other: 'Other setting' } as const;
type Phase = keyof typeof NUMBERED;
type Area = LocalityInFile['areas'][number];

const schoolsOfArea = (locality: string, area: Area, named: Demonstration['schools'][string]): DemoSchool[] => {
  const row = (name: string, phase: Phase, urn: string | null) => ({
    id: demoId('organisation', locality, name),
    name,
    phase,
    urn,
    area: area.code,
  });
  const published = named.map(({ name, phase, urn }) => row(name, phase, urn));
  const numbered = Object.entries(area.schools).flatMap(([phase, count]) =>
    Array.from({ length: Math.max(0, count - published.filter((school) => school.phase === phase).length) }, (_, at) =>
      row(`${NUMBERED[phase as Phase]} ${at + 1}, ${area.name}`, phase as Phase, null),
    ),
  );
  return [...published, ...numbered];
};

/** All schools of a locality: as many as the papers say, those with a published name first. */
export const schoolsOf = (locality: LocalityInFile, published: Demonstration['schools']): DemoSchool[] =>
  locality.areas.flatMap((area) => schoolsOfArea(locality.key, area, published[area.name] ?? []));

/** The chosen schools. Only numbered ones: nothing is made up about a school with a name. */
export const chooseSchools = (schools: DemoSchool[], some: NonNullable<LocalityInFile['groups'][number]['schools']>): DemoSchool[] => {
  const skip = some.skip ?? 0;
  return schools
    .filter(({ urn, area }) => urn === null && (some.area ?? area) === area)
    .filter(({ phase }) => some.phases?.includes(phase as Phase) ?? true)
    .slice(skip)
    .filter((_, at) => at % (some.every ?? 1) === (some.offset ?? 0))
    .slice(0, some.take);
};
