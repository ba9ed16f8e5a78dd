import { type PublishedYear, publishedTerms } from '../calendar/published-terms.ts';
import { schoolYearOfDates, type YearDates } from '../calendar/school-year.ts';
import { nationalTerms, type Terms } from '../calendar/terms.ts';
import { STANDS, sql, type Tx } from '../db/client.ts';

/**
 * The calendar of an organisation: its own dates, else those of its council area, else what was published for the area, else the
 * national default. Where it is not said in which area an organisation is, it is in its locality's only one. Schools close in their holidays and on the closed days of their area; everybody on closed days of their own.
 */
export type Calendars = {
  /** Of nobody in particular: all year. */
  of: (organisationId: string | null) => Terms;
  /** Of the schools of a council area. */
  ofArea: (areaId: string) => Terms;
};

type Organisation = { id: string; isSchool: boolean; areaId: string | null };
type Whose = { areaId: string | null; organisationId: string | null };
type YearRow = Whose & { year: number; dates: YearDates };
type ClosedRow = Whose & { day: string };

const whose = ({ areaId, organisationId }: Whose): string => organisationId ?? areaId ?? '';

/** Every organisation with the area that it is in: its own, else its locality's only one. */
const IN_AREA = sql`
  select o.id, o.kind, o.locality_id, coalesce(o.council_area_id, only_area.id) as area_id
  from organisation o left join (
    select la.locality_id, min(la.council_area_id::text)::uuid as id from locality_area la group by la.locality_id having count(*) = 1
  ) only_area on only_area.locality_id = o.locality_id`;

/** The areas in which some localities have schools, by name. */
export const areasOfSchools = (tx: Tx, localityIds: readonly string[]) => tx.$queryRaw<
  { localityId: string; areaId: string; area: string }[]
>`
  select distinct o.locality_id as "localityId", a.id as "areaId", a.name as area
  from (${IN_AREA}) o join council_area a on a.id = o.area_id
  where o.kind = 'school' and o.locality_id = any(${[...localityIds]}::uuid[]) order by a.name, o.locality_id`;

const given = (rows: readonly YearRow[], year: number): YearDates[] => rows.filter((row) => row.year === year).map(({ dates }) => dates);

/** The school years about which anything is known, most particular first. */
const yearsOf = (own: readonly YearRow[], areas: readonly YearRow[], published: readonly PublishedYear[]): Terms['years'] => {
  const years = [...new Set([...own, ...areas, ...published].map(({ year }) => year))];
  return years.map((year) => {
    const then = published.filter((row) => row.year === year);
    const dates = (official: boolean) => then.filter((row) => row.official === official).map((row) => row.dates);
    return schoolYearOfDates(year, [...given(own, year), ...given(areas, year), ...dates(true)], dates(false));
  });
};

/**
 * The calendars of some organisations, or of all, as they are known now or were at a moment (ISO). Three statements for however many
 * (none are needed for the calendar of an area). Organisations without dates of their own share their area's calendar.
 */
export const calendarsFor = async (tx: Tx, organisationIds: readonly string[] | 'all', at?: string): Promise<Calendars> => {
  const only = organisationIds === 'all' ? null : [...organisationIds];
  const asAt = at ?? null;
  const organisations = await tx.$queryRaw<(Organisation & { code: string | null })[]>`
    select o.id, o.kind = 'school' as "isSchool", o.area_id as "areaId", null as code from (${IN_AREA}) o
    where ${only}::uuid[] is null or o.id = any(${only}::uuid[])
    union all select null, true, a.id, a.code from council_area a`;
  const years = await tx.$queryRaw<YearRow[]>`
    select t.council_area_id as "areaId", t.organisation_id as "organisationId", t.year, t.dates from term_dates t
    where (${only}::uuid[] is null or t.organisation_id is null or t.organisation_id = any(${only}::uuid[]))
      and case when ${asAt}::timestamptz is null then t.until > ${STANDS}::timestamptz
        else t.recorded_at <= ${asAt}::timestamptz and t.until > ${asAt}::timestamptz end
    order by t.seq desc`;
  const closed = await tx.$queryRaw<ClosedRow[]>`
    select c.council_area_id as "areaId", c.organisation_id as "organisationId", c.day::text as day from closed_day c
    where (${only}::uuid[] is null or c.organisation_id is null or c.organisation_id = any(${only}::uuid[]))
      and case when ${asAt}::timestamptz is null then c.until > ${STANDS}::timestamptz
        else c.recorded_at <= ${asAt}::timestamptz and c.until > ${asAt}::timestamptz end`;

  const yearsBy = Map.groupBy(years, whose);
  const closedBy = Map.groupBy(closed, whose);
  const codes = new Map(organisations.flatMap(({ areaId, code }) => (areaId && code ? [[areaId, code] as const] : [])));
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));

  // A day of one's own is no other year: thousands of schools have one, and share the years of their area.
  const madeYears = new Map<string, Terms['years']>();
  const shared = (id: string | null, areaId: string | null, published: readonly PublishedYear[]): Terms['years'] => {
    const own = yearsBy.get(id ?? '') ?? [];
    const key = own.length > 0 ? `own ${id}` : `area ${areaId}`;
    const found = madeYears.get(key) ?? yearsOf(own, yearsBy.get(areaId ?? '') ?? [], published);
    madeYears.set(key, found);
    return found;
  };

  const build = (id: string | null, areaId: string | null, isSchool: boolean): Terms => {
    const days = [...(closedBy.get(id ?? '') ?? []), ...(isSchool ? (closedBy.get(areaId ?? '') ?? []) : [])].map(({ day }) => day);
    const published = publishedTerms[codes.get(areaId ?? '') ?? ''] ?? [];
    const inset = isSchool ? published.flatMap((row) => row.inset ?? []) : [];
    return {
      years: shared(id, areaId, published),
      closedInHolidays: isSchool,
      closed: new Set([...days, ...inset]),
    };
  };
  const made = new Map<string, Terms>();
  const kept = (id: string | null, areaId: string | null, isSchool: boolean): Terms => {
    const own = id !== null && (yearsBy.has(id) || closedBy.has(id)) ? id : null;
    const key = `${own}:${areaId}:${isSchool}`;
    const found = made.get(key) ?? build(own, areaId, isSchool);
    made.set(key, found);
    return found;
  };
  return {
    of: (id) => {
      const organisation = id === null ? undefined : byId.get(id);
      return organisation ? kept(organisation.id, organisation.areaId, organisation.isSchool) : nationalTerms;
    },
    ofArea: (areaId) => kept(null, areaId, true),
  };
};

/** The calendars that some people keep: those of their organisations. Of one calendar there is one object, so that they can be compared. */
export const calendarsOfPeople = async (tx: Tx, personIds: readonly (string | null)[]): Promise<(personId: string | null) => Terms> => {
  const ids = personIds.filter((id) => id !== null);
  if (ids.length === 0) return () => nationalTerms;
  const rows = await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, organisationId: true } });
  const organisations = new Map(rows.map(({ id, organisationId }) => [id, organisationId]));
  const { of } = await calendarsFor(tx, [...new Set([...organisations.values()].filter((id) => id !== null))]);
  return (personId) => of(organisations.get(personId ?? '') ?? null);
};
