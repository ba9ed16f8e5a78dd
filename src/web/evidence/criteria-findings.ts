import { z } from 'zod';
import { type Area, roundOf } from '../../evidence/criteria.ts';
import { criteriaOf } from '../../evidence/criteria-queries.ts';
import {
  ANSWER_KINDS,
  answerFinding,
  type Finding,
  latest,
  mayBeTakenBack,
  readableFinding,
  rewriteFinding,
  stateOf,
  subjectOf,
  writeFinding,
} from '../../evidence/findings.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { showable, textProblem } from '../../people/notes.ts';
import { may } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { answerProblem } from '../../views/evidence/finding-words.ts';
import { findingView } from './criteria-findings-view.ts';
import { crumbs, placeOf, readable, writerOf } from './criteria-reader.ts';
import { findingPath, localityPath } from './criteria-view.ts';
import type { Asked, Change, Page, Reader, Shown } from './page.ts';

/** What the evaluators write of a locality: writing it, answering it, writing it anew. Who may not see it finds no such page. */

/** What was typed into a large field. */
const typed = (asked: Asked, name: string): string => asked.posted(name).replaceAll('\r\n', '\n').trim();
/** The same as it may be given back. */
const givenBack = (text: string): string => withoutNumbers(showable(text)) ?? '';

const textWrong = (text: string): string | undefined => (text === '' ? 'Write what you found.' : textProblem(text, 'The text'));

type NewText = {
  /** Of the text to be: a form that is sent twice writes one. */ id: string;
  criterion: string;
  text: string;
  problem?: string;
};

/** The form for a new text, for those who may write one. */
export const newFindingForm = (reader: Reader, place: Place, areas: readonly Area[], given: NewText) =>
  may(reader.actor, 'finding.write', place)
    ? {
        action: reader.to(`${localityPath(place.prefix)}/findings`),
        about: [
          { value: '', text: `${place.locality} as a whole`, selected: given.criterion === '' },
          ...areas.map(({ id, name }) => ({ value: id, text: name, selected: given.criterion === id })),
        ],
        id: given.id,
        text: given.text,
        problem: given.problem,
      }
    : undefined;

export const startFinding =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const place = placeOf(reader, asked);
    if (!place || !may(reader.actor, 'finding.write', place)) return undefined;
    const areas = await criteriaOf(reader.tx);
    const [text, criterion] = [typed(asked, 'text'), asked.posted('criterion')];
    const id = z.guid().safeParse(asked.posted('id')).data ?? newId();
    const area = areas.find(({ id }) => id === criterion);
    const problem = textWrong(text) ?? (criterion === '' || area ? undefined : 'Choose what it is about.');
    if (problem)
      return {
        template: 'evidence/finding-new.njk',
        title: `Error: A text about ${place.locality}`,
        heading: `A text about ${place.locality}`,
        status: 400,
        crumbs: crumbs(reader, place),
        write: newFindingForm(reader, place, areas, { id, criterion, text: givenBack(text), problem }),
      };
    const round = roundOf('criterion', reader.today).key;
    await writeFinding(
      writerOf(reader, newId),
      { id, localityId: place.localityId, locality: place.locality, criterionId: area?.id ?? null, criterion: area?.name ?? null, round },
      text,
    );
    return { goTo: reader.to(findingPath(id), { said: 'written' }) };
  };

const find = async (reader: Reader, asked: Asked): Promise<{ finding: Finding; place: Place } | undefined> => {
  const id = asked.param('id');
  const places = readable(reader);
  const ids = places.map(({ localityId }) => localityId);
  const finding = z.guid().safeParse(id).success ? await readableFinding(reader.tx, reader.actor, ids, id) : undefined;
  const place = places.find(({ localityId }) => localityId === finding?.localityId);
  return finding && place && { finding, place };
};

