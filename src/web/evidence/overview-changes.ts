import { Temporal } from 'temporal-polyfill';
import { criteria } from '../../actions/criteria.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import { formatDate } from '../../calendar/dates.ts';
import { periodFromKey } from '../../calendar/periods.ts';
import { nationalTerms } from '../../calendar/terms.ts';
import { dayIn } from '../../calendar/zone.ts';
import { readableSteps } from '../../evidence/criteria.ts';
import { readableFindings } from '../../evidence/findings.ts';
import { mayLookOver, mayOpen } from '../../evidence/overview.ts';
import {
  type ActionChange,
  actionChangesIn,
  type Correction,
  correctionsIn,
  definitionChangesIn,
  type KpiPart,
  newProjectsIn,
  rebaseChangesIn,
  targetChangesIn,
} from '../../evidence/overview-changes.ts';
import { needsCheck, readableEntries } from '../../evidence/register.ts';
import { isTelling } from '../../kpis/conceal.ts';
import { may } from '../../people/permissions.ts';
import { reachOf, releasedIn } from '../../pulses/results.ts';
import { kpiStatesIn } from '../../summaries/kpis.ts';
import type { Place } from '../../summaries/scopes.ts';
import { shortened } from '../../views/actions/parts.ts';
import { lensName, stepName } from '../../views/evidence/criteria-words.ts';
import { ANSWER_WORDS } from '../../views/evidence/finding-words.ts';
import { CHECK_WAITS, KIND_WORDS } from '../../views/evidence/register.ts';
import { amount, CONCEALED } from '../../views/kpi-parts.ts';
import { figure } from '../../views/summary-words.ts';
import { targetWords } from './kpi-history.ts';
import { monthAsked } from './overview-month.ts';
import { carried, choiceOf } from './overview-view.ts';
import type { Page, Reader } from './page.ts';

/** What changed in a month, as far as its reader may know: reds first. */

/** A line of a section: what it is about, where it leads, and what became of it. */
type Line = { text: string; href?: string | undefined; detail: string };
type Section = { id: string; heading: string; many: string; lines: Line[]; more: string | undefined };

/** So many lines of one section: a programme has thousands of actions. */
const MOST = 60;
/** Characters of what is a link to all of it. */
const LONGEST = 120;

const section = (id: string, heading: string, lines: readonly Line[]): Section[] =>
  lines.length === 0
    ? []
    : [
        {
          id,
          heading,
          many: figure(lines.length),
          lines: lines.slice(0, MOST),
          more: lines.length > MOST ? `${figure(lines.length - MOST)} more: choose one locality to see all of its own.` : undefined,
        },
      ];

/** In which order it is said to what an action moved: reds first, then what went well. What is complete has a section of its own. */
const MOVED_TO = {
  red: 'Moved to red',
  green: 'Moved to green',
  amber: 'Moved to amber',
  on_hold: 'Put on hold',
  stopped: 'Stopped',
  not_started: 'Back to not started',
} as const;
const TO = Object.keys(MOVED_TO) as (keyof typeof MOVED_TO)[];

const PART_WORDS: Record<KpiPart, string> = {
  new: 'a new KPI',
  name: 'its name',
  unit: 'its unit or what it counts',
  improvement: 'which way is better',
  cadence: 'how often it is read',
  baseline: 'its baseline',
  tolerance: 'its tolerance',
  definition: 'what it is',
  source: 'where it comes from',
  criterion: 'its criterion',
  project: 'its project',
  retired: 'no longer kept',
  other: 'a detail of it',
};

/** "92.8 % → 93.2 %": a figure that tells of very few children stays with those who answer for them. */
const correctionWords = (correction: Correction, telling: boolean): string => {
  const said = (given: Correction['was']) => (!telling && isTelling(correction, given) ? CONCEALED : amount(correction, given));
  return `${said(correction.was)} → ${said(correction.is)}`;
};

type Asking = { reader: Reader; places: readonly Place[]; month: ReturnType<typeof monthAsked>; criterionId: string | undefined };

