import { Temporal } from 'temporal-polyfill';

/**
 * Which of the messages that are due may be begun now, so that nobody waits for somebody else's platform. A lane is a platform's tenant:
 * it takes so many at the same time, it is held when it asks for a pause, and it may hang without holding up another. One message at a
 * time goes to one place, in order. Nothing of it is in the database: what a process forgets, it learns at the first refusal.
 */

/** A row of the outbox that is due. */
export type Due = { id: string; lane: string; place: string };

/** Messages of one lane that are under way at the same time: what is so when a process dies is unconfirmed, so not many. */
const OF_LANE = 4;
/** Of all lanes of one platform: enough for a hundred that hang, few enough that answers are read in time. */
const OF_PLATFORM = 100;
/** A lane that has refused, or hung, takes one at a time; each that goes through makes room for so much more. */
const AFTER_TROUBLE = 1;
const ROOM_FOR_EACH = 0.5;

type Lane = {
  platform: string;
  queue: Due[];
  /** There may be more than was read. */
  more: boolean;
  sending: number;
  room: number;
  /** Nothing goes meanwhile; a clock that jumps back ends it. */
  held: { from: Temporal.Instant; until: Temporal.Instant } | undefined;
};

const platformOf = (lane: string): string => lane.split(' ', 1)[0] ?? lane;

export const createLanes = (now: () => Temporal.Instant) => {
  const lanes = new Map<string, Lane>();
  /** Places that are written to now. */
  const busy = new Set<string>();
  const sending = new Map<string, number>();
  const count = (name: string, more: number) => sending.set(platformOf(name), (sending.get(platformOf(name)) ?? 0) + more);
  let bell = Promise.withResolvers<void>();
  const ring = () => {
    bell.resolve();
    bell = Promise.withResolvers();
  };

  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? { platform: platformOf(name), queue: [], more: false, sending: 0, room: OF_LANE, held: undefined };
    lanes.set(name, lane);
    return lane;
  };
  const isHeld = ({ held }: Lane) =>
    held !== undefined && Temporal.Instant.compare(now(), held.until) < 0 && Temporal.Instant.compare(held.from, now()) <= 0;
  const canTake = (lane: Lane) => lane.sending < Math.floor(lane.room) && (sending.get(lane.platform) ?? 0) < OF_PLATFORM && !isHeld(lane);

  const free = (row: Due): Lane => {
    const lane = laneOf(row.lane);
    lane.sending -= 1;
    count(row.lane, -1);
    busy.delete(row.place);
    ring();
    return lane;
  };
  /** What else goes there is not next any more. */
  const dropPlace = (lane: Lane, { place }: Due) => {
    lane.queue = lane.queue.filter((row) => row.place !== place);
  };

  return {
    /** What was read just now, in order, in place of what was read before. @param most rows of a lane that a reading gives */
    fill: (rows: readonly Due[], most: number) => {
      const read = Map.groupBy(rows, ({ lane }) => lane);
      for (const [name, lane] of lanes)
        if (lane.sending === 0 && !isHeld(lane) && lane.room >= OF_LANE && !read.has(name)) lanes.delete(name);
      for (const lane of lanes.values()) Object.assign(lane, { queue: [], more: false });
      for (const [name, queue] of read) Object.assign(laneOf(name), { queue, more: queue.length === most });
    },
    /** The rows that may be begun now; they count as begun. */
    take: (): Due[] => {
      const taken: Due[] = [];
      for (const lane of lanes.values()) {
        const rest: Due[] = [];
        for (const row of lane.queue) {
          if (!canTake(lane) || busy.has(row.place)) {
            rest.push(row);
            continue;
          }
          busy.add(row.place);
          lane.sending += 1;
          count(row.lane, 1);
          taken.push(row);
        }
        lane.queue = rest;
      }
      return taken;
    },
    /** It came to an end: sent, or never to be. */
    done: (row: Due) => {
      const lane = free(row);
      lane.room = Math.min(OF_LANE, lane.room + ROOM_FOR_EACH);
    },
    /** Nobody knows what became of it. */
    hung: (row: Due) => {
      free(row).room = AFTER_TROUBLE;
    },
    /** It is to be tried again; with `retryAfter` (seconds) nothing of its lane goes before. */
    refused: (row: Due, retryAfter: number | undefined) => {
      const lane = free(row);
      dropPlace(lane, row);
      if (retryAfter === undefined) return;
      const until = now().add({ milliseconds: Math.ceil(retryAfter * 1000) });
      if (!lane.held || Temporal.Instant.compare(lane.held.until, until) < 0) lane.held = { from: now(), until };
      lane.room = AFTER_TROUBLE;
    },
    /** Another relay has it. */
    lost: (row: Due) => dropPlace(free(row), row),
    /** Lanes of which nothing is to be read. */
    held: (): string[] => [...lanes].flatMap(([name, lane]) => (isHeld(lane) ? [name] : [])),
    /** Whether anything that was read can be begun. */
    hasRows: (): boolean => [...lanes.values()].some((lane) => canTake(lane) && lane.queue.length > 0),
    /** Whether a lane that could take more has none left of what was read, and there may be more. */
    mayHaveMore: (): boolean => [...lanes.values()].some((lane) => lane.more && lane.queue.length === 0 && canTake(lane)),
    sending: () => [...sending.values()].some((count) => count > 0),
    /** Resolves when one comes to its end, or somebody rings. */
    ended: (): Promise<void> => bell.promise,
    ring,
  };
};
