import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../calendar/zone.ts';
import { BANK } from '../pulses/bank.ts';
import { halfTermOf } from '../pulses/half-term.ts';
import { closingMoment } from '../pulses/moments.ts';
import { type Cell, release } from '../statistics/disclosure.ts';
import { dayOf, recordedOn } from './day.ts';
import type { Demonstration } from './format.ts';
import { demoId } from './ids.ts';
import { peopleOf, personId } from './people.ts';
import { schoolsOf } from './schools.ts';
import { seededCounts } from './seeded.ts';

/** A pulse that has closed: its answers are made up, and what may be published of them is what the real ones would give. */

/** The smallest base that is shown. */
const K = 5;

const utcDay = (date: Temporal.PlainDate) => new Date(`${date}T00:00:00Z`);

/** @param now the moment of the load */
export const pulseRows = (demonstration: Demonstration, now: Temporal.Instant) => {
  const { programme, localities, pulse } = demonstration;
  const today = dayIn(now, programme.zone);
  const [opensOn, closesOn] = [dayOf(pulse.opensOn, today), dayOf(pulse.closesOn, today)];
  const closes = new Date(closingMoment(closesOn.toString()).epochMilliseconds);
  const opens = recordedOn(opensOn, now);
  const waveId = demoId('pulse wave', pulse.title);
  const pilotName = programme.pilots[pulse.pilot - 1]?.name as string;
  const asked = localities.filter(({ pilot }) => pilot === pulse.pilot);
  const root = demoId('pulse cell', waveId, 'pilot');
  const questions = pulse.questions.map(({ item, version, weights }) => {
    const known = BANK.find((one) => one.item === item && one.version === version);
    if (!known) throw new RangeError(`there is no question ${item}, version ${version}`);
    return { item, version, weights, scale: known.scale, options: known.options.length };
  });

  const cells = asked.map((locality) => ({
    locality,
    id: demoId('pulse cell', waveId, locality.key),
    schools: schoolsOf(locality, demonstration.schools),
    answered: pulse.answered[locality.key] ?? 0,
  }));
  const invited = cells.reduce((sum, { schools }) => sum + schools.length, 0);
  const counted: Cell[] = [
    { id: root, parent: null, invited, answered: new Map(), counts: questions.map(({ weights }) => weights.map(() => 0)) },
    ...cells.map(({ id, locality, schools, answered }) => ({
      id,
      parent: root,
      invited: schools.length,
      answered: new Map(schools.slice(0, answered).map((school) => [school.id, 1])),
      counts: questions.map(({ item, weights }) => seededCounts(`${pulse.title} ${locality.key} ${item}`, weights, answered)),
    })),
  ];
  const { shown, verdict } = release(counted, questions, K);

  const cellOf = new Map(cells.flatMap(({ id, schools }) => schools.map((school) => [school.id, id] as const)));
  const pilotId = demoId('pilot', pilotName);
  return {
    wave: {
      id: waveId,
      surveyId: waveId,
      number: 1,
      title: pulse.title,
      state: 'closed',
      audience: 'schools',
      places: [{ kind: 'pilot', id: pilotId }],
      items: questions.map(({ item, version }) => ({ item, version })),
      k: K,
      opensOn: utcDay(opensOn),
      closesOn: utcDay(closesOn),
      halfTerm: halfTermOf(opensOn).key,
      openedAt: opens,
      closedAt: closes,
      origin: 'demonstration',
      audit: verdict,
      createdAt: opens,
    },
    cells: [
      { id: root, waveId, parentId: null, key: `pilot ${pilotId}`, kind: 'pilot', scopeId: pilotId, name: pilotName, position: 0, invited },
      ...cells.map(({ id, locality, schools }, at) => {
        const scopeId = demoId('locality', locality.key);
        const [kind, name] = ['locality', locality.name];
        return { id, waveId, parentId: root, key: `locality ${scopeId}`, kind, scopeId, name, position: at + 1, invited: schools.length };
      }),
    ],
    // Those of the heads who are people of the demonstration: an answer to the pulse reaches them.
    invited: peopleOf(demonstration).flatMap(({ id, organisationId }) => {
      const cellId = cellOf.get(organisationId);
      return cellId ? [{ waveId, personId: id, cellId, organisationId }] : [];
    }),
    results: [...shown].flatMap(([cellId, of]) =>
      questions.flatMap(({ item, version }, at) => {
        const one = of[at];
        return one ? [{ cellId, item, version, shown: one }] : [];
      }),
    ),
    comments: cells.flatMap(({ id, locality }) =>
      (pulse.comments[locality.key] ?? []).map((text) => ({ id: demoId('pulse comment', id, text), cellId: id, text, marks: [] })),
    ),
    reply: {
      id: demoId('pulse reply', waveId),
      waveId,
      text: pulse.reply.text,
      recordedAt: recordedOn(dayOf(pulse.reply.on, today), now),
      recordedById: personId(pulse.reply.by),
    },
  };
};
