import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type FieldErrors, formVerb } from '../../src/bot/contract.ts';
import { problemOfClosedDay } from '../../src/calendar/check-year.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { sameDates } from '../../src/calendar/school-year.ts';
import { schoolYearName, schoolYearOf } from '../../src/calendar/terms.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { optionalDate } from '../../src/kpis/define.ts';
import { addClosed, CLOSED, recordYear, type SubjectYear, takeBackClosed, yearBelow, yearOfSubject } from '../../src/people/term-dates.ts';
import { CLOSED_WORDS, closedForm, termsForm } from '../../src/views/terms.ts';
import { writerOf } from './context.ts';
import { showTerms, subjectToChange, TermsState } from './terms.ts';
import { readYear } from './terms-read.ts';

/** Changing the term dates of an area or an organisation, and its closed days. */

export const termsform = formVerb({
  state: TermsState,
  form: async (turn, { state }) => {
    const { subject, year } = await subjectToChange(turn, state);
    return termsForm(subject, await yearOfSubject(turn.tx, subject, year), turn.today);
  },
  submit: async (turn, { values, state }) => {
    const { subject, year } = await subjectToChange(turn, state);
    const { below, own } = await yearBelow(turn.tx, subject, year);
    const read = readYear(values, year, [below.dates]);
    if ('fields' in read) return { fields: read.fields };
    if (sameDates(read.dates, own))
      return showTerms(turn, subject, year, true, `Nothing was changed: these are the dates of ${subject.name} already.`);
    await recordYear(writerOf(turn), subject, year, read.dates);
    return showTerms(turn, subject, year, true, `Saved: the dates of ${subject.name}, ${schoolYearName(year)}.`);
  },
});

/** The day of a form, on which somebody would be expected; or what is wrong with it. */
const readClosed = (text: string | undefined, { year, school }: SubjectYear, isSchool: boolean): Temporal.PlainDate | string => {
  const said = optionalDate(text);
  if (!said) return 'Give the day, the month and the year, as in 27 11 2026.';
  const day = Temporal.PlainDate.from(said);
  if (schoolYearOf(day) !== year) return `${dayWords(day)} is not in the school year ${schoolYearName(year)}.`;
  return problemOfClosedDay(day, school, isSchool) ?? day;
};

export const closedform = formVerb({
  state: TermsState,
  form: async (turn, { state }) => {
    const { subject, year } = await subjectToChange(turn, state);
    return closedForm(subject, year);
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const { subject, year } = await subjectToChange(turn, state);
    const what = CLOSED.find((one) => one === values.what);
    if (!what) return { fields: { what: 'Choose one of the list.' } };
    const day = readClosed(values.day, await yearOfSubject(turn.tx, subject, year), subject.isSchool);
    if (typeof day === 'string') return { fields: { day } };
    const added = await addClosed(writerOf(turn), subject, day.toString(), what);
    const note = added
      ? `Saved: ${dayWords(day)}, ${CLOSED_WORDS[what]}, ${subject.name}.`
      : `Nothing was changed: ${dayWords(day)} is a closed day of ${subject.name} already.`;
    return showTerms(turn, subject, year, true, note);
  },
});

export const closedback = cardVerb({
  state: TermsState.extend({ closed: z.guid() }),
  run: async (turn, { state }) => {
    const { subject, year } = await subjectToChange(turn, state);
    const day = state && (await takeBackClosed(writerOf(turn), subject, state.closed));
    if (!day) throw new UserError('Nothing was changed: this closed day was taken back already.');
    return showTerms(
      turn,
      subject,
      year,
      true,
      `Taken back: ${dayWords(Temporal.PlainDate.from(day))} is no closed day of ${subject.name}.`,
    );
  },
});
