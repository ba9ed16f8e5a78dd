import { Temporal } from 'temporal-polyfill';
import { dayWords, formatDate, monthName, weekdayName } from '../calendar/dates.ts';
import { schoolYearOf } from '../calendar/terms.ts';
import type { Card, Part } from '../cards/card.ts';
import { countWords, type Move, type Owned, type Plan } from '../people/handover.ts';
import type { Held, Known } from '../people/known.ts';
import { count, small } from './actions/parts.ts';
import { ownerless, ownerWords } from './ownership.ts';
import { roleWords } from './role-words.ts';

/** Handing over → cards: what will move, what has moved, and what nobody answers for. */

type Day = Temporal.PlainDate;

/** The most lines of one list; the others are counted. */
const MOST_LINES = 20;

/** "2 KPIs and 3 actions" */
export const amountWords = (things: readonly Pick<Owned, 'kind'>[]): string => {
  const kpis = things.filter(({ kind }) => kind === 'kpi').length;
  const actions = things.length - kpis;
  return [...(kpis > 0 ? [count(kpis, 'KPI')] : []), ...(actions > 0 ? [count(actions, 'action')] : [])].join(' and ') || 'nothing';
};

/** "Early help manager, Wakefield (left 30 Oct)" */
export const personWords = ({ post, leftOn }: Pick<Known, 'post' | 'leftOn'>, today: Day) => {
  if (leftOn === null) return post;
  const last = Temporal.PlainDate.from(leftOn).subtract({ days: 1 });
  return `${post} (${Temporal.PlainDate.compare(last, today) < 0 ? 'left' : 'leaves'} ${formatDate(last, today)})`;
};

/** What a thing is called to somebody who may read it, and to somebody who may only hand it over. */
const nameOf = (thing: Owned, isShown: boolean) => {
  if (thing.kind === 'action') return isShown ? `${thing.name} ${thing.title}` : thing.name;
  return isShown ? thing.name : `A KPI of ${thing.locality}`;
};

const lines = <T extends Owned>(things: readonly T[], shown: (thing: Owned) => boolean, detail: (thing: T) => string): Part[] =>
  things.length === 0
    ? []
    : [
        { type: 'list', items: things.slice(0, MOST_LINES).map((thing) => ({ text: nameOf(thing, shown(thing)), detail: detail(thing) })) },
        ...(things.length > MOST_LINES ? [small(`And ${things.length - MOST_LINES} more.`)] : []),
      ];

const moveWords = ({ was, is }: Move, from: string): string => {
  if (was.ownerId === from) return was.deputyId !== null && is.deputyId === null ? 'owner; nobody stands in then' : 'owner';
  return is.deputyId === null ? 'stands in; the owner does not need to' : 'stands in';
};

/** The most days that are named; the others are counted. */
const MOST_DAYS = 3;

/** "22 December"; with its year where that is not this school year. */
const dayInYear = (day: Day, today: Day) =>
  `${day.day} ${monthName(day.month)}${schoolYearOf(day) === schoolYearOf(today) ? '' : ` ${day.year}`}`;

/** "2 dates move …", "WAK-12: 22 December → Monday 4 January, in the school holidays": named where the reader may see the action. */
export const movedDaysPart = (moves: readonly Move[], when: 'will' | 'have', today: Day, shown: (thing: Owned) => boolean): Part[] => {
  const days = moves.flatMap(({ thing, slides = [] }) => slides.map((slide) => ({ thing, ...slide })));
  if (days.length === 0) return [];
  const verb = when === 'will' ? (days.length === 1 ? 'moves' : 'move') : days.length === 1 ? 'has moved' : 'have moved';
  const named = days.filter(({ thing }) => shown(thing)).slice(0, MOST_DAYS);
  const rest = named.length > 0 ? days.length - named.length : 0;
  const lines = named.map(({ thing, step, was, is, why }) => {
    const [from, to] = [Temporal.PlainDate.from(was), Temporal.PlainDate.from(is)];
    const name = `${thing.name}${step === undefined ? '' : `, step ${step}`}`;
    return `${name}: ${dayInYear(from, today)} → ${weekdayName(to)} ${dayInYear(to, today)}, ${why}`;
  });
  return [
    { type: 'text', text: `${count(days.length, 'date')} ${verb} by the calendar of whoever must act then.` },
    ...(lines.length > 0 ? [{ type: 'list' as const, items: lines.map((text) => ({ text })) }] : []),
    ...(rest > 0 ? [small(`And ${rest} more.`)] : []),
  ];
};

