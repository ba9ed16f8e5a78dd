import { Temporal } from 'temporal-polyfill';
import { RATING_WORDS } from '../../actions/differences.ts';
import { formatDate, monthName } from '../../calendar/dates.ts';
import { type Happening, happeningsIn } from '../../evidence/place-queries.ts';
import type { RegisterEntry } from '../../evidence/register.ts';
import type { Place } from '../../summaries/scopes.ts';
import { METHOD_WORDS } from '../../views/evidence/register.ts';
import type { Reader } from './page.ts';

/** What happened in a locality, month by month, newest first: three months on a page. */

const MONTHS = 3;

type Month = Temporal.PlainYearMonth;

/** The month up to which the address asks, or that there is no such month: then it is this one. */
const untilAsked = (text: string, now: Month): { until: Month; said: string | undefined } => {
  if (text === '') return { until: now, said: undefined };
  try {
    if (!/^\d{4}-\d{2}$/u.test(text)) throw new RangeError('no month');
    const until = Temporal.PlainYearMonth.from(text, { overflow: 'reject' });
    return Temporal.PlainYearMonth.compare(until, now) > 0
      ? { until: now, said: 'That month has not come yet: the latest months are shown.' }
      : { until, said: undefined };
  } catch {
    return { until: now, said: `There is no month “${text}”: the latest months are shown.` };
  }
};

type Line = {
  on: string;
  text: string;
  href?: string | undefined;
  /** It is about the month and not about that day. */
  ofMonth?: true;
};

const wordOf = (rating: string | null) => (rating === null ? 'not rated' : (RATING_WORDS[rating as keyof typeof RATING_WORDS] ?? rating));

type Known = {
  place: Place;
  /** Names of its KPIs by their ids. */
  kpis: ReadonlyMap<string, string>;
  /** Whether who decided may be named. */
  named: boolean;
  to: Reader['to'];
  today: Temporal.PlainDate;
};

const day = (iso: string, today: Temporal.PlainDate) => formatDate(Temporal.PlainDate.from(iso), today);

const lineOf = (happening: Happening, { place, kpis, named, to, today }: Known): Line[] => {
  const { on } = happening;
  if (happening.kind === 'meeting')
    return [{ on, text: on > today.toString() ? 'Meeting with the adviser, planned' : 'Meeting with the adviser' }];
  if (happening.kind === 'pulse') return [{ on, text: `Pulse closed: ${happening.about.title}` }];
  if (happening.kind === 'readings') {
    const { kpiId, many } = happening.about;
    const name = kpis.get(kpiId);
    return name
      ? [{ on, text: `${name}: ${many} ${many === 1 ? 'reading' : 'readings'} in the month`, href: to(`/kpis/${kpiId}`), ofMonth: true }]
      : [];
  }
  const { number, title, by, from, to: rating, decidedBy, decidedOn } = happening.about;
  const isDecision = by === 'self' && (rating === 'on_hold' || rating === 'stopped');
  const decided = isDecision && named && decidedBy ? `, decided by ${decidedBy}${decidedOn ? ` on ${day(decidedOn, today)}` : ''}` : '';
  const who = by === 'independent' ? ' by the adviser' : '';
  const moved = from === null ? wordOf(rating) : `${wordOf(from)} → ${wordOf(rating)}`;
  return [{ on, text: `${isDecision ? 'Decision: ' : ''}${place.prefix}-${number} ${title}: ${moved}${who}${decided}` }];
};

const monthOf = ({ on }: Line): number => Number(on.slice(0, 7).replace('-', ''));

/** The first and the last day of each cycle. */
const cycleLines = (cycles: readonly RegisterEntry[], from: string, until: string, to: Reader['to']): Line[] =>
  cycles
    .flatMap(({ id, date, endDate, method }): Line[] => {
      const name = method ? METHOD_WORDS[method] : 'A round of trying and learning';
      const href = to(`/register/${id}`);
      return [{ on: date, text: `Cycle begins: ${name}`, href }, ...(endDate ? [{ on: endDate, text: `Cycle ends: ${name}`, href }] : [])];
    })
    .filter(({ on }) => on >= from && on <= until);

/** @param cycles of the register, as far as its reader may see them */
export const timelineOf = async (
  { tx, today, to }: Reader,
  known: Omit<Known, 'to' | 'today'> & { cycles: readonly RegisterEntry[]; keep: Record<string, string | undefined> },
  asked: string,
) => {
  const { place, cycles, keep } = known;
  const now = today.toPlainYearMonth();
  const { until, said } = untilAsked(asked, now);
  const first = until.subtract({ months: MONTHS - 1 });
  const [from, end] = [first.toPlainDate({ day: 1 }).toString(), until.toPlainDate({ day: until.daysInMonth }).toString()];
  const { began, happenings } = await happeningsIn(tx, place, { from, to: end });
  const lines = [...happenings.flatMap((happening) => lineOf(happening, { ...known, to, today })), ...cycleLines(cycles, from, end, to)];
  // Newest first; what is of the whole month comes last in it.
  lines.sort(
    (one, other) =>
      monthOf(other) - monthOf(one) ||
      Number(one.ofMonth ?? false) - Number(other.ofMonth ?? false) ||
      (one.on < other.on ? 1 : one.on > other.on ? -1 : 0),
  );
  const byMonth = Map.groupBy(lines, ({ on }) => on.slice(0, 7));
  const link = (month: Month) =>
    `${to(`/localities/${place.prefix}`, { ...keep, until: month.toString() === now.toString() ? undefined : month.toString() })}#timeline`;
  const next = until.add({ months: MONTHS });
  return {
    said,
    months: [...byMonth].map(([key, theirs]) => {
      const month = Temporal.PlainYearMonth.from(key);
      return {
        name: `${monthName(month.month)} ${month.year}`,
        lines: theirs.map(({ on, text, href, ofMonth }) => ({ text, href, day: ofMonth ? 'Readings' : day(on, today) })),
      };
    }),
    span: `${monthName(first.month)} ${first.year} to ${monthName(until.month)} ${until.year}`,
    earlier: began !== null && began < from ? link(until.subtract({ months: MONTHS })) : undefined,
    later: Temporal.PlainYearMonth.compare(until, now) < 0 ? link(Temporal.PlainYearMonth.compare(next, now) > 0 ? now : next) : undefined,
  };
};
