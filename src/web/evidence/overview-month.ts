import { Temporal } from 'temporal-polyfill';
import { monthName } from '../../calendar/dates.ts';
import { PROGRAMME_ZONE } from '../../calendar/zone.ts';
import type { Span } from '../../evidence/overview-changes.ts';
import { type Choice, choiceOf } from './overview-view.ts';

/** The month that a page is about: `?month=2026-10`; this one where none is said. */

export type Month = {
  /** "2026-10" */
  key: string;
  /** "October 2026" */
  words: string;
  span: Span;
  choice: Choice;
  /** Why it is not the one that was asked for. */
  said: string | undefined;
};

/** Months that can be chosen; an earlier one by its address. */
const CHOICES = 13;
/** Nothing is older: a year before it is a slip of the keyboard. */
const FIRST_YEAR = 2000;

const words = ({ year, month }: Temporal.PlainYearMonth) => `${monthName(month)} ${year}`;

const start = (month: Temporal.PlainYearMonth): Temporal.Instant =>
  month.toPlainDate({ day: 1 }).toZonedDateTime(PROGRAMME_ZONE).toInstant();
/** Moments are kept to the millisecond. */
const justBefore = (moment: Temporal.Instant): string => moment.subtract({ milliseconds: 1 }).toString();

export const monthAsked = (asked: string, today: Temporal.PlainDate): Month => {
  const current = today.toPlainYearMonth();
  const found = /^\d{4}-(?:0[1-9]|1[0-2])$/u.test(asked) ? Temporal.PlainYearMonth.from(asked) : undefined;
  const known = found && found.year >= FIRST_YEAR ? found : undefined;
  const begun = known && Temporal.PlainYearMonth.compare(known, current) <= 0;
  const month = known && begun ? known : current;
  const said =
    asked === '' || begun
      ? undefined
      : known
        ? `${words(known)} has not begun: this is ${words(current)}.`
        : `“${asked}” is not a month: write it as 2026-10. This is ${words(current)}.`;
  const months = Array.from({ length: CHOICES }, (_, back) => current.subtract({ months: back }));
  const all = months.some((one) => one.equals(month)) ? months : [...months, month];
  const choice = choiceOf(
    'month',
    'Month',
    month.toString(),
    '',
    all.map((one) => ({ value: one.toString(), text: words(one) })),
  );
  return {
    key: month.toString(),
    words: words(month),
    span: { after: justBefore(start(month)), upTo: justBefore(start(month.add({ months: 1 }))) },
    // There is always one month: nothing stands for all of them.
    choice: { ...choice, options: choice.options.slice(1) },
    said,
  };
};