type Both = { from: Known; to: Known; today: Day; shown: (thing: Owned) => boolean };

const staysPart = (stays: readonly Owned[], to: Known): Part[] =>
  stays.length === 0
    ? []
    : [
        small(
          `Not among them: ${amountWords(stays)} in ${[...new Set(stays.map(({ locality }) => locality))].join(', ')}, where ${to.post} holds no role.`,
        ),
      ];

/** What a handover would move; one press does it. */
export const handoverPreview = ({ moves, stays }: Plan, { from, to, today, shown }: Both, state: Record<string, string>): Card => ({
  title: `Hand over ${amountWords(moves.map(({ thing }) => thing))} to ${to.post}?`,
  parts: [
    {
      type: 'facts',
      facts: [
        { label: 'From', value: personWords(from, today) },
        { label: 'To', value: personWords(to, today) },
      ],
    },
    ...lines(
      moves.map((move) => ({ ...move.thing, move })),
      shown,
      ({ move }) => moveWords(move, from.id),
    ),
    ...movedDaysPart(moves, 'will', today, shown),
    ...staysPart(stays, to),
    small(`${to.post} is told with the next thing they read from us. What they have already stays theirs.`),
    { type: 'buttons', buttons: [{ label: 'Hand over', press: { verb: 'partners.hand', state }, style: 'primary' }] },
  ],
});

/** "2 KPIs and 1 action are with Charity partner now, who stands in for 1 more" */
const movedWords = (moves: readonly Move[], from: string, to: string): string => {
  const owned = moves.filter(({ was }) => was.ownerId === from).map(({ thing }) => thing);
  const stoodIn = moves.filter(({ was, is }) => was.ownerId !== from && is.deputyId !== null).map(({ thing }) => thing);
  const kept = moves.length - owned.length - stoodIn.length;
  const all = [
    ...(owned.length > 0 ? [`${amountWords(owned)} ${owned.length === 1 ? 'is' : 'are'} with ${to} now`] : []),
    ...(stoodIn.length > 0
      ? [owned.length > 0 ? `who stands in for ${amountWords(stoodIn)}` : `${to} stands in for ${amountWords(stoodIn)} now`]
      : []),
  ];
  return all.join(', ') || `nobody needs to stand in for ${count(kept, 'thing')} that ${to} owns`;
};

/** Whoever took over cannot stand in for themselves: what has no deputy since is said once more, where it can be mended. */
const aloneParts = (moves: readonly Move[], from: string): Part[] => {
  const alone = moves
    .filter(({ was, is }) => was.ownerId === from && was.deputyId !== null && is.deputyId === null)
    .map(({ thing }) => thing);
  return alone.length === 0
    ? []
    : [{ type: 'text', text: `Nobody stands in for ${countWords(alone)} any more: type partners deputy, a post, for and what it is for.` }];
};

/** What has moved. */
export const handedCard = ({ moves, stays }: Plan, { from, to, today, shown }: Both, back: Record<string, string>): Card => ({
  title: `Handed over: ${movedWords(moves, from.id, to.post)}.`.slice(0, 150),
  parts: [
    { type: 'text', text: `From ${from.post}: ${countWords(moves.map(({ thing }) => thing))}.` },
    ...movedDaysPart(moves, 'have', today, shown),
    ...aloneParts(moves, from.id),
    ...staysPart(stays, to),
    { type: 'buttons', buttons: [{ label: 'Hand them back', press: { verb: 'partners.back', state: back } }] },
  ],
});

