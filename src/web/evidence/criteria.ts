import { LENSES, type Lens, RECORDS, readableSteps } from '../../evidence/criteria.ts';
import { criteriaOf } from '../../evidence/criteria-queries.ts';
import { readableFindings } from '../../evidence/findings.ts';
import { may } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { lensName } from '../../views/evidence/criteria-words.ts';
import { changeFinding, newFindingForm, showFinding, startFinding } from './criteria-findings.ts';
import { saveSent, subjectsOf } from './criteria-form.ts';
import { crumbs, placeOf, readable, writerOf } from './criteria-reader.ts';
import { criteriaView, localityPath, overviewView, recordView } from './criteria-view.ts';
import type { Change, Page, Reader, Shown } from './page.ts';
import type { Routes } from './routes.ts';

/** The criteria: who has recorded what, each locality by its two lenses, and the form in which a lens is recorded. */

/** What a page says once something was saved; the address carries only which. */
const SAID = new Map([
  ['saved', 'Saved. You can go on, or come back later: nothing is lost.'],
  ['same', 'Nothing was changed: this is how it stood.'],
]);

const recordsAt = ({ actor }: Reader, place: Place): Lens[] => LENSES.filter((lens) => may(actor, RECORDS[lens], place));

const overview: Page = async (reader) => {
  const places = readable(reader);
  if (places.length === 0) return undefined;
  const ids = places.map(({ localityId }) => localityId);
  return {
    template: 'evidence/criteria.njk',
    title: 'Criteria',
    ...overviewView({
      places,
      areas: await criteriaOf(reader.tx),
      steps: await readableSteps(reader.tx, reader.actor, ids),
      findings: await readableFindings(reader.tx, reader.actor, ids),
      drafts: (place) => may(reader.actor, 'finding.draft', place),
      today: reader.today,
      to: reader.to,
    }),
  };
};

/** What the reader may know of a place, as every page of it needs it. */
const known = async (reader: Reader, place: Place) => ({
  place,
  areas: await criteriaOf(reader.tx),
  steps: await readableSteps(reader.tx, reader.actor, [place.localityId]),
  names: may(reader.actor, 'names.read', place),
  zone: reader.actor.zone,
  today: reader.today,
  to: reader.to,
});

/** "2" of an address: the position of an area; undefined: the areas themselves. */
const positionOf = (text: string): number | undefined => (/^[1-9]$/u.test(text) ? Number(text) : undefined);

type Again = Parameters<typeof recordView>[0]['again'];

const recordPage = async (
  reader: Reader,
  place: Place,
  lens: Lens,
  { questions, said, again }: { questions: number | undefined; said?: string | undefined; again?: Again },
): Promise<Shown | undefined> => {
  const here = await known(reader, place);
  const subjects = subjectsOf(here.areas, questions);
  if (subjects.length === 0) return undefined;
  const view = recordView({ ...here, lens, questions, subjects, again });
  const heading = `${lensName(lens, place.locality)}, ${view.roundLabel}`;
  return {
    template: 'evidence/criteria-record.njk',
    title: `${again ? 'Error: ' : ''}${heading}`,
    heading,
    crumbs: crumbs(reader, place),
    said,
    status: again ? 400 : 200,
    ...view,
  };
};

const localityPage =
  (newId: () => string): Page =>
  async (reader, asked) => {
    const place = placeOf(reader, asked);
    if (!place) return undefined;
    const records = recordsAt(reader, place);
    const said = SAID.get(asked.query('said'));
    const wanted = asked.query('record');
    const questions = positionOf(asked.query('questions'));
    const lens = records.find((one) => one === wanted);
    if (lens) return recordPage(reader, place, lens, { questions, said });
    if (wanted !== '') return undefined;
    const findings = await readableFindings(reader.tx, reader.actor, [place.localityId]);
    const here = await known(reader, place);
    return {
      template: 'evidence/criteria-locality.njk',
      title: `Criteria: ${place.locality}`,
      heading: place.locality,
      caption: 'Criteria',
      crumbs: crumbs(reader),
      said,
      ...criteriaView({ ...here, findings, records }),
      write: newFindingForm(reader, place, here.areas, { id: newId(), criterion: '', text: '' }),
    };
  };

const save =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const place = placeOf(reader, asked);
    const lens = place && recordsAt(reader, place).find((one) => one === asked.posted('lens'));
    if (!place || !lens) return undefined;
    const questions = positionOf(asked.posted('questions'));
    const subjects = subjectsOf(await criteriaOf(reader.tx), questions);
    if (subjects.length === 0) return undefined;
    const names = may(reader.actor, 'names.read', place);
    const outcome = await saveSent(writerOf(reader, newId), asked, subjects, {
      localityId: place.localityId,
      lens,
      today: reader.today,
      names,
    });
    if (outcome.kind === 'again') return recordPage(reader, place, lens, { questions, again: outcome });
    const at = positionOf(asked.posted('at'));
    const query = { record: lens, questions: asked.posted('questions'), said: outcome.saved > 0 ? 'saved' : 'same' };
    return { goTo: `${reader.to(localityPath(place.prefix), query)}${at ? `#part-${at}` : ''}` };
  };

export const criteriaPages = ({ router, pages, form, site }: Routes): void => {
  const { newId } = site.core;
  router.get('/criteria', pages.show(overview));
  router.get('/criteria/:prefix', pages.show(localityPage(newId)));
  router.post('/criteria/:prefix', ...form, pages.change(save(newId)));
  router.post('/criteria/:prefix/findings', ...form, pages.change(startFinding(newId)));
  router.get('/findings/:id', pages.show(showFinding));
  router.post('/findings/:id', ...form, pages.change(changeFinding(newId)));
};
