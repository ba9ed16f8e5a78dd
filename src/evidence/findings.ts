import type { Writer } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import { leaveNews, takeBackNews } from '../people/news.ts';
import { may, type RoleName, type ScopePath } from '../people/permissions.ts';
import { type FindingStart, findingsIn, holdFinding, insertAnswer, insertFinding, insertText, peopleWith } from './findings-queries.ts';

/**
 * What the evaluators write of a locality. Each version is a draft until those who lead there have answered it: they agree, correct a fact
 * or add context. Texts and answers are kept and shown side by side; neither changes the other.
 */

export const ANSWER_KINDS = ['agree', 'correct', 'context'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export type Answer = {
  id: string;
  kind: AnswerKind;
  /** Of a fact to be corrected, or of context; beside an agreement where there was more to say. */
  text: string | null;
  /** ISO 8601 */
  recordedAt: string;
  byId: string | null;
  by: string | null;
  byRole: RoleName | null;
};

export type FindingVersion = {
  version: number;
  /** Null: it was taken back. */
  text: string | null;
  /** ISO 8601 */
  recordedAt: string;
  by: string | null;
  byRole: RoleName | null;
  answers: Answer[];
};

export type Finding = Required<ScopePath> & {
  id: string;
  locality: string;
  prefix: string;
  /** The area it is about; null: the locality as a whole. */
  criterionId: string | null;
  criterion: string | null;
  /** The term it is about: "2026/27-autumn". */
  round: string;
  /** Earliest first; at least one. */
  versions: FindingVersion[];
};

/** The text as it stands. */
export const latest = ({ versions }: Pick<Finding, 'versions'>): FindingVersion => versions.at(-1) as FindingVersion;

export type FindingState = 'draft' | 'answered' | 'withdrawn';

/** Where a text stands: every new version waits for an answer of its own. */
export const stateOf = (finding: Pick<Finding, 'versions'>): FindingState => {
  const { text, answers } = latest(finding);
  if (text === null) return 'withdrawn';
  return answers.length > 0 ? 'answered' : 'draft';
};

/** What the actor may see of a finding: all of it, or only the versions that were answered; undefined: nothing. */
export const asSeenBy = (actor: Pick<Actor, 'roles'>, finding: Finding): Finding | undefined => {
  if (may(actor, 'finding.draft', finding)) return finding;
  const versions = finding.versions.filter(({ answers }) => answers.length > 0);
  return may(actor, 'assessment.read', finding) && versions.length > 0 ? { ...finding, versions } : undefined;
};

/** What of the findings of some localities the actor may see, newest first. */
export const readableFindings = async (tx: Tx, actor: Pick<Actor, 'roles'>, localityIds: readonly string[]): Promise<Finding[]> =>
  (await findingsIn(tx, localityIds)).flatMap((finding) => asSeenBy(actor, finding) ?? []);

/** One of them. @param localityIds where it may be */
export const readableFinding = async (
  tx: Tx,
  actor: Pick<Actor, 'roles'>,
  localityIds: readonly string[],
  id: string,
): Promise<Finding | undefined> => {
  const [finding] = await findingsIn(tx, localityIds, { id });
  return finding && asSeenBy(actor, finding);
};

/** Whether it can be taken back: nobody has answered any of it. What was answered stays. */
export const mayBeTakenBack = (finding: Pick<Finding, 'versions'>): boolean =>
  stateOf(finding) === 'draft' && finding.versions.every(({ answers }) => answers.length === 0);

type Told = Pick<Finding, 'id' | 'localityId' | 'locality' | 'criterion'>;

/** "Leadership and governance of the partnership", or the whole of it. */
export const subjectOf = ({ criterion, locality }: Pick<Told, 'criterion' | 'locality'>): string => criterion ?? `${locality} as a whole`;

const TO_ANSWER = 'finding';
const ANSWERED = 'finding answer';

const leave = async (writer: Writer, to: readonly string[], aboutKind: string, finding: Told, text: string): Promise<void> => {
  for (const personId of to) if (personId !== writer.personId) await leaveNews(writer, { personId, text, aboutKind, aboutId: finding.id });
};

/** Tells those who lead in the locality; where nobody does, those who coordinate it that somebody has to. */
const tellLeaders = async (writer: Writer, finding: Told, again: boolean): Promise<void> => {
  const { localityId, locality, criterion } = finding;
  const people = await peopleWith(writer.tx, ['lead', 'coordinator'], { localityId, today: dayIn(writer.now).toString() });
  const leads = people.filter(({ role }) => role === 'lead');
  const what = `The evaluators wrote ${again ? 'a new text' : 'a text'} about ${locality} (${criterion ?? 'as a whole'})`;
  await leave(
    writer,
    (leads.length > 0 ? leads : people).map(({ id }) => id),
    TO_ANSWER,
    finding,
    leads.length > 0
      ? `${what}, a draft until you have answered it: type evidence findings.`
      : `${what}, and nobody leads there to answer it. Give somebody the lead: type partners invite.`,
  );
};

/** Takes back what was said of a text that waits no more, where nobody has read it. */
const noLongerWaits = async (writer: Writer, { id, versions }: Pick<Finding, 'id' | 'versions'>): Promise<void> => {
  await takeBackNews(writer.tx, { aboutKind: TO_ANSWER, aboutId: id, at: latest({ versions }).recordedAt });
};

/** Writes a text; those who lead there are told with the next thing they read. @returns false where a form that was sent twice has written it */
export const writeFinding = async (writer: Writer, finding: FindingStart & Told, text: string): Promise<boolean> => {
  if (!(await insertFinding(writer.tx, finding))) return false;
  await insertText(writer, finding.id, 1, text);
  await tellLeaders(writer, finding, false);
  return true;
};

/** What somebody had before them: the version, and how many had answered it. */
export type Seen = { version: number; answers: number };

/** A finding as it is now, and stays until this transaction is over. */
const held = async ({ tx }: Writer, { id, localityId }: Pick<Finding, 'id' | 'localityId'>): Promise<Finding | undefined> => {
  await holdFinding(tx, id);
  return (await findingsIn(tx, [localityId], { id }))[0];
};

/**
 * Writes a new version, a draft again; null takes the text back.
 * @returns false where somebody wrote or answered since it was seen: nothing was changed
 */
export const rewriteFinding = async (
  writer: Writer,
  finding: Pick<Finding, 'id' | 'localityId'>,
  seen: Seen,
  text: string | null,
): Promise<boolean> => {
  const now = await held(writer, finding);
  if (!now || latest(now).version !== seen.version || latest(now).answers.length !== seen.answers) return false;
  await insertText(writer, now.id, seen.version + 1, text);
  await noLongerWaits(writer, now);
  if (text !== null) await tellLeaders(writer, now, true);
  return true;
};

const SAID: Record<AnswerKind, string> = { agree: 'they agree', correct: 'a fact is corrected', context: 'context is added' };

export type Answered =
  /** `again`: the same was said already, by the same person. */ 'saved' | 'again' | /** There is a later text. */ 'changed';

/**
 * Answers a version of a text; the evaluators are told with the next thing they read.
 * @param version the one that was read
 */
export const answerFinding = async (
  writer: Writer,
  finding: Pick<Finding, 'id' | 'localityId'>,
  version: number,
  { kind, text }: Pick<Answer, 'kind' | 'text'>,
): Promise<Answered> => {
  const now = await held(writer, finding);
  if (!now || latest(now).version !== version || latest(now).text === null) return 'changed';
  if (latest(now).answers.some((one) => one.byId === writer.personId && one.kind === kind && one.text === text)) return 'again';
  await insertAnswer(writer, { id: writer.newId(), findingId: now.id, version, kind, text });
  await noLongerWaits(writer, now);
  const evaluators = await peopleWith(writer.tx, ['evaluator'], { localityId: now.localityId, today: dayIn(writer.now).toString() });
  await leave(
    writer,
    evaluators.map(({ id }) => id),
    ANSWERED,
    now,
    `${now.locality} answered what you wrote (${now.criterion ?? 'as a whole'}): ${SAID[kind]}. Type evidence findings.`,
  );
  return 'saved';
};
