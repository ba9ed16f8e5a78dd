import { addDays, BANK_HOLIDAYS, isOpen, mondayOf, wall, weekdayOf } from './days.ts';
import type { DeliveryRow, Evidence, Known } from './judge.ts';
import type { YearPerson } from './people.ts';

/**
 * A naive list of what waited for whom in the year, from the plan and from what people did, and what of it nobody was told in time:
 * readings that were due, reds of two weeks, actions near their date, ratings of a half-term, worries for their coordinators, news.
 * Not asked after, because nobody in this year does what they come of: an adviser's rating that is another, and its answer; a reason why
 * there is no update. Nor what is for whoever leads, coordinates or advises a whole place: ratings before a meeting, its next date, things
 * without an owner, term dates that nobody has confirmed. Their rules are tested one by one in tests/nudges and tests/summaries.
 */

/** Halves of terms as periods of the programme: England's own days. */
const HALVES = [
  { start: '2026-09-01', lastDay: '2026-10-23', term: 0 },
  { start: '2026-11-02', lastDay: '2026-12-18', term: 0 },
  { start: '2027-01-04', lastDay: '2027-02-12', term: 1 },
  { start: '2027-02-22', lastDay: '2027-03-25', term: 1 },
  { start: '2027-04-12', lastDay: '2027-05-28', term: 2 },
  { start: '2027-06-07', lastDay: '2027-07-22', term: 2 },
] as const;
const YEAR_ENDS = '2027-08-31';
const FOR_EVER = '9999-12-31';

const CLOSED: readonly string[] = ['complete', 'stopped', 'on_hold'];

/** What waits for one person from a day on, and until when it does at the latest. */
type Wait = {
  kind: 'reading' | 'red' | 'due' | 'half_term' | 'worry' | 'news';
  personId: string;
  names: string;
  since: string;
  until: string;
  patient: boolean;
};

const nextFriday = (after: string) => {
  let day = addDays(after, 1);
  while (weekdayOf(day) !== 5) day = addDays(day, 1);
  return day;
};

type Period = { start: string; due: string /** First day of the one after it. */; next: string };
/** Where the last periods of 2025/26 begin: a reading of them may still wait. */
const BEFORE: Record<string, string> = { half_term: '2026-06-01', term: '2026-04-13', year: '2025-09-01' };
const NEXT_YEAR = '2027-09-01';

const monthAfter = (month: string) => addDays(`${month}-28`, 5).slice(0, 7);
const weeks = (from: string, to: string): Period[] => {
  const all: Period[] = [];
  for (let day = mondayOf(from); day <= to; day = addDays(day, 7)) all.push({ start: day, due: addDays(day, 4), next: addDays(day, 7) });
  return all;
};
const months = (from: string, to: string): Period[] => {
  const all: Period[] = [];
  for (let month = addDays(`${from.slice(0, 7)}-01`, -1).slice(0, 7); month <= to.slice(0, 7); month = monthAfter(month)) {
    const next = `${monthAfter(month)}-01`;
    all.push({ start: `${month}-01`, due: nextFriday(addDays(next, -1)), next });
  }
  return all;
};
/** So many halves of terms together. */
const partsOfYear = (size: number): Period[] =>
  HALVES.flatMap(({ start }, index) => {
    const last = HALVES[index + size - 1];
    return index % size === 0 && last ? [{ start, due: last.lastDay, next: HALVES[index + size]?.start ?? NEXT_YEAR }] : [];
  });

/** Every period of a cadence that is due in a stretch of the year. */
const periodsOf = (cadence: string, from: string, to: string): Period[] => {
  const all =
    cadence === 'week' ? weeks(from, to) : cadence === 'month' ? months(from, to) : partsOfYear({ half_term: 1, term: 2 }[cadence] ?? 6);
  return all.filter(({ due }) => from <= due && due <= to);
};

/** Where there is no school on any day of a period, there are no children to count in it. A locality without schools keeps England's terms. */
const isWithSchool = ({ start, next }: Period, areas: readonly (string | null)[]): boolean => {
  const schools = (areas.length > 0 ? areas : [null]).map((area) => ({ name: '', isSchool: true, area }));
  for (let day = start; day < next; day = addDays(day, 1)) if (schools.some((school) => isOpen(school, day))) return true;
  return false;
};

type KpiRow = { id: string; name: string; cadence: string; counts: string; ownerId: string; changes: number; areas: (string | null)[] };
type ReadingRow = { kpiId: string; start: string; day: string };
type ActionRow = { id: string; code: string; ownerId: string; due: string | null; changed: string };
type RatingRow = { actionId: string; rating: string; day: string; by: string | null };
type WorryRow = { locality: string; scopes: string[]; day: string; answered: string | null };
type NewsRow = { personId: string; text: string; day: string; seen: string | null };