const sectionsOf = async ({ reader, places, month, criterionId }: Asking): Promise<Section[]> => {
  const { tx, actor, today, to } = reader;
  const { span } = month;
  const open = places.filter((place) => mayOpen(actor, place));
  const openIds = open.map(({ localityId }) => localityId);
  const isOpen = new Set(openIds);
  const by = new Map(places.map((place) => [place.localityId, place]));
  const of = (id: string) => by.get(id) as Place;
  const day = (on: string) => formatDate(Temporal.PlainDate.from(on), today);
  const ofCriterion = (about: { criterionId: string | null }) => criterionId === undefined || about.criterionId === criterionId;

  const actions = (
    await actionChangesIn(
      tx,
      places.map(({ localityId }) => localityId),
      span,
    )
  ).filter(ofCriterion);
  const own = actions.filter(({ localityId }) => isOpen.has(localityId));
  const actionLine = ({ localityId, number, title, was, is, on }: ActionChange): Line => ({
    text: `${of(localityId).prefix}-${number} ${title}`,
    href: `${to(`/localities/${of(localityId).prefix}`)}#${of(localityId).prefix}-${number}`,
    detail: `${of(localityId).locality}: ${was === null ? RATING_WORDS[is] : `${RATING_WORDS[was]} → ${RATING_WORDS[is]}`}, ${day(on)}`,
  });
  const moved = own.filter(({ was, is }) => was !== null && is !== 'complete');
  const elsewhere = actions.filter(({ localityId, was, is }) => !isOpen.has(localityId) && was === 'red' && is === 'green');

  const kpiLine = (about: { localityId: string; kpiId: string; name: string; on: string }, words: string): Line => ({
    text: about.name,
    href: to(`/kpis/${about.kpiId}`),
    detail: `${of(about.localityId).locality}: ${words}, ${day(about.on)}`,
  });
  const targets = (await targetChangesIn(tx, openIds, span)).filter(ofCriterion);
  const definitions = (await definitionChangesIn(tx, openIds, span)).filter(ofCriterion);
  const corrections = (await correctionsIn(tx, openIds, span)).filter(ofCriterion);
  const rebases = (await rebaseChangesIn(tx, openIds, span)).filter(ofCriterion);
  const within = ({ recordedAt }: { recordedAt: string }) => {
    const at = Temporal.Instant.from(recordedAt);
    return Temporal.Instant.compare(at, span.after) > 0 && Temporal.Instant.compare(at, span.upTo) <= 0;
  };
  const dayOf = (moment: string) => formatDate(dayIn(Temporal.Instant.from(moment)), today);
  const areaNames = new Map((await criteria(tx)).map(({ id, name }) => [id, name]));
  const steps = (await readableSteps(tx, actor, openIds))
    .filter(ofCriterion)
    .filter(within)
    .flatMap((one) => (one.step === null ? [] : [{ ...one, step: one.step }]));
  const answered = (await readableFindings(tx, actor, openIds))
    .filter(ofCriterion)
    .flatMap((finding) => finding.versions.flatMap(({ answers }) => answers.filter(within).map((answer) => ({ finding, answer }))));
  const projects = criterionId === undefined ? await newProjectsIn(tx, openIds, span) : [];
  const pulses =
    criterionId === undefined
      ? (await releasedIn(tx, reachOf(actor, 'pulse.results', places))).filter(({ closesOn }) => closesOn.startsWith(month.key))
      : [];
  const first = Temporal.PlainYearMonth.from(month.key).toPlainDate({ day: 1 });
  const last = first.add({ months: 1 }).subtract({ days: 1 });
  const maySeeTelling = (id: string) => may(actor, 'kpi.read.telling', of(id));
  /** What the data said of each KPI on a day, from what was recorded by then. */
  const states = (at: string, on: Temporal.PlainDate) =>
    criterionId === undefined ? kpiStatesIn(tx, openIds, { at, today: on, maySeeTelling }) : [];
  const before = new Map((await states(span.after, first.subtract({ days: 1 }))).map((state) => [state.id, state]));
  const turned = (await states(span.upTo, Temporal.PlainDate.compare(last, today) > 0 ? today : last)).flatMap((now) => {
    const was = before.get(now.id);
    const shown = was && was.status !== 'not_shown' && now.status !== 'not_shown';
    return shown && was.status !== now.status ? [{ ...now, was: was.word }] : [];
  });
  const entries = await readableEntries(tx, actor, openIds, {
    from: first.toString(),
    to: last.toString(),
    criterionId,
  });

  return [
    ...TO.flatMap((word) => section(`to-${word.replace('_', '-')}`, MOVED_TO[word], moved.filter(({ is }) => is === word).map(actionLine))),
    ...section('completed', 'Completed', own.filter(({ was, is }) => was !== null && is === 'complete').map(actionLine)),
    ...section('new', 'New in the plan', own.filter(({ was }) => was === null).map(actionLine)),
    ...section(
      'elsewhere',
      'From red to green in other localities',
      elsewhere.map(({ localityId, title, on }) => ({ text: title, detail: `${of(localityId).locality}, ${day(on)}` })),
    ),
    ...section(
      'states',
      'What the data say of KPIs',
      turned.map(({ id, localityId, name, was, word }) => ({
        text: name,
        href: to(`/kpis/${id}`),
        detail: `${of(localityId).locality}: from ${was} to ${word}`,
      })),
    ),
    ...section(
      'targets',
      'KPI targets',
      targets.map((change) =>
        kpiLine(change, `${change.was ? `${targetWords(change, change.was)} → ` : ''}${targetWords(change, change)}`),
      ),
    ),
    ...section(
      'definitions',
      'KPI definitions',
      definitions.map((change) => kpiLine(change, change.parts.map((part) => PART_WORDS[part]).join(', '))),
    ),
    ...section(
      'corrections',
      'Readings corrected',
      corrections.map((change) =>
        kpiLine(
          change,
          `${periodFromKey(change.period, nationalTerms).label}, ${correctionWords(change, may(actor, 'kpi.read.telling', of(change.localityId)))}`,
        ),
      ),
    ),
    ...section(
      'rebases',
      'Charts whose limits begin anew',
      rebases.map((change) =>
        kpiLine(change, change.withdrawn ? `no longer from ${day(change.from)} on` : `from ${day(change.from)} on (${change.reason})`),
      ),
    ),
    ...section(
      'criteria',
      'Criteria recorded',
      steps.map(({ localityId, lens, criterionId: area, aboutKind, recordedAt, step }) => ({
        text: areaNames.get(area) ?? 'An area',
        href: to(`/criteria/${of(localityId).prefix}`),
        detail: `${lensName(lens, of(localityId).locality)}: ${aboutKind === 'question' ? 'a question of it, ' : ''}${stepName(step)}, ${dayOf(recordedAt)}`,
      })),
    ),
    ...section(
      'findings',
      'Texts of the evaluators that were answered',
      answered.map(({ finding, answer }) => ({
        text: `${finding.locality}: ${finding.criterion ?? 'as a whole'}`,
        href: to(`/findings/${finding.id}`),
        detail: `${ANSWER_WORDS[answer.kind].said}, ${dayOf(answer.recordedAt)}`,
      })),
    ),
    ...section(
      'projects',
      'New projects',
      projects.map(({ id, name, localityId, on }) => ({
        text: name,
        href: to(`/projects/${id}`),
        detail: `${of(localityId).locality}, ${day(on)}`,
      })),
    ),
    ...section(
      'pulses',
      'Pulses that closed',
      pulses.map(({ title, closesOn }) => ({ text: title, detail: day(closesOn) })),
    ),
    ...section(
      'register',
      'In the evidence register',
      entries.map(({ id, kind, summary, locality, date, ...entry }) => ({
        text: `${KIND_WORDS[kind].name}: ${shortened(summary, LONGEST)}`,
        href: to(`/register/${id}`),
        detail: `${locality}, ${day(date)}${needsCheck(entry) ? `. Not checked yet. ${CHECK_WAITS}` : ''}`,
      })),
    ),
  ];
};

