import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { Rating, RatingWord, Step } from './action.ts';
import { RATING_WORDS } from './differences.ts';

/** What happened to an action since somebody last looked, in few words: "“one advert”, step 2 done". */

type Standing = { title: string; due: string | null; ownerId: string | null; owner: string | null; steps: Step[] };

export type Happened = {
  /** The action as it stood then, null for one that came later, and as it stands. */
  was: Standing | null;
  is: Standing;
  /** What its owner declared then and declares now. */
  wasRated: RatingWord;
  isRated: RatingWord;
  /** What was said since, the oldest first. */
  comments: string[];
};

const LONGEST = 80;
const short = (text: string) => {
  const letters = [...text.replaceAll(/\s+/gu, ' ').trim()];
  return letters.length <= LONGEST
    ? letters.join('')
    : `${letters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
};

const listed = (words: (string | number)[]) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);

const stepWords = (was: Step[], is: Step[]): string[] => {
  const before = new Map(was.map((step) => [step.text, step]));
  const done = is.flatMap((step, at) => (step.done !== null && !before.get(step.text)?.done ? [at + 1] : []));
  const added = is.filter((step) => step.done === null && !before.has(step.text)).length;
  return [
    ...(done.length > 0 ? [`${done.length === 1 ? 'step' : 'steps'} ${listed(done)} done`] : []),
    ...(added > 0 && was.length > 0 ? [`${added} ${added === 1 ? 'step' : 'steps'} more`] : []),
  ];
};

/** Each change once, the words that people wrote first; nothing when nothing changed. */
export const changeWords = ({ was, is, wasRated, isRated, comments }: Happened, today: Temporal.PlainDate): string[] => {
  const date = (iso: string | null) => (iso === null ? 'no date' : formatDate(Temporal.PlainDate.from(iso), today));
  const last = comments.at(-1);
  return [
    ...(last === undefined ? [] : [`“${short(last)}”${comments.length > 1 ? ` and ${comments.length - 1} more said` : ''}`]),
    ...(was ? stepWords(was.steps, is.steps) : ['it came into the plan']),
    ...(wasRated === isRated ? [] : [`owner from ${RATING_WORDS[wasRated].toLowerCase()} to ${RATING_WORDS[isRated].toLowerCase()}`]),
    ...(was && was.due !== is.due ? [`date ${date(was.due)} → ${date(is.due)}`] : []),
    ...(was && was.ownerId !== is.ownerId ? [is.owner ? `now with ${is.owner}` : 'now without an owner'] : []),
    ...(was && was.title !== is.title ? ['its title was changed'] : []),
  ];
};

/** From when on somebody is told: their last rating of it or their last meeting there, whichever was later. Undefined: there was neither. */
export const lastLook = (
  rated: Pick<Rating, 'on' | 'at'> | null,
  met: string | undefined,
): { since: string; words: 'Since then' | 'Since you last met' } | undefined => {
  if (met !== undefined && (rated === null || met >= rated.on))
    return { since: Temporal.PlainDate.from(met).toZonedDateTime(PROGRAMME_ZONE).toInstant().toString(), words: 'Since you last met' };
  return rated === null ? undefined : { since: rated.at, words: 'Since then' };
};

/**
 * What happened to an action since a moment, in one statement.
 * @param since a moment in ISO 8601
 */
export const happenedSince = async (tx: Tx, actionId: string, since: string): Promise<Happened> => {
  const [row] = await tx.$queryRaw<{ was: Standing | null; is: Standing; wasRated: RatingWord; isRated: RatingWord; comments: string[] }[]>`
    with moment as (select ${since}::timestamptz as at), version as (
      select v.recorded_at, v.until, json_build_object('title', v.title, 'due', v.due, 'ownerId', v.owner_id, 'owner', p.post, 'steps', v.steps) as stood
      from action_version v left join person p on p.id = v.owner_id where v.action_id = ${actionId}::uuid
    ), given as (select recorded_at, until, rating from rating where action_id = ${actionId}::uuid and kind = 'self')
    select
      (select stood from version, moment where recorded_at <= at and until > at) as was,
      (select stood from version order by until desc limit 1) as is,
      coalesce((select rating from given, moment where recorded_at <= at and until > at), 'not_started') as "wasRated",
      coalesce((select rating from given order by until desc limit 1), 'not_started') as "isRated",
      coalesce((select json_agg(c.text order by c.seq) from action_comment c, moment
        where c.action_id = ${actionId}::uuid and c.recorded_at > at and c.text is not null and c.answers_id is null), '[]') as comments`;
  return row as Happened;
};