const SAID = new Map(
  Object.entries({
    written: 'Saved as a draft. Those who lead there read with their next message that it waits for their answer.',
    rewritten: 'Saved: a draft again, until those who lead there have answered it.',
    answered: 'Saved. The evaluators read it with their next message. Their text stays as it is until they change it.',
    again: 'This was saved already.',
    withdrawn: 'Taken back. Nobody else has seen it.',
  }),
);

/** What was wrong in one of its forms, with what was written. */
type Wrong = { form: 'answer' | 'rewrite' | 'withdraw'; problem: string; kind?: string; text?: string };

const page = (reader: Reader, { finding, place }: { finding: Finding; place: Place }, said?: string, wrong?: Wrong): Shown => {
  const title = `${subjectOf(finding)}: what the evaluators wrote`;
  const open = stateOf(finding) !== 'withdrawn';
  const drafts = may(reader.actor, 'finding.draft', finding);
  return {
    template: 'evidence/finding.njk',
    title: wrong ? `Error: ${title}` : title,
    heading: subjectOf(finding),
    status: wrong ? 400 : 200,
    crumbs: crumbs(reader, place),
    said,
    wrong: wrong && { ...wrong, text: wrong.text === undefined ? undefined : givenBack(wrong.text) },
    action: reader.to(findingPath(finding.id)),
    mayAnswer: open && drafts && may(reader.actor, 'finding.answer', finding),
    mayWrite: open && drafts && may(reader.actor, 'finding.write', finding),
    mayTakeBack: mayBeTakenBack(finding) && may(reader.actor, 'finding.write', finding),
    ...findingView(finding, { names: may(reader.actor, 'names.read', place), zone: reader.actor.zone }),
  };
};

export const showFinding: Page = async (reader, asked) => {
  const found = await find(reader, asked);
  return found && page(reader, found, SAID.get(asked.query('said')));
};

const CHANGED = 'Somebody wrote or answered since you opened this page. Read it again; what you wrote is still below.';

const whole = (text: string): number => (/^\d{1,6}$/u.test(text) ? Number(text) : 0);

/** Answers it, writes it anew or takes it back: `do` says which. */
export const changeFinding =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const found = await find(reader, asked);
    if (!found) return undefined;
    const { finding } = found;
    const writer = writerOf(reader, newId);
    const text = typed(asked, 'text');
    const seen = { version: whole(asked.posted('version')), answers: whole(asked.posted('answers')) };
    /** As it is now, with what was not saved. */
    const again = async (wrong: Wrong) => page(reader, (await find(reader, asked)) ?? found, undefined, wrong);
    const goTo = (said: string) => ({ goTo: reader.to(findingPath(finding.id), { said }) });
    const allowed = may(reader.actor, 'finding.draft', finding) && stateOf(finding) !== 'withdrawn';

    if (asked.posted('do') === 'answer' && allowed && may(reader.actor, 'finding.answer', finding)) {
      const kind = ANSWER_KINDS.find((one) => one === asked.posted('kind'));
      const problem = kind ? answerProblem(kind, text) : 'Choose what you want to answer.';
      if (!kind || problem) return again({ form: 'answer', problem: problem ?? '', kind: asked.posted('kind'), text });
      const done = await answerFinding(writer, finding, seen.version, { kind, text: text || null });
      return done === 'changed' ? again({ form: 'answer', problem: CHANGED, kind, text }) : goTo(done === 'again' ? 'again' : 'answered');
    }
    if (asked.posted('do') === 'rewrite' && allowed && may(reader.actor, 'finding.write', finding)) {
      const problem = textWrong(text);
      if (problem) return again({ form: 'rewrite', problem, text });
      if (text === latest(finding).text) return goTo('again');
      return (await rewriteFinding(writer, finding, seen, text)) ? goTo('rewritten') : again({ form: 'rewrite', problem: CHANGED, text });
    }
    if (asked.posted('do') === 'withdraw' && mayBeTakenBack(finding) && may(reader.actor, 'finding.write', finding))
      return (await rewriteFinding(writer, finding, seen, null)) ? goTo('withdrawn') : again({ form: 'withdraw', problem: CHANGED });
    return undefined;
  };
