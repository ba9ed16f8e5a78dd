import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import {
  earliest,
  isHourIn,
  isQuietAt,
  mayWriteAt,
  mondayOf,
  mondayOfWeek,
  nudgeMoment,
  sendBy,
  summaryBy,
  summaryMoment,
  weekName,
} from '../../src/nudges/moment.ts';
import type { Person } from '../../src/nudges/person.ts';

// Instants are reckoned by hand from calendars and the zones' published offsets.

const school: Terms = { years: [], closedInHolidays: true };
const somebody = (changes: Partial<Omit<Person, 'time'>> & { time?: string } = {}): Person => ({
  id: 'somebody',
  post: 'Headteacher',
  email: null,
  zone: 'Europe/London',
  organisationId: null,
  terms: nationalTerms,
  away: [],
  weekday: 2,
  quietUntil: null,
  roles: [],
  ...changes,
  time: Temporal.PlainTime.from(changes.time ?? '08:30'),
});
const day = (text: string) => Temporal.PlainDate.from(text);
const at = (text: string) => Temporal.Instant.from(text);
const said = (moment: Temporal.Instant | undefined) => moment?.toString() ?? 'none';
const away = (from: string, to = from) => [{ from, to }];

type Row = [what: string, person: Parameters<typeof somebody>[0], monday: string, moment: string];

describe('the nudge of a week', () => {
  it.each<Row>([
    ['comes on Tuesday at half past eight', {}, '2026-11-23', '2026-11-24T08:30:00Z'],
    ['comes at half past eight by the summer clock', {}, '2026-06-15', '2026-06-16T07:30:00Z'],
    ['comes on the day and at the hour that somebody chose', { weekday: 4, time: '16:45' }, '2026-11-23', '2026-11-26T16:45:00Z'],
    ['comes at the last minute of the working day, where that was chosen', { time: '17:30' }, '2026-11-23', '2026-11-24T17:30:00Z'],
    ['moves to Tuesday, where Monday is a bank holiday', { weekday: 1 }, '2026-05-04', '2026-05-05T07:30:00Z'],
    ['moves over all the days on which somebody is away', { away: away('2026-11-24', '2026-11-26') }, '2026-11-23', '2026-11-27T08:30:00Z'],
    ['never moves to an earlier day', { away: away('2026-11-24', '2026-11-27') }, '2026-11-23', 'none'],
    ['moves over an INSET day', { terms: { ...school, closed: new Set(['2026-11-24']) } }, '2026-11-23', '2026-11-25T08:30:00Z'],
    [
      'moves to Friday at three, and no later',
      { time: '15:00', away: away('2026-11-24', '2026-11-26') },
      '2026-11-23',
      '2026-11-27T15:00:00Z',
    ],
    ['has no place after Friday at three', { time: '15:05', away: away('2026-11-24', '2026-11-26') }, '2026-11-23', 'none'],
    ['comes at three to whoever chose a later hour of a Friday', { weekday: 5, time: '17:00' }, '2026-11-23', '2026-11-27T15:00:00Z'],
    ['does not come to a school in half-term', { terms: school }, '2026-10-26', 'none'],
    ['comes to a service in half-term', {}, '2026-10-26', '2026-10-27T08:30:00Z'],
    ['does not come to a school in August', { terms: school }, '2026-08-10', 'none'],
    ['comes to a service in August', {}, '2026-08-10', '2026-08-11T07:30:00Z'],
    ['comes to a school on the first days of its year', { terms: school }, '2026-08-31', '2026-09-02T07:30:00Z'],
    ['comes after Easter Monday to a service', { weekday: 1 }, '2026-04-06', '2026-04-07T07:30:00Z'],
    ['comes before Christmas Day at a year’s end', {}, '2026-12-21', '2026-12-22T08:30:00Z'],
    ['moves over both days of Christmas', { weekday: 5 }, '2026-12-21', 'none'],
    ['moves over the substitute day of Boxing Day', { weekday: 1 }, '2026-12-28', '2026-12-29T08:30:00Z'],
    ['has a place in the week in which a year begins', { weekday: 4 }, '2026-12-28', '2026-12-31T08:30:00Z'],
    ['does not come on New Year’s Day, nor after it in its week', { weekday: 5 }, '2026-12-28', 'none'],
  ])('%s', (_what, person, monday, moment) => {
    expect(said(nudgeMoment(somebody(person), day(monday)))).toBe(moment);
  });

  it.each<Row>([
    ['on the Tuesday before the clocks go back', {}, '2026-10-19', '2026-10-20T07:30:00Z'],
    ['on the Tuesday after it', {}, '2026-10-26', '2026-10-27T08:30:00Z'],
    ['on the Tuesday before the clocks go forward', {}, '2026-03-23', '2026-03-24T08:30:00Z'],
    ['on the Tuesday after it', {}, '2026-03-30', '2026-03-31T07:30:00Z'],
    ['in New York, which changes a week later', { zone: 'America/New_York' }, '2026-10-26', '2026-10-27T12:30:00Z'],
    ['in Kathmandu, a quarter of an hour off', { zone: 'Asia/Kathmandu' }, '2026-11-23', '2026-11-24T02:45:00Z'],
    ['in Auckland, where that is still Monday in London', { zone: 'Pacific/Auckland' }, '2026-11-23', '2026-11-23T19:30:00Z'],
    [
      'in Auckland on Tuesday, where Monday is still the Sunday of the week before',
      { zone: 'Pacific/Auckland', weekday: 1 },
      '2026-11-23',
      '2026-11-23T19:30:00Z',
    ],
    ['in Honolulu', { zone: 'Pacific/Honolulu' }, '2026-11-23', '2026-11-24T18:30:00Z'],
    [
      'in Honolulu on Friday at three, which is Saturday in London',
      { zone: 'Pacific/Honolulu', weekday: 5, time: '15:00' },
      '2026-11-23',
      '2026-11-28T01:00:00Z',
    ],
    ['by the programme’s clock, where a platform makes up a zone', { zone: 'Mars/Olympus_Mons' }, '2026-11-23', '2026-11-24T08:30:00Z'],
  ])('is at half past eight where its reader is: %s', (_what, person, monday, moment) => {
    expect(said(nudgeMoment(somebody(person), day(monday)))).toBe(moment);
  });

  it('is always in its own ISO week, once, in hours, and until Friday at three, wherever its reader is and whatever they chose', () => {
    const zones = [
      'Europe/London',
      'Pacific/Auckland',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'America/New_York',
      'Asia/Kolkata',
      'Africa/Cairo',
    ];
    for (const zone of zones)
      for (const weekday of [1, 2, 3, 4, 5])
        for (const time of ['08:00', '12:10', '15:00', '17:30'])
          for (
            let monday = day('2026-08-31');
            Temporal.PlainDate.compare(monday, day('2027-09-06')) < 0;
            monday = monday.add({ weeks: 1 })
          ) {
            const moment = nudgeMoment(somebody({ zone, weekday, time, terms: school }), monday);
            if (!moment) continue;
            const london = moment.toZonedDateTimeISO('Europe/London').toPlainDate();
            const own = moment.toZonedDateTimeISO(zone);
            expect(`${london.yearOfWeek} ${london.weekOfYear}`).toBe(`${monday.yearOfWeek} ${monday.weekOfYear}`);
            expect(own.dayOfWeek).toBeLessThanOrEqual(5);
            const clock = own.toPlainTime().toString().slice(0, 5);
            expect(clock >= '08:00' && clock <= (own.dayOfWeek === 5 ? '15:00' : '17:30'), `${zone} ${own}`).toBe(true);
          }
  });
});