const earlier = (one: string, other: string) => (one < other ? one : other);
const DAY_OF = (column: string) => `to_char(${column} at time zone 'Europe/London', 'YYYY-MM-DD')`;

const waitsIn = async ({ database, people, from, to }: Evidence): Promise<Wait[]> => {
  const waits: Wait[] = [];
  const { rows: kpis } = await database.query<KpiRow>(`
    select d.kpi_id as id, d.name, d.cadence, d.counts, o.owner_id as "ownerId", (select count(*)::int from kpi_owner n where n.kpi_id = d.kpi_id) as changes,
      array(select distinct a.name from organisation s left join council_area a on a.id = s.council_area_id
        where s.locality_id = k.locality_id and s.kind = 'school') as areas
    from kpi_definition d join kpi k on k.id = d.kpi_id join kpi_owner o on o.kpi_id = d.kpi_id
    where not exists (select from kpi_definition l where l.kpi_id = d.kpi_id and l.version > d.version) and d.coverage is null and not d.retired`);
  const { rows: readings } = await database.query<ReadingRow>(
    `select kpi_id as "kpiId", period_start::text as start, ${DAY_OF('recorded_at')} as day from reading where value is not null order by recorded_at`,
  );
  const given = new Map(readings.map(({ kpiId, start, day }) => [`${kpiId} ${start}`, day] as const).reverse());
  for (const { id, name, cadence, counts, ownerId, changes, areas } of kpis) {
    if (changes > 1) continue; // it changed hands: whose it was is another question
    const periods = periodsOf(cadence, from, to).filter((period) => counts !== 'children' || isWithSchool(period, areas));
    const first = partsOfYear({ half_term: 1, term: 2 }[cadence] ?? 6);
    periods.forEach(({ start, due, next }, index) => {
      // It is superseded when the next one that is waited for begins, of a week; of others when theirs is due.
      const superseded = cadence === 'week' ? addDays(periods[index + 1]?.start ?? next, 6) : (periods[index + 1]?.due ?? FOR_EVER);
      const until = earlier(given.get(`${id} ${start}`) ?? FOR_EVER, superseded);
      // While the one before it is without a reading, that one waits, until the next has begun.
      const before = first[first.findIndex((one) => one.start === start) - 1]?.start ?? BEFORE[cadence];
      const isSecond = before !== undefined && (given.get(`${id} ${before}`) ?? FOR_EVER) > due;
      waits.push({ kind: 'reading', personId: ownerId, names: name, since: isSecond ? next : due, until, patient: false });
    });
  }

  const { rows: actions } = await database.query<ActionRow>(`
    select a.id, l.prefix || '-' || a.number as code, v.owner_id as "ownerId",
      v.due::text as due,
      (select max(${DAY_OF('f.recorded_at')}) from action_version f where f.action_id = a.id) as changed
    from action a join locality l on l.id = a.locality_id join action_version v on v.action_id = a.id and v.until > '9999-01-01' where v.owner_id is not null`);
  const { rows: ratings } = await database.query<RatingRow>(
    `select action_id as "actionId", rating, ${DAY_OF('recorded_at')} as day, recorded_by_id as by from rating where kind = 'self' order by recorded_at, version`,
  );
  const ratingsOf = Map.groupBy(ratings, ({ actionId }) => actionId);
  const placeOf = new Map(people.map((person) => [person.id, person.place]));
  for (const { id, code, ownerId, due, changed } of actions) {
    if (changed >= from) continue;
    const theirs = ratingsOf.get(id) ?? [];
    const place = placeOf.get(ownerId);
    if (!place) continue;
    theirs.forEach(({ rating, day }, index) => {
      if (rating !== 'red') return;
      let since = day;
      for (let worked = 0; worked < 10 && since <= YEAR_ENDS; since = addDays(since, 1)) if (isOpen(place, addDays(since, 1))) worked += 1;
      waits.push({ kind: 'red', personId: ownerId, names: code, since, until: theirs[index + 1]?.day ?? FOR_EVER, patient: false });
    });
    // From two weeks before its date on a rating younger than that is asked for, and no other.
    const nearDue = due ? addDays(due, -14) : FOR_EVER;
    const fresh = theirs.find(({ day }) => day >= nearDue)?.day ?? FOR_EVER;
    const stood = theirs.findLast(({ day }) => day < nearDue)?.rating ?? 'not_started';
    if (nearDue >= from && nearDue <= to && !['red', ...CLOSED].includes(stood))
      waits.push({ kind: 'due', personId: ownerId, names: code, since: nearDue, until: fresh, patient: false });
    HALVES.forEach(({ start }, index) => {
      if (start < from || start > to) return;
      const before = theirs.findLast(({ day }) => day < start)?.rating ?? 'not_started';
      if (['red', ...CLOSED].includes(before)) return; // a red is asked about by itself
      const rated = theirs.find(({ day }) => day >= start)?.day ?? FOR_EVER;
      const ends = HALVES[index + 1] ? addDays(HALVES[index + 1]?.start ?? '', -1) : YEAR_ENDS;
      waits.push({
        kind: 'half_term',
        personId: ownerId,
        names: code,
        since: start,
        until: earlier(nearDue, earlier(rated, ends)),
        patient: true,
      });
    });
  }

  const { rows: worries } = await database.query<WorryRow>(`
    select l.name as locality, array[l.id, pi.id, pi.programme_id]::text[] as scopes, ${DAY_OF('w.recorded_at')} as day,
      (select min(${DAY_OF('o.recorded_at')}) from worry_outcome o where o.worry_id = w.id) as answered
    from worry w join locality l on l.id = w.locality_id join pilot pi on pi.id = l.pilot_id`);
  for (const { locality, scopes, day, answered } of worries)
    for (const { id, roles } of people)
      if (roles.some(({ role, scope }) => role === 'coordinator' && scopes.includes(scope)))
        waits.push({
          kind: 'worry',
          personId: id,
          names: `A worry in ${locality}`,
          since: day,
          until: answered ?? FOR_EVER,
          patient: false,
        });

  const { rows: news } = await database.query<NewsRow>(
    `select person_id as "personId", text, ${DAY_OF('at')} as day, ${DAY_OF('seen_at')} as seen from news`,
  );
  for (const { personId, text, day, seen } of news)
    waits.push({ kind: 'news', personId, names: text.slice(0, 40), since: day, until: seen ?? FOR_EVER, patient: true });
  return waits;
};

