import { z } from 'zod';
import { criteria } from '../../actions/criteria.ts';
import type { Form } from '../../cards/card.ts';
import {
  correctEntry,
  mayShow,
  REGISTER_KINDS,
  type RegisterDraft,
  type RegisterEntry,
  type RegisterKind,
  saveEntry,
} from '../../evidence/register.ts';
import { criterionField, type EntryParts, readEntry } from '../../evidence/register-fields.ts';
import { mergeRegister, type RegisterKey, registerChanges } from '../../evidence/register-merge.ts';
import { type EntryVersion, entriesIn, entryVersions, thingsOf } from '../../evidence/register-queries.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { showable } from '../../people/notes.ts';
import { may } from '../../people/permissions.ts';
import { postedValues } from '../../platforms/web/receive.ts';
import { formView } from '../../platforms/web/render.ts';
import type { Place } from '../../summaries/scopes.ts';
import { entryForm, entryName, KIND_WORDS, METHOD_WORDS } from '../../views/evidence/register.ts';
import type { Asked, Change, Page, Reader, Shown } from './page.ts';
import { writtenBy } from './register-view.ts';

/** Logging an entry and correcting one, with the form that the chat has too. */

type Values = Readonly<Record<string, string>>;
type Filled = { values?: Values; errors?: Record<string, string> };

const isId = (text: string) => z.guid().safeParse(text).success;

const partsIn = async (reader: Reader, localityId: string): Promise<EntryParts> => ({
  criteria: await criteria(reader.tx),
  ...(await thingsOf(reader.tx, localityId)),
});

/** What an entry is about stays in its list, though it be there no longer. */
const withOwn = ({ criteria: areas, projects, kpis }: EntryParts, { projectId, project, kpiId, kpi }: RegisterEntry): EntryParts => {
  const also = (list: EntryParts['kpis'], id: string | null, name: string | null) =>
    id === null || list.some((one) => one.id === id) ? list : [...list, { id, name: name ?? '' }];
  return { criteria: areas, projects: also(projects, projectId, project), kpis: also(kpis, kpiId, kpi) };
};

/** What was posted under the names of a form's fields. */
const postedOf = (asked: Asked, { fields }: Pick<Form, 'fields'>): Values =>
  postedValues(
    Object.fromEntries(
      fields.flatMap(({ kind, name }) =>
        (kind === 'date' ? ['.day', '.month', '.year'] : ['']).map((box) => [`field.${name}${box}`, asked.posted(`field.${name}${box}`)]),
      ),
    ),
  );

/** A child's identifier in a field that comes back is taken out of it. */
const again = (value: string) => withoutNumbers(showable(value)) ?? '';

type Drawn = { form: Form; action: string; cancel: string; hidden: Values; title: string; label: string };

/** The form as a page; the areas stand together, as ticks. */
const formPage = (reader: Reader, { form, action, cancel, hidden, title, label }: Drawn, { values, errors = {} }: Filled): Shown => {
  const fields = form.fields.map((field) => (values ? { ...field, value: again(values[field.name] ?? '') } : field));
  const view = formView({ ...form, fields, submit: { label, press: { verb: '', form: true, token: '' } } }, errors);
  const isArea = ({ name }: { name: string }) => /^criterion\d+$/u.test(name);
  const areas = view.fields.filter(isArea);
  const wrong = view.errors.length > 0;
  return {
    template: 'evidence/register-form.njk',
    status: wrong ? 400 : 200,
    title: wrong ? `Error: ${title}` : title,
    heading: title,
    crumbs: [{ text: 'Evidence register', href: reader.to('/register') }],
    action,
    cancel,
    hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })),
    intro: view.intro,
    errors: view.errors,
    before: view.fields.slice(0, view.fields.findIndex(isArea)),
    areas: areas.map(({ id, posted, label: name, value }) => ({
      id,
      name: posted,
      value: 'yes',
      text: name.replace(/^Is it about: /u, '').replace(/\?$/u, ''),
      checked: value === 'yes',
    })),
    areasError: areas[0]?.error,
    after: view.fields.slice(view.fields.findLastIndex(isArea) + 1),
    label,
  };
};

// ── A new one ──

const writablePlaces = ({ places, actor }: Reader): Place[] => places.filter((place) => may(actor, 'register.write', place));

const kindOf = (text: string): RegisterKind | undefined => REGISTER_KINDS.find((kind) => kind === text.toLowerCase());