export const changesPage: Page = async (reader, asked) => {
  const { tx, actor, today, to } = reader;
  const readable = reader.places.filter((place) => mayLookOver(actor, place));
  if (readable.length === 0) return undefined;
  const month = monthAsked(asked.query('month'), today);
  // The register and the API call it a locality: whoever writes an address by hand may too.
  const [called, calledToo] = [asked.query('place').trim(), asked.query('locality').trim()];
  const named = called || calledToo;
  const prefix = named.toUpperCase();
  const place = readable.find((one) => one.prefix === prefix);
  const lens = await criteria(tx);
  const position = asked.query('criterion').trim();
  const criterion = lens.find((_, at) => String(at + 1) === position);
  const said = [
    month.said,
    prefix !== '' && !place ? `There is no locality “${named}” here: all localities are shown.` : undefined,
    place && !mayOpen(actor, place)
      ? `Of ${place.locality} you see only what moved from red to green: the rest is not yours to see.`
      : undefined,
    position !== '' && !criterion ? `There is no criterion “${position}”: all of them are shown.` : undefined,
  ].filter((words) => words !== undefined);
  return {
    template: 'evidence/changes.njk',
    title: `What changed in ${month.words}${place ? `, ${place.locality}` : ''}`,
    said,
    filter: {
      action: '/changes',
      carried: carried(to),
      choices: [
        month.choice,
        choiceOf(
          'place',
          'Locality',
          place?.prefix ?? '',
          'All localities',
          readable.map(({ prefix: value, locality: text }) => ({ value, text })),
        ),
        choiceOf(
          'criterion',
          'Criterion',
          criterion ? position : '',
          'All criteria',
          lens.map(({ name }, at) => ({ value: String(at + 1), text: name })),
        ),
      ],
    },
    sections: await sectionsOf({ reader, places: place ? [place] : readable, month, criterionId: criterion?.id }),
  };
};
