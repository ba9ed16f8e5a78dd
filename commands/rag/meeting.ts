import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { meetingsOf, noteMeeting, putOffMeetings, withdrawMeeting } from '../../src/actions/meetings.ts';
import { type Meeting, meetingDoubts, toScrutinise } from '../../src/actions/scrutiny.ts';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import { parseDue } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Place } from '../../src/people/directory.ts';
import {
  doubtCard,
  meetingsCard,
  notedCard,
  putOffCard,
  unclearDayCard,
  whereNoneCard,
  withdrawnCard,
} from '../../src/views/actions/meetings.ts';
import { advisedPlace, asAdviser, placeInWords } from './advised.ts';
import { asked } from './adviser.ts';
import { mayRateIndependently, readableActions, terms, writerOf } from './context.ts';

/** When an adviser meets a locality: what is to be rated before waits for them. */

const NOTE = 'note when they meet a locality';
const dayIn = (turn: Turn, words: string) => parseDue(words, { today: turn.today, terms });
const isDay = (turn: Turn) => (words: string) => 'date' in dayIn(turn, words);

/** What waits for the actor's rating before these meetings. */
const waitingFor = async (turn: Turn, meetings: readonly Meeting[]) =>
  toScrutinise(
    (await readableActions(turn)).filter((action) => mayRateIndependently(turn, action)),
    meetings,
    turn.today,
  );

/** Notes it, or asks first where a slip is likely; `sure`: it was asked. */
const note = async (turn: Turn, place: Place, date: Temporal.PlainDate, sure: boolean): Promise<Card> => {
  const meetings = await meetingsOf(turn.tx, turn.actor.personId);
  const doubt = meetingDoubts(date, place.localityId, meetings, turn.today);
  if (doubt.kind === 'impossible') throw new UserError(`Nothing was noted. ${doubt.why}`);
  if (doubt.kind === 'asked' && !sure) return doubtCard(place, date, doubt);
  const day = date.toString();
  const isThis = (meeting: Omit<Meeting, 'id'>) => meeting.localityId === place.localityId && meeting.date === day;
  const fresh = await noteMeeting(writerOf(turn), place.localityId, day);
  const id = fresh ?? meetings.find(isThis)?.id ?? '';
  const now = fresh === undefined ? meetings : [...meetings, { ...place, id, date: day }];
  const waiting = (await waitingFor(turn, now)).filter(({ action }) => action.localityId === place.localityId);
  return notedCard({ place, date, id, fresh: fresh !== undefined, waiting: waiting.length, today: turn.today });
};

const list = async (turn: Turn, places: Place[]): Promise<Card> => {
  const meetings = await meetingsOf(turn.tx, turn.actor.personId);
  return meetingsCard({ places, meetings, waiting: await waitingFor(turn, meetings), today: turn.today });
};

const Chosen = z.object({ locality: z.string() });

/** `meeting wakefield 3 Dec` */
export const meeting = cardVerb({
  state: Chosen,
  run: async (turn, { words, state }) => {
    const places = await asAdviser(turn, NOTE);
    if (words === '' && !state) return list(turn, places);
    const found = state
      ? { place: advisedPlace(places, state.locality), rest: words }
      : placeInWords(turn, places, words, { verb: 'rag.meeting', complete: isDay(turn) });
    if (!('place' in found)) return found;
    const { place, rest } = found;
    if (rest === '') return unclearDayCard(place, `When do you meet ${place.locality} next?`);
    const day = dayIn(turn, rest);
    if ('date' in day) return note(turn, place, day.date, false);
    return unclearDayCard(place, `Nothing was noted. ${quoted(rest)} is not clear: write ${day.problem}.`, day.meant);
  },
});

/** The meetings to come. */
export const meetings = cardVerb({ state: z.undefined(), run: async (turn) => list(turn, await asAdviser(turn, NOTE)) });

/** A day chosen by a button, or one that was asked about. */
export const meetingDay = cardVerb({
  state: Chosen.extend({ date: z.iso.date(), sure: z.boolean() }),
  run: async (turn, { state }) => {
    const places = await asAdviser(turn, NOTE);
    if (!state) return list(turn, places);
    return note(turn, advisedPlace(places, state.locality), Temporal.PlainDate.from(state.date), state.sure);
  },
});

/** "When do you meet next?" */
export const meet = formVerb({
  state: z.object({ locality: z.string().optional() }),
  form: async (turn, { state }) => {
    const places = await asAdviser(turn, NOTE);
    const place = state?.locality === undefined ? undefined : advisedPlace(places, state.locality);
    return {
      title: 'When do you meet next?',
      ...(place ? { intro: `Your next meeting with ${place.locality}` } : {}),
      fields: [
        ...(place
          ? []
          : [
              {
                kind: 'choice' as const,
                name: 'locality',
                label: 'Locality',
                options: places.map(({ localityId, locality }) => ({ value: localityId, label: locality })),
                ...(places.length === 1 ? { value: places[0]?.localityId ?? '' } : {}),
              },
            ]),
        { kind: 'text', name: 'date', label: 'Day', hint: 'As in: 3 December, next Friday' },
      ],
      submit: { label: 'Note it', press: { verb: 'rag.meet', state: place ? { locality: place.localityId } : {} } },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | FieldErrors> => {
    const places = await asAdviser(turn, NOTE);
    const id = state?.locality ?? values.locality;
    if (!id) return { fields: { locality: 'Choose a locality.' } };
    const place = advisedPlace(places, id);
    const day = dayIn(turn, values.date?.trim() ?? '');
    if ('date' in day) return note(turn, place, day.date, false);
    const meant = day.meant ? ` Did you mean ${day.meant.toString()}?` : '';
    return { fields: { date: `Write ${day.problem}.${meant}` } };
  },
});

export const withdraw = cardVerb({
  state: z.object({ meeting: z.guid() }),
  run: async (turn, { state }) => {
    const places = await asAdviser(turn, NOTE);
    if (!state) return list(turn, places);
    const gone = await withdrawMeeting(writerOf(turn), state.meeting);
    if (!gone) throw new UserError('Nothing was changed. I cannot find this meeting among yours.');
    return withdrawnCard(gone, turn.today);
  },
});

/** No meeting in this month with a locality, or with any of those that were asked about: asked again in the next. */
export const notThisMonth = cardVerb({
  state: z.object({ locality: z.string().optional(), all: z.boolean().optional() }),
  run: async (turn, { state }) => {
    const places = await asAdviser(turn, NOTE);
    const open = await asked(turn, await meetingsOf(turn.tx, turn.actor.personId));
    const one = state?.locality === undefined ? undefined : advisedPlace(places, state.locality);
    if (!one && !state?.all && open.length > 1) return whereNoneCard('Where do you not meet this month? Nothing was changed yet.', open);
    const said = open.filter(({ localityId }) => !one || one.localityId === localityId);
    await putOffMeetings(
      writerOf(turn),
      said.map(({ localityId }) => localityId),
    );
    const left = open.filter((place) => !said.includes(place));
    const about = one ? ` about ${one.locality}` : '';
    const told = `All right: I will ask${about} again next month.`;
    return left.length > 0 ? whereNoneCard(`${told} And the others?`, left) : putOffCard(told);
  },
});