describe('an hour that the clocks take or give', () => {
  // Nowhere are the clocks changed in working hours; in Cairo it was in the night of a working day: forward on Friday 28 April 2023 at 0:00
  // (from two hours before Greenwich to three), back on Thursday 26 October 2023 at 24:00.
  const cairo = (time: string, from: string, to: string) => isHourIn('Africa/Cairo', Temporal.PlainTime.from(time), at(from), at(to));

  it('comes once, though it comes twice: the first time', () => {
    expect(cairo('23:30', '2023-10-26T20:29:00Z', '2023-10-26T20:30:00Z')).toBe(true);
    expect(cairo('23:30', '2023-10-26T20:30:00Z', '2023-10-26T21:30:00Z')).toBe(false);
  });

  it('comes once, though it does not come at all: an hour later', () => {
    expect(cairo('00:30', '2023-04-27T21:59:00Z', '2023-04-27T22:29:00Z')).toBe(false);
    expect(cairo('00:30', '2023-04-27T22:29:00Z', '2023-04-27T22:30:00Z')).toBe(true);
  });

  it.each([
    ['nothing of a night', '08:30', '2026-11-23T20:00:00Z', '2026-11-24T08:29:59Z', false],
    ['the very moment', '08:30', '2026-11-24T08:29:59Z', '2026-11-24T08:30:00Z', true],
    ['not a moment that was planned before', '08:30', '2026-11-24T08:30:00Z', '2026-11-24T08:35:00Z', false],
    ['nothing of a weekend', '08:30', '2026-11-27T17:00:00Z', '2026-11-29T23:00:00Z', false],
    ['anything of days that were down', '08:30', '2026-11-24T08:30:00Z', '2026-11-27T08:29:00Z', true],
  ])('a window of ticks holds %s', (_what, time, from, to, holds) => {
    expect(isHourIn('Europe/London', Temporal.PlainTime.from(time), at(from), at(to))).toBe(holds);
  });
});

