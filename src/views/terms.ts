import { Temporal } from 'temporal-polyfill';
import { GAP_WORDS } from '../calendar/assumed.ts';
import { dayWords, formatDate, monthName } from '../calendar/dates.ts';
import type { YearDates } from '../calendar/school-year.ts';
import { GAPS, type Gap, schoolYearName } from '../calendar/terms.ts';
import type { Button, Card, Form, Part } from '../cards/card.ts';
import { capital } from '../cards/format.ts';
import type { Closed, ClosedWhat, From, Subject, SubjectYear } from '../people/term-dates.ts';
import { small } from './actions/parts.ts';

/** Term dates and closed days → cards and their forms. */

type Day = Temporal.PlainDate;
const day = (text: string) => Temporal.PlainDate.from(text);

/** "26 October to 30 October 2026", "21 December 2026 to 1 January 2027", "2 September 2026". */
export const gapDays = (dates: YearDates, gap: Gap): string => {
  const days = dates[gap] === undefined ? [] : [dates[gap]].flat().map(day);
  const [first, last] = days;
  if (!first) return '';
  if (!last || last.equals(first)) return dayWords(first);
  return first.year === last.year
    ? `${first.day} ${monthName(first.month)} to ${dayWords(last)}`
    : `${dayWords(first)} to ${dayWords(last)}`;
};

/** The same as the form reads it: of a holiday of one day both its days are said. */
const formDays = (dates: YearDates, gap: Gap): string => {
  const words = gapDays(dates, gap);
  return Array.isArray(dates[gap]) && dates[gap][0] === dates[gap][1] ? `${words} to ${words}` : words;
};

const fromWords = (from: From, { area, kind }: Subject, today: Day): string => {
  if (from.kind === 'default') return 'assumed: the usual pattern';
  if (from.kind === 'guess') return `assumed, as by ${from.source}`;
  if (from.kind === 'published') return `published: ${from.source}`;
  const by = `entered by ${from.by ?? 'import'}, ${formatDate(day(from.at), today)}`;
  return from.whose === 'area' && kind === 'organisation' ? `${area}: ${by}` : by;
};

export const CLOSED_WORDS: Record<ClosedWhat, string> = { inset: 'INSET day', closed: 'closed' };

export const stateOf = ({ kind, id }: Pick<Subject, 'kind' | 'id'>, year: number) => ({ [kind]: id, year });

const see = (subject: Subject, year: number, label: string): Button => ({
  label,
  press: { verb: 'partners.terms', state: stateOf(subject, year) },
  says: `Term dates of ${subject.name}, ${schoolYearName(year)}`,
});

const closedItem = (subject: Subject, { id, day: on, what, whose }: Closed, year: number, mayWrite: boolean) => ({
  text: dayWords(day(on)),
  detail: `${CLOSED_WORDS[what]}${whose === 'area' && subject.kind === 'organisation' ? `, ${subject.area}` : ''}`,
  ...(mayWrite && id !== null && whose === 'own'
    ? {
        button: {
          label: 'Take back',
          press: { verb: 'partners.closedback', state: { ...stateOf(subject, year), closed: id } },
          says: `${dayWords(day(on))} is no closed day`,
        },
      }
    : {}),
});

const summed = (subject: Subject, { year, school }: SubjectYear): string => {
  const whose = `${subject.name}, ${schoolYearName(year)}`;
  if (!subject.isSchool) return `${whose}: works all year`;
  const count = school.assumedGaps.length;
  if (count === 0) return `Term dates of ${whose}`;
  return `Term dates of ${whose}: ${count === GAPS.length ? 'all assumed' : `${count} of ${GAPS.length} assumed`}`;
};

