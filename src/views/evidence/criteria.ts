import type { Card, Form, Part, Press } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { STEPS, type StepNumber } from '../../evidence/criteria.ts';
import { listed, shortened, small } from '../actions/parts.ts';
import { changeWords, roundWords, stepName } from './criteria-words.ts';

/** The locality's own view of the four areas, one after the other → cards. */

/** One area, as it stands in the round. */
export type AreaNow = {
  position: number;
  name: string;
  step: StepNumber | null;
  evidence: string | null;
  /** In the last round before in which one was recorded. */
  before: { round: string; step: StepNumber } | undefined;
};

type About = {
  locality: string;
  /** Key of the round: "2026/27-autumn". */
  round: string;
  areas: readonly AreaNow[];
  /** The address of the locality's own page. */
  page: string;
  /** What was just saved, for the first small line. */
  saved?: string | undefined;
};

export type Presses = {
  choose: (position: number, step: StepNumber) => Press;
  evidence: (position: number) => Press;
  /** One area by itself; undefined: all of them. */
  show: (position?: number) => Press;
};

const LONGEST_NAME = 60;
const saidBefore = (saved: string | undefined): Part[] => (saved ? [small(saved)] : []);
const now = ({ step, evidence }: AreaNow): Part[] =>
  step === null ? [] : [{ type: 'text', text: `Recorded this term: ${stepName(step)}.${evidence ? ` ${evidence}` : ''}` }];

/** One area, with a button for each step. @param last the area that was recorded a moment ago: evidence can be added to it */
export const areaCard = ({ locality, round, areas, page, saved }: About, at: AreaNow, presses: Presses, last?: AreaNow): Card => ({
  title: `${at.position} of ${areas.length}: ${shortened(at.name, LONGEST_NAME)}. Where is ${locality}, ${roundWords(round)}?`,
  parts: [
    ...saidBefore(saved),
    ...(at.before ? [small(`${capital(roundWords(at.before.round))}: ${stepName(at.before.step)}.`)] : []),
    ...now(at),
    {
      type: 'list',
      items: STEPS.map(({ step, means, word }) => ({
        text: stepName(step),
        detail: means,
        button: { label: word, press: presses.choose(at.position, step), says: `${word}: ${shortened(at.name, LONGEST_NAME)}` },
      })),
    },
    {
      type: 'buttons',
      buttons: [
        ...(last
          ? [{ label: 'Add evidence', press: presses.evidence(last.position), says: `Add evidence for ${shortened(last.name, 50)}` }]
          : []),
        { label: 'All four', press: presses.show() },
        { label: 'Open the page', url: page },
      ],
    },
  ],
});

/** All four areas as they stand; each can be chosen again. */
export const areasCard = ({ locality, round, areas, page, saved }: About, presses: Presses): Card => {
  const left = areas.filter(({ step }) => step === null).length;
  const done = left === 0 ? 'all four areas are recorded' : `${areas.length - left} of ${areas.length} areas are recorded`;
  return {
    title: `${locality}, ${roundWords(round)}: ${done}.`,
    parts: [
      ...saidBefore(saved),
      {
        type: 'list',
        items: areas.map((area) => ({
          text: `${area.name}: ${area.step === null ? 'not recorded yet' : stepName(area.step)}`,
          detail: [
            ...(area.step !== null && area.before ? [`${changeWords({ now: { step: area.step, round }, before: area.before })}.`] : []),
            ...(area.evidence ? [area.evidence] : []),
          ].join(' '),
          button: {
            label: area.step === null ? 'Record' : 'Change',
            press: presses.show(area.position),
            says: shortened(area.name, LONGEST_NAME),
          },
        })),
      },
      small('The evaluators record theirs apart. The questions of each area, once a school year, are on the page.'),
      { type: 'buttons', buttons: [{ label: 'Open the page', url: page }] },
    ],
  };
};

/** Somebody else has recorded the area meanwhile: theirs stands, and mine can be put in its place. */
export const clashCard = (
  area: Pick<AreaNow, 'name'>,
  theirs: { by: string | null; step: StepNumber | null; evidence: string | null },
  mine: { label: string; words?: string | undefined; press: Press },
  keep: Press,
): Card => ({
  title: `Not saved: ${shortened(theirs.by ?? 'somebody else', LONGEST_NAME)} ${theirs.step === null ? 'took the step back' : `saved ${stepName(theirs.step)}`} meanwhile.`,
  parts: [
    { type: 'text', text: area.name, style: 'strong' },
    ...(theirs.evidence ? [{ type: 'text', text: `Theirs: ${theirs.evidence}` } satisfies Part] : []),
    ...(mine.words ? [{ type: 'text', text: `Yours: ${mine.words}` } satisfies Part] : []),
    {
      type: 'buttons',
      buttons: [
        { label: 'Keep theirs', press: keep },
        { label: mine.label, press: mine.press },
      ],
    },
  ],
});

export const evidenceForm = (locality: string, area: AreaNow, press: Press): Form => ({
  title: 'Add evidence',
  intro: `${area.name}, ${locality}: ${area.step === null ? 'not recorded yet' : stepName(area.step)}`,
  fields: [
    {
      kind: 'longtext',
      name: 'evidence',
      label: 'What shows it?',
      hint: 'At most 1,000 characters. Name no person and no child.',
      value: area.evidence ?? '',
      optional: true,
      maxLength: 1_000,
    },
  ],
  submit: { label: 'Save', press },
});

/** Which of several localities is meant. */
export const whichLocality = (
  places: readonly { localityId: string; locality: string }[],
  press: (id: string) => Press,
  page: string,
): Card => ({
  title: 'Which locality records the criteria?',
  parts: [
    {
      type: 'list',
      items: places.map(({ localityId, locality }) => ({
        text: locality,
        button: { label: 'This one', press: press(localityId), says: locality },
      })),
    },
    { type: 'buttons', buttons: [{ label: 'Open the page', url: page }] },
  ],
});

/** For those who read the criteria and record none from here. */
export const criteriaPageCard = (places: readonly { locality: string }[], evaluates: boolean, page: string): Card => ({
  title: `The criteria of ${places.length > 3 ? `${places.length} localities` : listed(places.map(({ locality }) => locality))} are on their own pages.`,
  parts: [
    ...(evaluates ? [small('There, on the web, you record yours, apart from what each locality records itself.')] : []),
    { type: 'buttons', buttons: [{ label: 'Open the criteria', url: page }] },
  ],
});