describe('after down-time', () => {
  it.each([
    ['at once, where it is in working hours', {}, '2026-11-25T11:07:00Z', '2026-11-25T11:07:00Z'],
    ['when the day begins, where it is night', {}, '2026-11-25T22:10:00Z', '2026-11-26T08:00:00Z'],
    ['after the INSET day', { terms: { ...school, closed: new Set(['2026-11-26']) } }, '2026-11-25T18:00:00Z', '2026-11-27T08:00:00Z'],
    ['until Friday at three', {}, '2026-11-27T15:00:30Z', '2026-11-27T15:00:30Z'],
    ['not after it', {}, '2026-11-27T15:01:00Z', 'none'],
    ['not on the Saturday', {}, '2026-11-28T10:00:00Z', 'none'],
  ])('a nudge goes %s', (_what, person, now, moment) => {
    const who = somebody(person as Parameters<typeof somebody>[0]);
    expect(said(earliest(who, at(now), sendBy(who, day('2026-11-23'))))).toBe(moment);
  });

  it.each([
    ['on its day', '2026-11-26T14:00:00Z', '2026-11-26T14:00:00Z'],
    ['on the second working day', '2026-11-28T12:00:00Z', '2026-11-30T08:00:00Z'],
    ['to the end of it', '2026-11-30T17:30:00Z', '2026-11-30T17:30:00Z'],
    ['and then not at all', '2026-11-30T17:31:00Z', 'none'],
  ])('a summary goes %s', (_what, now, moment) => {
    const by = summaryBy(somebody(), at('2026-11-26T08:30:00Z'));
    expect(said(earliest(somebody(), at(now), by))).toBe(moment);
  });

  it('a summary before Christmas is late by working days: after Friday come only Tuesday and Wednesday', () => {
    expect(said(summaryBy(somebody(), at('2026-12-24T08:30:00Z')))).toBe('2026-12-30T17:31:00Z');
  });
});

describe('a summary', () => {
  it.each<[string, Parameters<typeof somebody>[0], 'week' | 'month', string, string]>([
    ['of a week comes on Thursday at half past eight', {}, 'week', '2026-11-23', '2026-11-26T08:30:00Z'],
    ['keeps its hour, whenever nudges were wanted', { weekday: 1, time: '16:00' }, 'week', '2026-11-23', '2026-11-26T08:30:00Z'],
    ['comes on Friday, where somebody is away on Thursday', { away: away('2026-11-26') }, 'week', '2026-11-23', '2026-11-27T08:30:00Z'],
    ['has no day in a week without one', { away: away('2026-11-26', '2026-11-27') }, 'week', '2026-11-23', 'none'],
    ['comes on Christmas Eve', {}, 'week', '2026-12-21', '2026-12-24T08:30:00Z'],
    ['has no day in a school’s half-term', { terms: school }, 'week', '2026-10-26', 'none'],
    ['of a month comes on its first Thursday', {}, 'month', '2026-11-02', '2026-11-05T08:30:00Z'],
    ['of a month does not come on its second', {}, 'month', '2026-11-09', 'none'],
    [
      'of a month comes on its third, where the first two were in the Easter holiday',
      { terms: school },
      'month',
      '2027-04-12',
      '2027-04-15T07:30:00Z',
    ],
    [
      'of a month comes on its second, where somebody is away on the first',
      { away: away('2026-11-05') },
      'month',
      '2026-11-09',
      '2026-11-12T08:30:00Z',
    ],
    ['of a month does not come in a month without a working Thursday', { terms: school }, 'month', '2026-08-24', 'none'],
  ])('%s', (_what, person, every, monday, moment) => {
    expect(said(summaryMoment(somebody(person), day(monday), every))).toBe(moment);
  });
});

describe('working hours', () => {
  it.each([
    ['2026-11-24T07:59:59Z', false],
    ['2026-11-24T08:00:00Z', true],
    ['2026-11-24T17:30:59Z', true],
    ['2026-11-24T17:31:00Z', false],
    ['2026-11-28T12:00:00Z', false],
    ['2026-12-25T12:00:00Z', false],
    ['2026-06-16T06:59:00Z', false],
    ['2026-06-16T07:00:00Z', true],
  ])('at %s: %s', (moment, may) => {
    expect(mayWriteAt(somebody(), at(moment))).toBe(may);
  });

  it('a day of quiet is the reader’s own day, and ends with the day that they named', () => {
    const quiet = somebody({ quietUntil: '2026-12-01', zone: 'Pacific/Auckland' });
    expect(isQuietAt(quiet, at('2026-11-30T10:59:00Z'))).toBe(true);
    expect(isQuietAt(quiet, at('2026-11-30T11:00:00Z'))).toBe(false);
  });
});

describe('a week', () => {
  it.each([
    ['2026-11-22T23:59:59Z', '2026-W47'],
    ['2026-11-23T00:00:00Z', '2026-W48'],
    ['2026-10-25T23:59:59Z', '2026-W43'],
    ['2026-06-14T23:00:00Z', '2026-W25'],
    ['2027-01-03T12:00:00Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
  ])('%s is in %s', (moment, week) => {
    expect(weekName(mondayOf(at(moment)))).toBe(week);
    expect(mondayOfWeek(week).toString()).toBe(mondayOf(at(moment)).toString());
  });
});
