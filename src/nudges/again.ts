import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { findActor } from '../people/actor.ts';
import { mayWriteAt, mondayOf, mondayOfWeek, sendBy, summaryBy } from './moment.ts';
import { peopleFor } from './people.ts';
import type { Person } from './person.ts';
import { mayWithRuns } from './runs.ts';

/**
 * Sending again what has certainly failed, because an administrator says so: never what may have arrived. A nudge or a summary is planned
 * anew and so looked at, composed and routed anew; an answer or a notice goes as it was, while it is still what its reader asked and may read.
 */

/** A message by its id: one that nobody asked for, or any other in the outbox. */
export type Lost = { kind: 'delivery' | 'message'; id: string };

const NOT_THERE = 'There is no such message.';
const NOT_IN_OFFICE = 'Whom it was to holds no role any more.';
/** Why a message that is in this state is not sent again. */
const NOT_FAILED: Record<string, string> = {
  planned: 'It waits already: it goes within a few minutes.',
  handed: 'It is on its way.',
  waiting: 'It waits already: it goes within a minute.',
  sending: 'It is on its way.',
  sent: 'It has been sent.',
  done: 'It has been sent to whoever had not answered the pulse.',
  unconfirmed: 'It may have arrived, so it is never sent again.',
  left: 'It was not to be sent any more when its moment had come.',
};
const onlyFailed = (state: string): void => {
  if (state !== 'failed') throw new UserError(NOT_FAILED[state] ?? NOT_THERE);
};

type Delivery = {
  kind: 'nudge' | 'summary';
  state: string;
  week: string;
  moment: Date;
  personId: string;
  /** It was for a conversation, not for the person. */
  channel: boolean;
  why: string | null;
};

/** Why a nudge or a summary may not go to somebody at a moment any more, or not yet; undefined: it may. Pure. */
export const tooLate = (
  { kind, week, moment, channel }: Pick<Delivery, 'kind' | 'week' | 'moment' | 'channel'>,
  person: Person,
  now: Temporal.Instant,
): string | undefined => {
  const monday = mondayOfWeek(week);
  const isBefore = (end: Temporal.Instant) => Temporal.Instant.compare(now, end) < 0;
  if (kind === 'nudge' && !(mondayOf(now).equals(monday) && isBefore(sendBy(person, monday))))
    return 'Its week is over: its lines go into the next nudge.';
  if (kind === 'summary' && !isBefore(summaryBy(person, Temporal.Instant.fromEpochMilliseconds(moment.getTime()))))
    return 'Its days are over: the next summary says what it would have said.';
  if (!channel && !mayWriteAt(person, now))
    return `It is outside their hours: try again from 08:00 to 17:30 on one of their working days${kind === 'nudge' ? ', until Friday 15:00. Else its lines go into the next nudge' : ''}.`;
  return undefined;
};

/** Locked until the transaction ends, so that two who press at once do it once. */
const lockDelivery = async (tx: Tx, id: string): Promise<Delivery | undefined> => {
  const [row] = await tx.$queryRaw<Delivery[]>`
    select d.kind, d.state, d.week, d.moment, d.why, d.person_id as "personId",
      exists (select from subscription s where s.id = d.subscription_id and s.platform is not null) as channel
    from delivery d where d.id = ${id}::uuid for update`;
  return row;
};

const planAnew = async ({ tx, now }: Writer, id: string): Promise<string | null> => {
  const row = await lockDelivery(tx, id);
  if (!row) throw new UserError(NOT_THERE);
  onlyFailed(row.state);
  const [person] = await peopleFor(tx, { day: dayIn(now).toString(), only: [row.personId] });
  if (!person) throw new UserError(NOT_IN_OFFICE);
  const why = tooLate(row, person, now);
  if (why) throw new UserError(why);
  await tx.$executeRaw`delete from delivery_line where delivery_id = ${id}::uuid`;
  await tx.$executeRaw`
    update delivery set state = 'planned', why = null, outbox_id = null, route = null, tried = '[]', send_at = ${now.toString()}::timestamptz,
      changed_at = ${now.toString()}::timestamptz
    where id = ${id}::uuid`;
  return row.why;
};

/** Minutes after which an answer or a notice is not sent any more: what it says may not be so, or not be its reader's to read. */
const ANSWERS_WITHIN = 60;

type Message = {
  kind: string;
  state: string;
  error: string | null;
  secret: boolean;
  delivery: boolean;
  createdAt: Date;
  /** Whose address, linked account or own chat it goes to; null: a conversation that others read, or nobody's any more. */
  personId: string | null;
};

/** Locked until the transaction ends. */
const lockMessage = async (tx: Tx, id: string): Promise<Message | undefined> => {
  const [row] = await tx.$queryRaw<Message[]>`
    select o.kind, o.state, o.error, o.payload -> 'secret' is not null as secret, o.payload -> 'delivery' is not null as delivery,
      o.created_at as "createdAt",
      case
        when o.kind = 'email' then (select p.id from person p where p.email = o.payload ->> 'to')
        when o.payload ->> 'platform' = 'teams' then
          (select c.person_id from conversation_reference c
            where c.platform = 'teams' and c.kind = 'personal' and c.tenant = o.payload -> 'to' ->> 'tenant'
              and c.conversation = o.payload -> 'to' ->> 'conversation'
              and exists (select from identity i where i.person_id = c.person_id and i.platform = 'teams' and i.tenant = c.tenant))
        else
          (select i.person_id from identity i where i.platform = o.payload ->> 'platform' and i."user" = o.payload -> 'to' ->> 'user'
            and i.tenant = coalesce(o.payload -> 'to' ->> 'tenant', i.tenant) limit 1)
      end as "personId"
    from outbox o where o.id = ${id}::uuid for update of o`;
  return row;
};

const putBack = async ({ tx, now }: Writer, id: string): Promise<string | null> => {
  const row = await lockMessage(tx, id);
  if (!row || row.delivery) throw new UserError(NOT_THERE);
  onlyFailed(row.state);
  if (row.secret) throw new UserError('It held a link that lets somebody in, and that is forgotten. They can ask for a new one.');
  if (row.kind === 'home') throw new UserError('A home page is drawn anew when it is opened.');
  if (now.epochMilliseconds - row.createdAt.getTime() > ANSWERS_WITHIN * 60_000)
    throw new UserError('It is more than an hour old, and may not be so any more. Whoever asked can ask again.');
  if (row.personId === null) throw new UserError('It was for a place where others may read it now. Whoever asked can ask again.');
  const reader = await findActor(tx, { platform: 'web', tenant: 'web', user: row.personId }, dayIn(now).toString());
  if (!reader || reader.roles.length === 0) throw new UserError(NOT_IN_OFFICE);
  await tx.$executeRaw`
    update outbox set state = 'waiting', attempts = 0, not_before = ${now.toString()}::timestamptz, claimed_at = null, done_at = null, error = null, closed = false
    where id = ${id}::uuid`;
  return row.error;
};

/** @throws UserError in words, when they may not or it is not to be sent again */
export const sendAgain = async (writer: Writer, { kind, id }: Lost): Promise<void> => {
  const { tx, now, personId } = writer;
  const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, dayIn(now).toString());
  if (!actor || !mayWithRuns(actor, 'runs.again')) throw new UserError(NOT_THERE);
  const why = await (kind === 'delivery' ? planAnew : putBack)(writer, id);
  await tx.auditEvent.create({
    data: {
      id: writer.newId(),
      at: new Date(now.epochMilliseconds),
      personId,
      what: 'message.sent_again',
      subjectKind: kind,
      subjectId: id,
      detail: { why },
    },
  });
};
