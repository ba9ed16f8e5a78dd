import type { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** Lines that somebody is to be told with the next thing they read from us: what became of a worry, what was handed to them. */

export type News = { id: string; text: string };

type Line = {
  personId: string;
  /** A whole sentence. */
  text: string;
  /** What it is about: of the lines about one thing that nobody has read, only the last is true. */
  aboutKind: string;
  aboutId: string;
};

/** Leaves a line for somebody, in place of one about the same thing that they have not read. */
export const leaveNews = async ({ tx, now, newId }: Writer<string | null>, { personId, text, aboutKind, aboutId }: Line): Promise<void> => {
  await tx.$executeRaw`
    delete from news where person_id = ${personId}::uuid and about_kind = ${aboutKind} and about_id = ${aboutId}::uuid and seen_at is null`;
  await tx.$executeRaw`
    insert into news (id, person_id, text, about_kind, about_id, at)
    values (${newId()}::uuid, ${personId}::uuid, ${text}, ${aboutKind}, ${aboutId}::uuid, ${now.toString()}::timestamptz)`;
};

/** Leaves the same line for many, in one statement. */
export const leaveNewsFor = async (
  { tx, now, newId }: Writer<string | null>,
  personIds: readonly string[],
  { text, aboutKind, aboutId }: Omit<Line, 'personId'>,
): Promise<void> => {
  await tx.$executeRaw`
    insert into news (id, person_id, text, about_kind, about_id, at)
    select line.id, line.person_id, ${text}, ${aboutKind}, ${aboutId}::uuid, ${now.toString()}::timestamptz
    from unnest(${personIds.map(() => newId())}::uuid[], ${[...personIds]}::uuid[]) as line (id, person_id)`;
};

type TakenBack = Pick<Line, 'aboutKind' | 'aboutId'> & { /** When they were left, ISO. */ at: string };

/** Takes back the lines about a thing that were left at a moment and that nobody has read. @returns those that were read */
export const takeBackNews = async (tx: Tx, { aboutKind, aboutId, at }: TakenBack): Promise<{ personId: string; text: string }[]> => {
  await tx.$executeRaw`
    delete from news where about_kind = ${aboutKind} and about_id = ${aboutId}::uuid and at = ${at}::timestamptz and seen_at is null`;
  return tx.$queryRaw`
    select person_id as "personId", text from news
    where about_kind = ${aboutKind} and about_id = ${aboutId}::uuid and at = ${at}::timestamptz order by id`;
};

/** How many lines are shown together; the others come once these were read. */
const MOST = 5;

/** What somebody has not been told yet, oldest first. At most 5. */
export const newsFor = (tx: Tx, personId: string): Promise<News[]> => tx.$queryRaw<News[]>`
  select id, text from news where person_id = ${personId}::uuid and seen_at is null order by at, id limit ${MOST}`;

/** Somebody has read these lines, and no others: one may have been left since the card was drawn. */
export const clearNews = async ({ tx, now, personId }: Writer, ids: readonly string[]): Promise<void> => {
  await tx.$executeRaw`
    update news set seen_at = ${now.toString()}::timestamptz
    where person_id = ${personId}::uuid and id = any(${[...ids]}::uuid[]) and seen_at is null`;
};

/** What some messages told (by the ids of their deliveries) was read with them: it is not told again elsewhere. */
export const readIn = async (tx: Tx, deliveryIds: readonly string[], now: Temporal.Instant): Promise<void> => {
  if (deliveryIds.length === 0) return;
  await tx.$executeRaw`
    update news n set seen_at = ${now.toString()}::timestamptz from delivery_line l
    where l.delivery_id = any(${[...deliveryIds]}::uuid[]) and l.key = 'news:' || n.id and l.person_id = n.person_id and n.seen_at is null`;
};

/** Adds to the line about one thing that somebody has not read yet, so that an earlier one is not lost; nothing where it says so already. */
export const addToNews = async (writer: Writer, line: Line): Promise<void> => {
  const before = await writer.tx.news.findFirst({
    where: { personId: line.personId, aboutKind: line.aboutKind, aboutId: line.aboutId, seenAt: null },
    select: { text: true },
  });
  if (before?.text.includes(line.text)) return;
  await leaveNews(writer, { ...line, text: before ? `${before.text} ${line.text}` : line.text });
};

/** What some lines said, read or not; of this person's alone. By their id. */
export const newsTexts = async (tx: Tx, personId: string, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw<News[]>`select id, text from news where person_id = ${personId}::uuid and id = any(${[...ids]}::uuid[])`;
  return new Map(rows.map(({ id, text }) => [id, text]));
};
