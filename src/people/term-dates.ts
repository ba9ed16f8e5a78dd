import type { Writer } from '../app.ts';
import { type PublishedYear, publishedTerms } from '../calendar/published-terms.ts';
import { datesOf, schoolYearOfDates, type WholeYear, type YearDates } from '../calendar/school-year.ts';
import { GAPS, type Gap, type SchoolYear } from '../calendar/terms.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, type Tx } from '../db/client.ts';
import type { Place } from './directory.ts';

/** Term dates and closed days as people see and say them; src/people/calendars.ts works with them. Both are chains. */

/** A council area or an organisation: whose dates these are. */
export type Subject = {
  kind: 'area' | 'organisation';
  id: string;
  name: string;
  /** Of an organisation: the area whose dates it inherits; of an area itself. */
  areaId: string | null;
  area: string | null;
  code: string | null;
  /** Schools have holidays; others work all year. An area's dates are those of its schools. */
  isSchool: boolean;
  localityId: string;
};

/** The council areas of some places, and their organisations: two statements. */
export const subjectsIn = async (tx: Tx, places: readonly Pick<Place, 'localityId'>[]): Promise<Subject[]> => {
  const ids = places.map(({ localityId }) => localityId);
  const areas = await tx.$queryRaw<Subject[]>`
    select 'area' as kind, a.id, a.name, a.id as "areaId", a.name as area, a.code, true as "isSchool", la.locality_id as "localityId"
    from locality_area la join council_area a on a.id = la.council_area_id
    where la.locality_id = any(${ids}::uuid[]) order by array_position(${ids}::uuid[], la.locality_id), a.name`;
  const organisations = await tx.$queryRaw<Pick<Subject, 'id' | 'name' | 'areaId' | 'isSchool' | 'localityId'>[]>`
    select o.id, o.name, o.council_area_id as "areaId", o.kind = 'school' as "isSchool", o.locality_id as "localityId"
    from organisation o where o.locality_id = any(${ids}::uuid[]) order by o.name`;
  return [
    ...areas,
    ...organisations.map((organisation): Subject => {
      const here = areas.filter(({ localityId }) => localityId === organisation.localityId);
      const area =
        here.find(({ id }) => id === organisation.areaId) ?? (organisation.areaId === null && here.length === 1 ? here[0] : undefined);
      return { kind: 'organisation', ...organisation, areaId: area?.id ?? null, area: area?.name ?? null, code: area?.code ?? null };
    }),
  ];
};

/** Where the dates of one gap come from. */
export type From =
  | { kind: 'entered'; whose: 'own' | 'area'; by: string | null; at: string }
  | { kind: 'published'; source: string }
  | { kind: 'guess'; source: string }
  | { kind: 'default' };

/** Why a day is closed: to pupils, or altogether. */
export const CLOSED = ['inset', 'closed'] as const;
export type ClosedWhat = (typeof CLOSED)[number];
export type Closed = { id: string | null; day: string; what: ClosedWhat; whose: 'own' | 'area' };

export type SubjectYear = { year: number; school: SchoolYear; dates: WholeYear; from: Record<Gap, From>; closed: Closed[] };

type Layer = { dates: YearDates; from: From };
const published = (code: string | null, year: number): PublishedYear[] =>
  (publishedTerms[code ?? ''] ?? []).filter((row) => row.year === year);

type EnteredRow = { whose: 'own' | 'area'; dates: YearDates; by: string | null; at: string };

/** One school year of an area or an organisation, with who says so and the closed days in it: two statements. */
export const yearOfSubject = async (tx: Tx, subject: Subject, year: number): Promise<SubjectYear> =>
  (await yearBelow(tx, subject, year)).now;

