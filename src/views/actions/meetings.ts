import { Temporal } from 'temporal-polyfill';
import type { Doubt, Meeting, ToRate } from '../../actions/scrutiny.ts';
import { formatDate, fullDay, monthName } from '../../calendar/dates.ts';
import type { Button, Card } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import type { Place } from '../../people/directory.ts';

/** The cards of an adviser's meeting dates. */

type Day = Temporal.PlainDate;
type Where = Pick<Place, 'localityId' | 'locality'>;

const dayOf = (iso: string) => Temporal.PlainDate.from(iso);
const shortDay = (day: Day) => `${day.day} ${monthName(day.month).slice(0, 3)} ${day.year}`;

const saveButton = ({ localityId }: Where, date: Day, label: string, sure: boolean): Button => ({
  label,
  press: { verb: 'rag.meetingday', state: { locality: localityId, date: date.toString(), sure } },
});
const otherDay = ({ localityId, locality }: Where, label = 'Another day'): Button => ({
  label,
  press: { verb: 'rag.meet', state: { locality: localityId } },
  says: `${label}: ${locality}`,
});
const withdrawButton = (id: string, says: string): Button => ({
  label: 'Withdraw',
  press: { verb: 'rag.withdraw', state: { meeting: id } },
  says: `Withdraw the meeting with ${says}`,
});
const actions = (count: number) => `${count} ${count === 1 ? 'action waits' : 'actions wait'}`;
const RATE_THEM: Button = { label: 'One after the other', press: { verb: 'rag.next' }, style: 'primary' };

/** A day is wanted, or was not clear. */
export const unclearDayCard = (place: Where, title: string, meant?: Day): Card => ({
  title,
  parts: [
    {
      type: 'buttons',
      buttons: [
        ...(meant ? [saveButton(place, meant, `Note ${shortDay(meant)}`, false)] : []),
        otherDay(place, meant ? 'Another day' : 'Choose a day'),
      ],
    },
  ],
});

/** A slip is likely: one press notes it all the same. */
export const doubtCard = (place: Where, date: Day, { why, past, met }: Extract<Doubt, { kind: 'asked' }>): Card => ({
  title: `Not noted yet: ${place.locality}, ${fullDay(date)}?`,
  parts: [
    { type: 'text', text: `${capital(why.join(', and '))}.` },
    {
      type: 'buttons',
      buttons: [
        ...(met ? [saveButton(place, met, `We met on ${shortDay(met)}`, true)] : []),
        saveButton(place, date, past ? 'Yes, we met then' : `Note ${shortDay(date)}`, true),
        otherDay(place),
      ],
    },
  ],
});

type Noted = {
  place: Where;
  date: Day;
  id: string;
  /** False: it was noted before. */
  fresh: boolean;
  /** How many actions there wait for a rating now. */
  waiting: number;
  today: Day;
};

export const notedCard = ({ place, date, id, fresh, waiting, today }: Noted): Card => {
  const past = Temporal.PlainDate.compare(date, today) < 0;
  const from = date.subtract({ days: 14 });
  const says = waiting > 0 ? `${actions(waiting)} there for your rating before you meet.` : '';
  const later = past
    ? 'Ratings from before that day count for that meeting.'
    : Temporal.PlainDate.compare(from, today) > 0
      ? `What is to be rated before waits for you from ${formatDate(from, today)}.`
      : 'Nothing there waits for your rating.';
  return {
    title: fresh
      ? `Noted: you ${past ? 'met' : 'meet'} ${place.locality} on ${fullDay(date)}.`
      : `It was noted already: ${place.locality}, ${fullDay(date)}.`,
    parts: [
      { type: 'text', text: says || later },
      {
        type: 'buttons',
        buttons: [
          ...(waiting > 0 ? [RATE_THEM] : []),
          withdrawButton(id, `${place.locality}, ${fullDay(date)}`),
          { label: 'My meetings', press: { verb: 'rag.meetings' } },
        ],
      },
    ],
  };
};

export const withdrawnCard = (meeting: Meeting, today: Day): Card => ({
  title: `Withdrawn: ${meeting.locality}, ${fullDay(dayOf(meeting.date))}. Ratings that you gave stay.`,
  parts: [
    {
      type: 'buttons',
      buttons: [
        saveButton(meeting, dayOf(meeting.date), 'Note it again', true),
        otherDay(meeting),
        ...(meeting.date >= today.toString() ? [] : [{ label: 'My meetings', press: { verb: 'rag.meetings' } }]),
      ],
    },
  ],
});

type Listed = { places: readonly Where[]; meetings: readonly Meeting[]; waiting: readonly ToRate<{ localityId: string }>[]; today: Day };

/** The meetings to come, each with what waits before it; then the localities without one. */
export const meetingsCard = ({ places, meetings, waiting, today }: Listed): Card => {
  const coming = meetings.filter(({ date }) => date >= today.toString());
  const without = places.filter(({ localityId }) => !coming.some((meeting) => meeting.localityId === localityId));
  const [first] = coming;
  const before = ({ localityId, date }: Meeting) =>
    waiting.filter(({ action, meeting }) => action.localityId === localityId && meeting === date).length;
  return {
    title: first ? `You meet ${first.locality} next, on ${fullDay(dayOf(first.date))}.` : 'No meetings are noted.',
    parts: [
      {
        type: 'list',
        items: [
          ...coming.map((meeting) => ({
            text: meeting.locality,
            detail: `${fullDay(dayOf(meeting.date))}${before(meeting) > 0 ? `: ${actions(before(meeting))} for your rating` : ''}`,
            button: withdrawButton(meeting.id, `${meeting.locality}, ${fullDay(dayOf(meeting.date))}`),
          })),
          ...without.map((place) => ({ text: place.locality, detail: 'no meeting noted', button: otherDay(place, 'Note a day') })),
        ],
      },
      ...(waiting.length > 0 ? [{ type: 'buttons' as const, buttons: [RATE_THEM] }] : []),
    ],
  };
};

/** With which of these localities there is no meeting in this month: each is said by a press of its own, or all at once. */
export const whereNoneCard = (title: string, places: readonly Where[]): Card => ({
  title,
  parts: [
    {
      type: 'list',
      items: places.map(({ localityId, locality }) => ({
        text: locality,
        button: {
          label: 'Not this month',
          press: { verb: 'rag.notthismonth', state: { locality: localityId } },
          says: `No meeting with ${locality} this month`,
        },
      })),
    },
    {
      type: 'buttons',
      buttons: [
        ...(places.length > 1 ? [{ label: 'None of them this month', press: { verb: 'rag.notthismonth', state: { all: true } } }] : []),
        { label: 'When do you meet next?', press: { verb: 'rag.meet', state: {} } },
      ],
    },
  ],
});

export const putOffCard = (title: string): Card => ({
  title,
  parts: [{ type: 'text', text: 'When you know a day, type: rag meeting, the locality and the day.' }],
});