/** What nobody answers for, by whose it was: each group with a press that gives it to somebody. */
export const unownedCard = (things: readonly Owned[], where: string, today: Day, shown: (thing: Owned) => boolean): Card => {
  const alone = things.filter((thing) => ownerless(thing, today));
  const groups = [...new Map(alone.map((thing) => [thing.ownerId, thing.owner])).entries()];
  return {
    title: alone.length === 0 ? `Everything in ${where} has an owner.` : `Without an owner in ${where}: ${amountWords(alone)}`,
    parts: groups.flatMap(([id, post]): Part[] => [
      { type: 'text', style: 'heading', text: post ? `Was with ${post}` : 'Has not had an owner yet' },
      ...lines(
        alone.filter(({ ownerId }) => ownerId === id),
        shown,
        (thing) => ownerWords(thing, today),
      ),
      ...(id
        ? [
            {
              type: 'buttons' as const,
              buttons: [
                {
                  label: 'Hand over to …',
                  press: { verb: 'partners.handover', state: { from: id } },
                  says: `Hand over what was with ${post}`,
                },
              ],
            },
          ]
        : [small('Give each an owner: type rag, its number, owner and a post; for a KPI, kpi edit and its name.')]),
    ]),
  };
};

/** A role that somebody keeps reaches what they have at a place, as it did. */
export const reaches = ({ scopeId }: Held, { at }: Owned) => [at.localityId, at.pilotId, at.programmeId].includes(scopeId);

export type Leaving = {
  roles: string[];
  keeps: readonly Held[];
  last: Day;
  left: boolean;
  warning: string | undefined;
  /** So long ago that a wrong year is as likely. */
  isLongPast: boolean;
  /** Whose days move to those of whoever stands in. */
  moves: readonly Move[];
};

/** What somebody's role ending means for what they own: before it is done. */
export const leaverPreview = (
  person: Known,
  leaving: Leaving,
  theirs: readonly Owned[],
  { today, shown }: Pick<Both, 'today' | 'shown'>,
  state: { person: string; last: string },
): Card => {
  const things = theirs.filter((thing) => !leaving.keeps.some((held) => reaches(held, thing)));
  const owned = things.filter(({ ownerId }) => ownerId === person.id);
  const helped = owned.filter(({ deputyId, deputyLeft }) => deputyId && !deputyLeft);
  const stoodIn = things.filter(({ ownerId }) => ownerId !== person.id);
  const then = `${amountWords(owned)}${helped.length > 0 ? `; somebody stands in for ${helped.length === owned.length ? 'all of it' : amountWords(helped)}` : ''}`;
  const day = dayWords(leaving.last);
  return {
    title: leaving.isLongPast
      ? `Was ${day} the last day of ${person.post}? It is ${count(Math.floor(leaving.last.until(today).days / 7), 'week')} ago.`.slice(
          0,
          150,
        )
      : `${person.post}: last day ${formatDate(leaving.last, today)}${leaving.last.equals(today) ? ' (today)' : ''}?`,
    parts: [
      ...(leaving.isLongPast
        ? [
            {
              type: 'text' as const,
              text: 'Summaries as at any day since then would say that they were not here. If the year is wrong, type it again with the right one.',
            },
          ]
        : []),
      {
        type: 'facts',
        facts: [
          { label: 'Ends', value: leaving.roles.join('; ') },
          ...(leaving.keeps.length > 0 ? [{ label: 'Stays', value: leaving.keeps.map(roleWords).join('; ') }] : []),
          { label: 'Last day', value: day },
          { label: 'Then without an owner', value: then },
          ...(stoodIn.length > 0 ? [{ label: 'They no longer stand in for', value: amountWords(stoodIn) }] : []),
        ],
      },
      ...lines(things, shown, (thing) => {
        if (thing.ownerId !== person.id) return 'they stand in';
        return thing.deputyId && !thing.deputyLeft ? `${thing.deputy} stands in` : 'nobody stands in';
      }),
      ...movedDaysPart(leaving.moves, 'will', today, shown),
      ...(leaving.left ? [small('They hold no other role: from the next day on they cannot sign in or answer here.')] : []),
      ...(leaving.warning ? [{ type: 'text' as const, text: leaving.warning }] : []),
      {
        type: 'buttons',
        buttons: [
          {
            label: leaving.isLongPast ? 'Yes, end it with that day' : 'End the role',
            press: { verb: 'partners.leave', state },
            style: 'warning',
          },
          ...(things.length > 0 ? [{ label: 'Hand over to …', press: { verb: 'partners.handover', state: { from: person.id } } }] : []),
        ],
      },
    ],
  };
};