/** First what it is and where: what is asked for depends on both. */
const choosePage = (reader: Reader, places: readonly Place[], kind: string, locality: string, problem?: string): Shown => ({
  template: 'evidence/register-choose.njk',
  status: problem ? 400 : 200,
  problem,
  title: problem ? 'Error: Log in the evidence register' : 'Log in the evidence register',
  heading: 'Log in the evidence register',
  crumbs: [{ text: 'Evidence register', href: reader.to('/register') }],
  action: '/register/new',
  hidden: [...new URL(reader.to('/register/new'), 'http://localhost').searchParams].map(([name, value]) => ({ name, value })),
  kinds: REGISTER_KINDS.map((value) => ({ value, text: KIND_WORDS[value].name, checked: value === kind })),
  localities:
    places.length === 1
      ? undefined
      : [
          { value: '', text: 'Choose one' },
          ...places.map(({ prefix, locality: name }) => ({ value: prefix, text: name, selected: prefix === locality })),
        ],
});

const newForm = (kind: RegisterKind, place: Place, parts: EntryParts, opens: Partial<RegisterDraft> = {}): Form =>
  entryForm({ kind, places: [place], parts, opens, submit: { label: '', press: { verb: '' } } });

const drawnNew = (reader: Reader, kind: RegisterKind, place: Place, form: Form, id: string): Drawn => ({
  form,
  action: reader.to('/register/new'),
  cancel: reader.to('/register'),
  hidden: { kind, locality: place.prefix, id },
  title: form.title,
  label: 'Save',
});

const placeOf = (places: readonly Place[], prefix: string): Place | undefined =>
  places.length === 1 ? places[0] : places.find((place) => place.prefix === prefix.toUpperCase());

export const newPage =
  (newId: () => string): Page =>
  async (reader, asked) => {
    const places = writablePlaces(reader);
    if (places.length === 0) return undefined;
    const kind = kindOf(asked.query('kind'));
    const place = placeOf(places, asked.query('locality'));
    if (!kind || !place) return choosePage(reader, places, kind ?? '', place?.prefix ?? '');
    const form = newForm(
      kind,
      place,
      await partsIn(reader, place.localityId),
      kind === 'document' ? {} : { date: reader.today.toString() },
    );
    return formPage(reader, drawnNew(reader, kind, place, form, newId()), {});
  };

export const newChange =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const places = writablePlaces(reader);
    const kind = kindOf(asked.posted('kind'));
    const wanted = asked.posted('locality');
    const place = wanted === '' ? placeOf(places, wanted) : places.find(({ prefix }) => prefix === wanted.toUpperCase());
    if (places.length === 0) return undefined;
    if (!place)
      return choosePage(reader, places, kind ?? '', '', 'Nothing was saved: you cannot log in that locality. Choose one of yours.');
    if (!kind) return choosePage(reader, places, '', place.prefix, 'Nothing was saved: choose what it is.');
    const parts = await partsIn(reader, place.localityId);
    const form = newForm(kind, place, parts);
    const values = postedOf(asked, form);
    const id = isId(asked.posted('id')) ? asked.posted('id') : newId();
    const read = readEntry(kind, values, parts, { locality: place.locality, today: reader.today });
    if ('fields' in read) return formPage(reader, drawnNew(reader, kind, place, form, id), { values, errors: read.fields });
    // The same form once more: what it logged is there already.
    await saveEntry({ ...reader, newId, personId: reader.actor.personId }, place.localityId, read.draft, id);
    return { goTo: reader.to(`/register/${id}`) };
  };

// ── A correction ──

const LABELS: Record<RegisterKey, { field: string; words: (entry: RegisterEntry, parts: EntryParts) => string }> = {
  date: { field: 'date', words: ({ date }) => date },
  endDate: { field: 'endDate', words: ({ endDate }) => endDate ?? '' },
  method: { field: 'method', words: ({ method }) => (method ? METHOD_WORDS[method] : '') },
  summary: { field: 'summary', words: ({ summary }) => summary },
  link: { field: 'link', words: ({ link }) => link ?? '' },
  quote: { field: 'quote', words: ({ quote }) => quote ?? '' },
  consent: { field: 'consent', words: ({ consent }) => (consent ? 'yes' : 'no') },
  fewChildren: { field: 'fewChildren', words: ({ fewChildren }) => (fewChildren ? 'yes' : 'no') },
  criterionIds: {
    field: criterionField(0),
    words: ({ criterionIds }, parts) =>
      parts.criteria
        .filter(({ id }) => criterionIds.includes(id))
        .map(({ name }) => name)
        .join('; '),
  },
  projectId: { field: 'project', words: ({ project }) => project ?? '' },
  kpiId: { field: 'kpi', words: ({ kpi }) => kpi ?? '' },
};

/** A draft as the values of its form: what a merged one is drawn with. */
const valuesOf = (draft: RegisterDraft, { criteria: areas }: EntryParts): Values => ({
  date: draft.date,
  endDate: draft.endDate ?? '',
  method: draft.method ?? '',
  summary: draft.summary,
  link: draft.link ?? '',
  quote: draft.quote ?? '',
  consent: draft.consent ? 'yes' : '',
  fewChildren: draft.fewChildren ? 'yes' : 'no',
  ...Object.fromEntries(areas.map(({ id }, at) => [criterionField(at), draft.criterionIds.includes(id) ? 'yes' : 'no'])),
  project: draft.projectId ?? 'none',
  kpi: draft.kpiId ?? 'none',
});