/** The same, with what was entered for the subject itself, and the dates that would count without it. */
export const yearBelow = async (
  tx: Tx,
  { kind, id, areaId, code, isSchool }: Subject,
  year: number,
): Promise<{ now: SubjectYear; own: YearDates; below: { dates: WholeYear } }> => {
  const own = kind === 'organisation' ? id : null;
  const entered = await tx.$queryRaw<EnteredRow[]>`
    select case when t.organisation_id = ${own}::uuid or ${own}::uuid is null then 'own' else 'area' end as whose, t.dates, p.post as by,
      to_char(t.recorded_at at time zone ${PROGRAMME_ZONE}, 'YYYY-MM-DD') as at
    from term_dates t left join person p on p.id = t.recorded_by_id
    where (t.organisation_id = ${own}::uuid or t.council_area_id = ${areaId}::uuid) and t.year = ${year}
      and t.until > ${STANDS}::timestamptz
    order by t.organisation_id nulls last, t.seq desc`;
  const [first, last] = [`${year}-09-01`, `${year + 1}-08-31`];
  const closed = await tx.$queryRaw<Closed[]>`
    select c.id, c.day::text as day, c.what, case when c.organisation_id = ${own}::uuid or ${own}::uuid is null then 'own' else 'area' end as whose
    from closed_day c
    where (c.organisation_id = ${own}::uuid or (${isSchool} and c.council_area_id = ${areaId}::uuid)) and c.day between ${first}::date and ${last}::date
      and c.until > ${STANDS}::timestamptz
    order by c.day, c.seq`;
  const given: Layer[] = entered.map(({ dates, ...from }) => ({ dates, from: { kind: 'entered', ...from } }));
  const layers = (official: boolean): Layer[] =>
    published(code, year)
      .filter((row) => row.official === official)
      .map(({ dates, source }) => ({ dates, from: { kind: official ? 'published' : 'guess', source } }));
  const [known, guesses] = [[...given, ...layers(true)], layers(false)];
  const yearOf = (layersOf: Layer[]) =>
    schoolYearOfDates(
      year,
      layersOf.map(({ dates }) => dates),
      guesses.map(({ dates }) => dates),
    );
  const school = yearOf(known);
  const isOwn = ({ from }: Layer) => from.kind === 'entered' && from.whose === 'own';
  const fromOf = (gap: Gap): From => [...known, ...guesses].find(({ dates }) => dates[gap] !== undefined)?.from ?? { kind: 'default' };
  const inset = isSchool ? published(code, year).flatMap((row) => row.inset ?? []) : [];
  const now: SubjectYear = {
    year,
    school,
    dates: datesOf(school),
    from: Object.fromEntries(GAPS.map((gap) => [gap, fromOf(gap)])) as Record<Gap, From>,
    closed: [...inset.map((day): Closed => ({ id: null, day, what: 'inset', whose: 'area' })), ...closed],
  };
  return { now, own: known.find(isOwn)?.dates ?? {}, below: { dates: datesOf(yearOf(known.filter((layer) => !isOwn(layer)))) } };
};

type Whose = Pick<Subject, 'kind' | 'id'>;
const columns = ({ kind, id }: Whose) => ({ area: kind === 'area' ? id : null, organisation: kind === 'organisation' ? id : null });

/** Until the transaction ends nobody else changes these dates, by a form or by bringing in a plan (which holds the locality too). */
const hold = async ({ tx }: Pick<Writer, 'tx'>, whose: Whose): Promise<void> => {
  const { area, organisation } = columns(whose);
  await tx.$queryRaw`
    select 1 from locality where id in (
      select locality_id from locality_area where council_area_id = ${area}::uuid
      union all select locality_id from organisation where id = ${organisation}::uuid
    ) order by id for no key update`;
};

/** The next version of what is entered for a school year; with no dates at all, what comes from above counts again. */
export const recordYear = async (writer: Writer<string | null>, whose: Whose, year: number, dates: YearDates): Promise<void> => {
  const { area, organisation } = columns(whose);
  await hold(writer, whose);
  const at = writer.now.toString();
  await writer.tx.$executeRaw`
    update term_dates set until = ${at}::timestamptz
    where (council_area_id = ${area}::uuid or organisation_id = ${organisation}::uuid) and year = ${year}
      and until > ${STANDS}::timestamptz`;
  await writer.tx.$executeRaw`
    insert into term_dates (id, council_area_id, organisation_id, year, dates, recorded_at, recorded_by_id)
    values (${writer.newId()}::uuid, ${area}::uuid, ${organisation}::uuid, ${year}, ${JSON.stringify(dates)}::jsonb, ${at}::timestamptz, ${writer.personId}::uuid)`;
};

/** Says that a day is closed. False when it was known already. */
export const addClosed = async (writer: Writer<string | null>, whose: Whose, day: string, what: ClosedWhat): Promise<boolean> => {
  const { area, organisation } = columns(whose);
  await hold(writer, whose);
  const added = await writer.tx.$executeRaw`
    insert into closed_day (id, council_area_id, organisation_id, day, what, recorded_at, recorded_by_id)
    select ${writer.newId()}::uuid, ${area}::uuid, ${organisation}::uuid, ${day}::date, ${what}, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid
    where not exists (
      select 1 from closed_day where (council_area_id = ${area}::uuid or organisation_id = ${organisation}::uuid) and day = ${day}::date
        and until > ${STANDS}::timestamptz)`;
  return added > 0;
};

/** Takes a closed day back: it counted until now. Returns the day, or undefined when somebody was quicker. */
export const takeBackClosed = async (writer: Writer, whose: Whose, id: string): Promise<string | undefined> => {
  const { area, organisation } = columns(whose);
  const ended = await writer.tx.$queryRaw<{ day: string }[]>`
    update closed_day set until = ${writer.now.toString()}::timestamptz
    where id = ${id}::uuid and (council_area_id = ${area}::uuid or organisation_id = ${organisation}::uuid)
      and until > ${STANDS}::timestamptz
    returning day::text as day`;
  return ended[0]?.day;
};