/** One school year of an area or an organisation. `note`: what was just done. */
export const termsCard = (subject: Subject, shown: SubjectYear, mayWrite: boolean, today: Day, note?: string): Card => {
  const { year, school, dates, from, closed } = shown;
  const table: Part = {
    type: 'table',
    caption: `School year ${schoolYearName(year)}`,
    columns: [{ label: 'What' }, { label: 'When' }, { label: 'Who says so' }],
    rows: GAPS.map((gap) => [capital(GAP_WORDS[gap]), gapDays(dates, gap), fromWords(from[gap], subject, today)]),
  };
  const buttons: Button[] = [
    ...(mayWrite && subject.isSchool
      ? [
          ...(school.assumed
            ? [
                {
                  label: 'These dates are right',
                  press: { verb: 'partners.termsright', state: { ...stateOf(subject, year), seen: JSON.stringify(dates) } },
                  style: 'primary' as const,
                },
              ]
            : []),
          { label: 'Change the dates', press: { verb: 'partners.termsform', state: stateOf(subject, year) } },
        ]
      : []),
    ...(mayWrite ? [{ label: 'Add a closed day', press: { verb: 'partners.closedform', state: stateOf(subject, year) } }] : []),
    ...(subject.kind === 'organisation' && subject.areaId !== null && subject.area !== null
      ? [see({ ...subject, kind: 'area', id: subject.areaId, name: subject.area }, year, subject.area)]
      : []),
    see(subject, year + 1, schoolYearName(year + 1)),
  ];
  return {
    title: note ?? summed(subject, shown),
    parts: [
      ...(note === undefined ? [] : [{ type: 'text' as const, text: `${summed(subject, shown)}.` }]),
      ...(subject.isSchool ? [table] : [small('School holidays do not count here: only bank holidays and the closed days below.')]),
      ...(closed.length > 0
        ? [
            { type: 'text' as const, style: 'heading' as const, text: 'Closed days' },
            { type: 'list' as const, items: closed.map((one) => closedItem(subject, one, year, mayWrite)) },
          ]
        : []),
      ...(subject.isSchool && school.assumed
        ? [
            small(
              mayWrite
                ? 'Schools are not written to in their holidays, so it helps to say whether these dates are right.'
                : 'The coordinator can say whether these dates are right.',
            ),
          ]
        : []),
      { type: 'buttons', buttons },
    ],
  };
};

/** Which of several is meant. */
export const whichTermsCard = (title: string, subjects: readonly Subject[], year: number): Card => ({
  title,
  parts: [
    {
      type: 'list',
      items: subjects.map((subject) => ({
        text: subject.name,
        detail: subject.kind === 'area' ? 'council area' : (subject.area ?? ''),
        button: see(subject, year, 'Term dates'),
      })),
    },
    small('For one organisation or another year, type: partners terms NAME 2026/27'),
  ],
});

/** What was entered here stands in the fields; what comes from elsewhere is said beside them, so that nobody confirms it unawares. */
export const termsForm = (subject: Subject, { year, dates, from }: SubjectYear, today: Day): Form => ({
  title: `Term dates ${schoolYearName(year)}`,
  intro: `${subject.name}. Of each holiday write the first and the last weekday without school. What you leave empty stays as it is said beside it.`,
  fields: GAPS.map((gap) => {
    const who = from[gap];
    const isOwn = who.kind === 'entered' && who.whose === 'own';
    return {
      kind: 'text',
      name: gap,
      label: capital(GAP_WORDS[gap]),
      optional: true,
      maxLength: 80,
      ...(isOwn ? { value: formDays(dates, gap) } : { hint: `${gapDays(dates, gap)} (${fromWords(who, subject, today)})` }),
    };
  }),
  submit: { label: 'Save', press: { verb: 'partners.termsform', state: stateOf(subject, year) } },
});

export const closedForm = (subject: Subject, year: number): Form => ({
  title: 'A closed day',
  intro: `${subject.name}, ${schoolYearName(year)}${subject.kind === 'area' ? ': for all its schools' : ''}`,
  fields: [
    { kind: 'date', name: 'day', label: 'Which day?' },
    {
      kind: 'choice',
      name: 'what',
      label: 'What is it?',
      options: [
        { value: 'inset', label: 'An INSET day' },
        { value: 'closed', label: 'Closed for another reason' },
      ],
      value: subject.isSchool ? 'inset' : 'closed',
    },
  ],
  submit: { label: 'Save', press: { verb: 'partners.closedform', state: stateOf(subject, year) } },
});