const drawnCorrection = (reader: Reader, entry: RegisterEntry, form: Form, version = entry.version): Drawn => ({
  form,
  action: reader.to(`/register/${entry.id}/correct`),
  cancel: reader.to(`/register/${entry.id}`),
  hidden: { version: String(version) },
  title: `Correct ${KIND_WORDS[entry.kind].a}`,
  label: 'Save the correction',
});

/** The entry of the address that the reader may correct; among them one that was withdrawn, for whoever still has its form open. */
const correctable = async (reader: Reader, asked: Asked, withdrawn: boolean): Promise<RegisterEntry | undefined> => {
  const id = asked.param('id');
  const ids = writablePlaces(reader).map(({ localityId }) => localityId);
  const [entry] = isId(id) ? await entriesIn(reader.tx, ids, { id, withdrawn }) : [];
  return entry && mayShow(reader.actor, entry) ? entry : undefined;
};

export const correctPage: Page = async (reader, asked) => {
  const entry = await correctable(reader, asked, false);
  if (!entry) return undefined;
  const parts = withOwn(await partsIn(reader, entry.localityId), entry);
  const form = entryForm({ kind: entry.kind, places: [entry], parts, opens: entry, submit: { label: '', press: { verb: '' } } });
  return formPage(reader, drawnCorrection(reader, entry, form), {});
};

/** Who wrote the last version that changed something of an entry, and to what. */
const meanwhile = (
  reader: Reader,
  key: RegisterKey,
  versions: readonly EntryVersion[],
  entry: RegisterEntry,
  parts: EntryParts,
): string => {
  const last = versions.findLast((version, at) => {
    const earlier = versions[at - 1];
    return earlier !== undefined && registerChanges(earlier, version).includes(key);
  });
  const who = last ? writtenBy(reader.actor, { ...entry, by: last.by, byRole: last.byRole }) : 'Somebody else';
  return `${who} changed this meanwhile, to: ${LABELS[key].words(entry, parts) || 'none'}. To have what stands here, save again.`;
};

/** That it is about more children after all is for whoever may check it: else nobody would have to. */
const raised = ({ actor }: Reader, entry: RegisterEntry, draft: RegisterDraft): Record<string, string> =>
  entry.fewChildren && !draft.fewChildren && !may(actor, 'register.check', entry)
    ? {
        fewChildren: `It was logged as about fewer than 10 children: only a pilot lead or coordinator of ${entry.locality} can change that.`,
      }
    : {};

export const correctChange =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const entry = await correctable(reader, asked, true);
    if (!entry) return undefined;
    const parts = withOwn(await partsIn(reader, entry.localityId), entry);
    const form = entryForm({ kind: entry.kind, places: [entry], parts, opens: entry, submit: { label: '', press: { verb: '' } } });
    const values = postedOf(asked, form);
    const versions = await entryVersions(reader.tx, entry.id);
    if (versions.at(-1)?.withdrawn) {
      const place = reader.places.find(({ localityId }) => localityId === entry.localityId) as Place;
      const gone = `This ${entryName(entry, reader.today)} was taken out of the register while you had it open. What you wrote stands here: save to log it anew.`;
      return formPage(reader, drawnNew(reader, entry.kind, place, newForm(entry.kind, place, parts), newId()), {
        values,
        errors: { gone },
      });
    }
    const base = versions.find(({ version }) => String(version) === asked.posted('version'));
    const read = readEntry(entry.kind, values, parts, { locality: entry.locality, today: reader.today });
    const errors = 'fields' in read ? read.fields : raised(reader, entry, read.draft);
    // With something wrong in it, it is still the form of the version that it was opened with.
    if ('fields' in read || Object.keys(errors).length > 0)
      return formPage(reader, drawnCorrection(reader, entry, form, base?.version), { values, errors });
    const { draft, both } = mergeRegister(base ?? entry, read.draft, entry);
    if (both.length > 0)
      return formPage(reader, drawnCorrection(reader, entry, form), {
        values: valuesOf(draft, parts),
        errors: Object.fromEntries(both.map((key) => [LABELS[key].field, meanwhile(reader, key, versions, entry, parts)])),
      });
    const saved =
      registerChanges(entry, draft).length === 0 ||
      (await correctEntry({ ...reader, newId, personId: reader.actor.personId }, entry, draft));
    if (saved) return { goTo: reader.to(`/register/${entry.id}`) };
    return formPage(reader, drawnCorrection(reader, entry, form, base?.version), {
      values,
      errors: { at: 'Somebody else saved a correction in the same moment. Save again: what they changed is kept.' },
    });
  };
