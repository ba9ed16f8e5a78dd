import { Temporal } from 'temporal-polyfill';
import type { CellKind, PlaceKind, Wave } from '../../src/pulses/pulse.ts';
import type { Shown } from '../../src/statistics/disclosure.ts';
import type { TestBot } from '../support/bot.ts';

/** A wave that has closed unless said, with a release that is written down: what is shown of it is then known. */

type Place = { kind: PlaceKind; name: string };

export type ReleasedCell = {
  kind: CellKind;
  /** Of the place; of a phase or pool what it is called. */
  name: string;
  /** Of a phase: its locality. */
  at?: string;
  /** Name of the cell that holds it; none: the whole wave. */
  parent?: string;
  /** By question, in the order of the wave's; one that is left out was not asked. `in`: the name of a cell. */
  shown?: Record<string, Shown>;
  comments?: { text: string; marks?: string[] }[];
  /** Addresses before the @. */
  invited?: string[];
};

export type ReleasedWave = {
  title?: string;
  opensOn?: string;
  closesOn: string;
  places: Place[];
  /** Id and version. */
  items: [item: string, version: number][];
  cells: ReleasedCell[];
} & Partial<Pick<Wave, 'audience' | 'k' | 'origin' | 'comment' | 'state' | 'turnout'>>;

const idOf = async ({ database: { db } }: TestBot, { kind, name }: Place): Promise<string> => {
  const where = { where: { name } };
  const found = {
    programme: () => db.programme.findFirstOrThrow(where),
    pilot: () => db.pilot.findFirstOrThrow(where),
    locality: () => db.locality.findFirstOrThrow(where),
    group: () => db.group.findFirstOrThrow(where),
    project: () => db.project.findFirstOrThrow(where),
  };
  return (await found[kind]()).id;
};

const utc = (day: string) => new Date(`${day}T00:00:00Z`);

/** Writes it down as it would be after its close. @returns the wave's id */
export const setRelease = async (bot: TestBot, wave: ReleasedWave): Promise<string> => {
  const { db } = bot.database;
  const { newId } = bot.core;
  const { title = 'Trust and working together', state = 'closed', closesOn, places, items, cells } = wave;
  const opensOn = wave.opensOn ?? Temporal.PlainDate.from(closesOn).subtract({ days: 11 }).toString();
  const placed = await Promise.all(places.map(async (place) => ({ kind: place.kind, id: await idOf(bot, place) })));
  const waveId = newId();
  await db.pulseWave.create({
    data: {
      id: waveId,
      surveyId: waveId,
      number: 1,
      title,
      state,
      turnout: wave.turnout ?? null,
      keyFingerprint: state === 'open' ? 'of a key' : null,
      audience: wave.audience ?? 'schools',
      places: placed,
      items: items.map(([item, version]) => ({ item, version })),
      comment: wave.comment ?? true,
      k: wave.k ?? 5,
      opensOn: utc(opensOn),
      closesOn: utc(closesOn),
      halfTerm: '2025/26-summer-2',
      openedAt: new Date(`${opensOn}T07:00:00Z`),
      closedAt: state === 'closed' ? new Date(`${closesOn}T16:30:00Z`) : null,
      origin: wave.origin ?? 'person',
      createdAt: new Date(`${opensOn}T07:00:00Z`),
    },
  });
  const ids = new Map(cells.map(({ name }) => [name, newId()]));
  for (const [position, { kind, name, at, parent, shown = {}, comments = [], invited = [] }] of cells.entries()) {
    const id = ids.get(name) as string;
    const scopeId =
      kind === 'pool' ? null : kind === 'phase' ? await idOf(bot, { kind: 'locality', name: at ?? '' }) : await idOf(bot, { kind, name });
    await db.pulseCell.create({
      data: {
        id,
        waveId,
        parentId: parent === undefined ? null : (ids.get(parent) as string),
        key:
          kind === 'phase'
            ? `phase ${scopeId} ${name}`
            : kind === 'pool'
              ? `pool ${placed.map((place) => place.id).join(' ')}`
              : `${kind} ${scopeId}`,
        kind,
        scopeId,
        name,
        position,
        invited: 40,
      },
    });
    const versions = new Map(items);
    await db.pulseResult.createMany({
      data: Object.entries(shown).map(([item, one]) => ({
        cellId: id,
        item,
        version: versions.get(item) ?? 1,
        shown: one.as === 'c' ? { as: 'c', in: one.in === null ? null : (ids.get(one.in) as string) } : one,
      })),
    });
    await db.pulseComment.createMany({ data: comments.map(({ text, marks = [] }) => ({ id: newId(), cellId: id, text, marks })) });
    for (const address of invited) {
      const person = await db.person.findUniqueOrThrow({ where: { email: `${address}@example.org` } });
      await db.pulseInvited.create({ data: { waveId, personId: person.id, cellId: id, organisationId: person.organisationId } });
    }
  }
  return waveId;
};
