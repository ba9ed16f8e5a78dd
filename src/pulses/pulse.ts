import type { Scale } from '../statistics/disclosure.ts';

/** The words of pulses: questions, waves, and the groups that results are about. Every pulse is anonymous; there is no other kind. */

/** One version of one question. */
export type Item = {
  /** The same for ever: "trust". */
  item: string;
  /** Another wording is another version, and breaks the series. */
  version: number;
  text: string;
  scale: Scale;
  /** Of a single choice, in their order; else empty. */
  options: string[];
  criterionId: string | null;
};

/** Whom a wave asks, of those who hold a role in its places. */
export const AUDIENCES = ['schools', 'partners', 'leads', 'everybody'] as const;
/** `schools`: partners who work at a school · `partners`: all of them · `leads`: pilot leads · `everybody`: whoever holds any role there but administrator. */
export type Audience = (typeof AUDIENCES)[number];

export type PlaceKind = 'programme' | 'pilot' | 'locality' | 'group' | 'project';
export type PulsePlace = { kind: PlaceKind; id: string };

/** How localities are parted where 30 or more are invited in a part. */
export type Split = 'none' | 'phase' | 'group';

/** Most items of one wave, besides its comment. */
export const MOST_ITEMS = 5;
/** Invited people under which a cell is merged into its parent, and a wave refused. */
export const FEWEST_INVITED = 12;
/** Invited people from which on a group, or a phase within a locality, is a cell of its own. */
export const FEWEST_IN_PART = 30;
/** Invited people whose answers share one box. */
export const IN_ONE_BOX = 200;

/** What is decided of a wave before it opens. */
export type Plan = {
  title: string;
  audience: Audience;
  /** Several are pooled. */
  places: PulsePlace[];
  split: Split;
  items: Pick<Item, 'item' | 'version'>[];
  /** Whether it ends with a comment. */
  comment: boolean;
  /** The smallest base that is shown. */
  k: number;
  /** YYYY-MM-DD; it opens in the morning of the first and closes in the evening of the last. */
  opensOn: string;
  closesOn: string;
};

export type WaveState = 'draft' | 'scheduled' | 'open' | 'closed';
/** How many have answered, as it is said of an open wave. */
export type Turnout = 'up_to_half' | 'over_half' | 'most';

export type Wave = Plan & {
  id: string;
  surveyId: string;
  number: number;
  state: WaveState;
  runById: string | null;
  /** ISO moments. */
  openedAt: string | null;
  closedAt: string | null;
  reopenedAt: string | null;
  keyFingerprint: string | null;
  turnout: Turnout | null;
  origin: 'person' | 'demonstration';
  /** The questions, worded as they were asked. */
  questions: Item[];
};

/** Somebody whom a wave would ask, with what decides in which cells they are. */
export type Invitee = {
  personId: string;
  organisationId: string | null;
  localityId: string | null;
  pilotId: string | null;
  /** primary | secondary | special | other; null: not a school */
  phase: string | null;
  groupIds: string[];
  /** Of the wave's own places. */
  projectIds: string[];
};

export type CellKind = PlaceKind | 'phase' | 'pool';

/** A reporting group; `parent` is the key of the one that holds it wholly, null: the whole wave. */
export type TreeCell = {
  /** The same over waves: "locality ID", "phase LOCALITY primary", "group ID", "pool ID ID". */
  key: string;
  parent: string | null;
  kind: CellKind;
  scopeId: string | null;
  name: string;
  /** Everybody in it, those of its children too. */
  invited: number;
  /** The people who are in it and in none of its children. */
  own: Invitee[];
};

/** What somebody answered: by item the index of the option they chose; what was skipped is left out. */
export type Answers = { chosen: ReadonlyMap<string, number>; comment: string | null };
