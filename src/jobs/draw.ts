import type { Temporal } from 'temporal-polyfill';
import type { Core, Message } from '../app.ts';
import type { Unasked } from '../bot/unasked.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { waveOfKey } from '../nudges/line.ts';
import { answeredBy, type PulsesIn } from '../nudges/pulses.ts';
import { toldTo } from '../nudges/told.ts';
import type { Planned, To } from '../nudges/verdict.ts';
import { scopeName } from '../people/scope-name.ts';
import { linkToken } from '../pulses/seat.ts';
import { emailLine, nudgeEmail } from '../views/nudge-email.ts';
import { asks, shownOf } from '../views/nudge-words.ts';
import { summaryEmail } from '../views/summary-email.ts';
import { drawNudge } from './nudge-card.ts';

/** A planned message as it is when its moment has come, for where it goes to. */

export type Drawn = {
  message: Message;
  /** What its card says, as a digest; of a summary, and by e-mail, it is not asked. */
  shown?: string;
  /**
   * It has nothing but pulses, for everybody who was invited: whether it goes or not, the same is kept. `nothing`: this reader has answered
   * them all, and none goes.
   */
  only?: { nothing: boolean };
  /** Of a nudge: what is to be noted of its pulses once it is sent (`keepShownIn`). */
  pulses?: PulsesIn;
};

type Row = Pick<Planned, 'kind' | 'personId' | 'scopeKind' | 'scopeId'> & {
  id: string;
  /** It was drawn before, for a way that failed, and what it tells is kept. */
  again?: true;
};

/** @returns draws one, or undefined where there is nothing in it that its reader may read */
export const createDraw = (
  { config, secret }: Pick<Core, 'config' | 'secret'>,
  unasked: Unasked,
): ((tx: Tx, row: Row, to: To, at: Temporal.Instant) => Promise<Drawn | undefined>) => {
  /** Where the links of an e-mail lead. */
  const readerOf = ({ id, email }: To['person']) => ({
    publicUrl: config.publicUrl,
    as: config.demo ? (email ?? undefined) : undefined,
    pulseLink: (waveId: string) => `${config.publicUrl}/pulse/${linkToken(secret, waveId, id)}`,
  });

  /** In the demonstration e-mails are shown, and so kept. */
  const forgets = ({ route }: To) => route.platform !== 'email' || config.mail !== undefined;

  /** Where it goes, as who draws it knows it. */
  const askOf = ({ personId }: Row, { route, channel }: To) => {
    const isMail = route.platform === 'email';
    return {
      personId,
      account: isMail ? { platform: 'web' as const, tenant: 'web', user: personId } : route,
      where: channel
        ? { kind: 'channel' as const, conversation: channel.conversation, name: channel.name, to: channel.to, seenByOthers: true }
        : { kind: isMail ? ('web' as const) : ('personal' as const), seenByOthers: false },
    };
  };

  /** What is told is kept before the card is drawn, because the card is drawn from it; what is only counted there is for the next message. */
  const keepLines = async (tx: Tx, { id, personId }: Row, keys: readonly string[]) => {
    await tx.$executeRaw`delete from delivery_line where delivery_id = ${id}::uuid`;
    await tx.$executeRaw`
      insert into delivery_line (delivery_id, position, key, person_id)
      select ${id}::uuid, nth::int - 1, key, ${personId}::uuid from unnest(${[...keys]}::text[]) with ordinality as told(key, nth)`;
  };

  const drawNudgeTo = async (tx: Tx, row: Row, to: To, at: Temporal.Instant): Promise<Drawn | undefined> => {
    const { person, route, lines } = to;
    const toldOf = await toldTo(
      tx,
      lines.map(({ key }) => ({ personId: row.personId, key })),
    );
    const told = toldOf(row.personId);
    const keys = shownOf(lines, told).map(({ key }) => key);
    if (!row.again) await keepLines(tx, row, keys);
    const pulses = keys.filter((key) => waveOfKey(key));
    const answered = await answeredBy(tx, row.personId, pulses);
    const [shown, leftOut] = [pulses.filter((key) => !answered.has(key)), [...answered]];
    const drawn = await drawNudge(unasked, tx, askOf(row, to), { id: row.id, leftOut }, at);
    if (!drawn) return undefined;
    const isOnly = pulses.length === keys.length;
    const forget = pulses.length > 0 && forgets(to) ? { forget: isOnly ? (true as const) : ('words' as const) } : {};
    const noted = {
      pulses: { delivery: row.id, personId: row.personId, shown, leftOut },
      ...(isOnly ? { only: { nothing: leftOut.length === keys.length } } : {}),
    };
    if (route.platform !== 'email')
      return {
        message: { kind: 'card', platform: route.platform, to: route.to, card: drawn.card, ...forget },
        shown: drawn.shown,
        ...noted,
      };
    const mail = nudgeEmail(lines, { ...readerOf(person), today: dayIn(at), told, leftOut });
    return { message: { kind: 'email', to: route.to, ...mail, ...forget }, ...noted };
  };

  /** A summary by e-mail: whose it is, and the titles of what it tells that waits. */
  const summaryMail = async (tx: Tx, { id, personId, scopeKind, scopeId }: Row, { person, lines, every }: To, at: Temporal.Instant) => {
    const told = new Set((await tx.deliveryLine.findMany({ where: { deliveryId: id }, select: { key: true } })).map(({ key }) => key));
    for (const key of await answeredBy(tx, personId, [...told])) told.delete(key);
    const today = dayIn(at);
    const reader = readerOf(person);
    const waiting = lines.flatMap((line) => (asks(line) && told.has(line.key) ? [emailLine(line, today, reader)] : []));
    return summaryEmail(await scopeName(tx, scopeKind as string, scopeId as string), { ...reader, every, waiting });
  };

  /** A summary keeps itself what it tells. */
  const drawSummaryTo = async (tx: Tx, row: Row, to: To, at: Temporal.Instant): Promise<Drawn | undefined> => {
    const { channel, route, lines } = to;
    const card = await unasked(tx, { ...askOf(row, to), verb: 'summary.due', state: { delivery: row.id } }, at);
    if (!card) return undefined;
    const forget = !channel && forgets(to) && lines.some(({ kind }) => kind === 'pulse') ? { forget: 'words' as const } : {};
    return route.platform === 'email'
      ? { message: { kind: 'email', to: route.to, ...(await summaryMail(tx, row, to, at)), ...forget } }
      : { message: { kind: 'card', platform: route.platform, to: route.to, card, ...forget } };
  };

  return (tx, row, to, at) => (row.kind === 'nudge' ? drawNudgeTo : drawSummaryTo)(tx, row, to, at);
};
