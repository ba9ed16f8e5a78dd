import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Criterion, criteria } from '../../actions/criteria.ts';
import { dayWords } from '../../calendar/dates.ts';
import { dayIn } from '../../calendar/zone.ts';
import { checkEntry, needsCheck, type RegisterEntry, readableEntries, restoreEntry, withdrawEntry } from '../../evidence/register.ts';
import { type RegisterKey, registerChanges } from '../../evidence/register-merge.ts';
import { type EntryVersion, entryVersions } from '../../evidence/register-queries.ts';
import { may, type Permission } from '../../people/permissions.ts';
import { safeUrl } from '../../platforms/web/render.ts';
import { listed } from '../../views/actions/parts.ts';
import { CHECK_WAITS, criterionNames, KIND_WORDS, METHOD_WORDS, whenWords } from '../../views/evidence/register.ts';
import type { Asked, Change, Page, Reader, Shown } from './page.ts';
import { writtenBy } from './register-view.ts';

/** One entry of the register: what it says, who changed it when, and what may be done with it. */

const KEY_WORDS: Record<RegisterKey, string> = {
  date: 'the date',
  endDate: 'the last day',
  method: 'how it goes round',
  summary: 'the summary',
  link: 'the link',
  quote: 'the quote',
  consent: 'the consent',
  fewChildren: 'whether it is about fewer than 10 children',
  criterionIds: 'the areas',
  projectId: 'the project',
  kpiId: 'the KPI',
};

/** What a version did, never what its words were: those of an earlier one may have been taken out for a reason. */
const didWhat = (version: EntryVersion, before: EntryVersion | undefined): string => {
  if (!before) return 'Logged';
  const again = before.checked && !version.checked ? '; to be checked again' : '';
  if (version.withdrawn !== before.withdrawn) return version.withdrawn ? 'Taken out of the register' : `Brought back${again}`;
  const changed = registerChanges(before, version);
  if (changed.length > 0) {
    return `Corrected: ${listed(changed.map((key) => KEY_WORDS[key]))}${again}`;
  }
  return version.checked ? 'Ticked as checked for identification' : 'The tick “checked for identification” taken back';
};

const momentWords = (iso: string, zone: string) => {
  const at = Temporal.Instant.from(iso);
  const { hour, minute } = at.toZonedDateTimeISO(zone);
  return `${dayWords(dayIn(at, zone))}, ${[hour, minute].map((part) => String(part).padStart(2, '0')).join(':')}`;
};

const history = ({ actor }: Reader, entry: RegisterEntry, versions: readonly EntryVersion[]) =>
  versions
    .map((version, at) => ({
      when: momentWords(version.recordedAt, actor.zone),
      who:
        at === 0 && entry.byId === null ? 'with the demonstration' : writtenBy(actor, { ...entry, by: version.by, byRole: version.byRole }),
      what: didWhat(version, versions[at - 1]),
    }))
    .reverse();

const daysInFull = ({ kind, date, endDate }: RegisterEntry): string => {
  const [first, last] = [date, endDate].map((day) => (day === null ? undefined : dayWords(Temporal.PlainDate.from(day))));
  return kind === 'cycle' ? (last ? `${first} to ${last}` : `From ${first} on`) : String(first);
};

const facts = (reader: Reader, entry: RegisterEntry, areas: readonly Criterion[]) => {
  const { actor, to } = reader;
  const theirs = may(actor, 'kpi.read', entry);
  return [
    { label: 'Locality', text: entry.locality, href: theirs ? to(`/localities/${entry.prefix}`) : undefined },
    { label: entry.kind === 'cycle' ? 'From and to' : 'Date', text: daysInFull(entry) },
    { label: 'Goes round as', text: entry.method ? METHOD_WORDS[entry.method] : '' },
    { label: 'Areas of locality working', text: criterionNames(entry, areas).join('; ') },
    { label: 'Project', text: entry.project ?? '', href: theirs ? to(`/projects/${entry.projectId}`) : undefined },
    { label: 'Beside the chart of', text: entry.kpi ?? '', href: theirs ? to(`/kpis/${entry.kpiId}`) : undefined },
    { label: 'What shows it', text: entry.link ?? '', away: entry.link ? safeUrl(entry.link) : undefined },
    { label: 'Logged by', text: entry.byId === null ? 'Nobody: made up for the demonstration' : writtenBy(actor, entry) },
  ].filter(({ text }) => text !== '');
};