/** Reasons for which a message need not name what waited. */
const MORE = /and \d+ more/u;
const NEWS_BY_EMAIL = /pieces? of news for you|News for you/u;

export const untold = async (evidence: Evidence, known: readonly Known[], deliveries: readonly DeliveryRow[]) => {
  const { people, events, weekdays, outage, from, to } = evidence;
  const personOf = new Map(people.map((person) => [person.id, person]));
  const messagesOf = Map.groupBy(
    known.filter(({ delivery }) => delivery),
    ({ person }) => person?.id ?? '',
  );
  const deliveriesOf = Map.groupBy(deliveries, ({ personId }) => personId);

  /** Whether a nudge could have come in the week of a Monday: a working day of theirs from their day of the week on. */
  const reachable = (person: YearPerson, monday: string): boolean => {
    const weekday = weekdays.get(person.id) ?? 2;
    for (let day = addDays(monday, weekday - 1); weekdayOf(day) <= 5; day = addDays(day, 1)) {
      const isDown = outage && day >= wall(outage.from, 'Europe/London').day && day <= wall(outage.to, 'Europe/London').day;
      const isOff = events.some((event) => event.person === person.id && event.what !== 'blocked' && event.from <= day && day <= event.to);
      if (isOpen(person.place, day) && !isDown && !isOff && !BANK_HOLIDAYS.has(day)) return true;
    }
    return false;
  };

  const broken: string[] = [];
  const asked: Record<string, number> = {};
  for (const wait of await waitsIn(evidence)) {
    const person = personOf.get(wait.personId);
    if (!person || wait.since < from) continue;
    // By the end of the first week in which they could be written to, after it has waited, or had its patience of three weeks.
    const first = addDays(wait.since, wait.patient ? 22 : 1);
    let monday = mondayOf(first);
    if (monday < first) monday = addDays(monday, 7);
    for (let most = 60; most > 0 && !reachable(person, monday); most -= 1) monday = addDays(monday, 7);
    const by = addDays(monday, 4);
    if (by >= wait.until || by > to) continue;
    asked[wait.kind] = (asked[wait.kind] ?? 0) + 1;
    const inTime = (at: number) => {
      const { day } = wall(at, 'Europe/London');
      return wait.since <= day && day <= by;
    };
    const messages = (messagesOf.get(person.id) ?? []).filter(({ at }) => inTime(at));
    const says = ({ text, platform }: Known) =>
      text.includes(wait.names) || MORE.test(text) || (wait.kind === 'news' && platform === 'email' && NEWS_BY_EMAIL.test(text));
    if (messages.some(says)) continue;
    // Missing only where marked.
    const marked = (deliveriesOf.get(person.id) ?? []).some(
      ({ state, sendAt }) => (state === 'unconfirmed' || state === 'failed') && inTime(sendAt.getTime()),
    );
    const year = (messagesOf.get(person.id) ?? []).filter(({ delivery }) => delivery?.kind === 'nudge').length;
    if (marked || year >= 10) continue;
    broken.push(`not told by ${by}: ${person.key}, ${wait.kind} ${wait.names}, since ${wait.since}`);
  }
  return { broken, asked };
};