/**
 * Whether an entry that was taken out may still be read, and brought back: by whoever may take out; one about very few children, only by those
 * of them who may check it and by its author, since a child may have been told from it although it was checked.
 */
const readsOut = (actor: Reader['actor'], entry: RegisterEntry): boolean =>
  may(actor, 'register.write', entry) && (!entry.fewChildren || entry.byId === actor.personId || may(actor, 'register.check', entry));

/** An entry with all its versions. @property out it was taken out */
type Found = { entry: RegisterEntry; versions: EntryVersion[]; out: boolean };

const entryOf = async ({ tx, actor, places }: Reader, asked: Asked): Promise<Found | undefined> => {
  const id = asked.param('id');
  if (!z.guid().safeParse(id).success) return undefined;
  const ids = places.map(({ localityId }) => localityId);
  const [entry] = await readableEntries(tx, actor, ids, { id, withdrawn: true });
  if (!entry) return undefined;
  const versions = await entryVersions(tx, id);
  const out = versions.at(-1)?.withdrawn === true;
  return out && !readsOut(actor, entry) ? undefined : { entry, versions, out };
};

const shown = async (reader: Reader, { entry, versions, out }: Found, refused?: string): Promise<Shown> => {
  const { tx, actor, to } = reader;
  const areas = await criteria(tx);
  const writes = may(actor, 'register.write', entry);
  return {
    template: 'evidence/register-entry.njk',
    status: refused ? 409 : 200,
    title: `${KIND_WORDS[entry.kind].name}, ${entry.locality}, ${whenWords(entry, reader.today)}`,
    crumbs: [{ text: 'Evidence register', href: to('/register') }],
    refused,
    summary: entry.summary,
    quote: entry.quote ?? undefined,
    demonstration: entry.byId === null,
    few: entry.fewChildren,
    out,
    waits: needsCheck(entry) ? CHECK_WAITS : undefined,
    own: entry.byId === actor.personId,
    mayCheck: !out && entry.fewChildren && may(actor, 'register.check', entry),
    facts: facts(reader, entry, areas),
    history: history(reader, entry, versions),
    action: to(`/register/${entry.id}`),
    version: entry.version,
    correct: writes && !out ? to(`/register/${entry.id}/correct`) : undefined,
    kind: KIND_WORDS[entry.kind].name.toLowerCase(),
  };
};

export const entryPage: Page = async (reader, asked) => {
  const found = await entryOf(reader, asked);
  return found && shown(reader, found);
};

const CHANGED = 'It was changed after you looked: look at it again, then press once more.';

/** The tick, the tick taken back, taking the entry out, and bringing it back. */
const ACTS = {
  check: {
    needs: 'register.check',
    isDone: ({ entry }) => entry.checked,
    write: (writer, entry) => checkEntry(writer, entry, true),
  },
  uncheck: {
    needs: 'register.check',
    isDone: ({ entry }) => !entry.checked,
    write: (writer, entry) => checkEntry(writer, entry, false),
  },
  withdraw: { needs: 'register.write', isDone: ({ out }) => out, write: withdrawEntry },
  restore: { needs: 'register.write', isDone: ({ out }) => !out, write: restoreEntry },
} as const satisfies Record<string, Act>;

type Act = {
  needs: Permission;
  isDone: (found: Found) => boolean;
  write: (writer: Parameters<typeof withdrawEntry>[0], entry: RegisterEntry) => Promise<boolean>;
};

const actOf = (posted: string): Act | undefined => (Object.hasOwn(ACTS, posted) ? ACTS[posted as keyof typeof ACTS] : undefined);

export const entryChange =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const found = await entryOf(reader, asked);
    const act = actOf(asked.posted('act'));
    if (!found || !act) return undefined;
    const { entry, out } = found;
    const { actor, to } = reader;
    const ofChecks = act.needs === 'register.check';
    if (!may(actor, act.needs, entry) || (ofChecks && (out || !entry.fewChildren))) return undefined;
    const there = { goTo: to(`/register/${entry.id}`) };
    // Pressed twice: it is as they wished already.
    if (act.isDone(found)) return there;
    if (asked.posted('version') !== String(entry.version)) return shown(reader, found, CHANGED);
    const done = await act.write({ ...reader, newId, personId: actor.personId }, entry);
    return done ? there : shown(reader, found, CHANGED);
  };
