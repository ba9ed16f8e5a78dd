import type { Action } from '../actions/action.ts';
import type { Period } from '../calendar/periods.ts';
import type { Kpi } from '../kpis/kpi.ts';

/** What can wait for somebody, in the order of what matters. */
export const LINE_KINDS = [
  /** A red that has not been looked at for two weeks. */
  'red',
  /** A rating within two weeks of the action's date, or past it. */
  'due',
  /** A worry that waits for its coordinator. */
  'worry',
  /** An adviser's ratings before a meeting. */
  'meeting',
  /** A reading of a KPI that is due. */
  'reading',
  /** A pulse that is open (shown to all who are invited, whoever has answered). */
  'pulse',
  /** Actions and KPIs that nobody answers for, for whoever leads. */
  'without_owner',
  /** The rating of this half-term. */
  'half_term',
  /** An adviser rates otherwise: the owner may answer, once. */
  'answer',
  /** An adviser is asked when they meet next. */
  'ask_meeting',
  /** Term dates are assumed: the coordinator is asked once, for all areas of a locality together. */
  'terms',
  /** A line of src/people/news.ts. */
  'news',
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

type Base<K extends LineKind> = {
  kind: K;
  /** The same as long as it is the same waiting: how often it was told is counted by it (delivery_line.key). */
  key: string;
  /** The day from which on it waits, YYYY-MM-DD. */
  since: string;
  /** It may wait up to three weeks to share a message; others go with the next one. */
  patient: boolean;
  /** Told once is enough; others are told again, once, two weeks later. */
  once: boolean;
};

export type ActionLine = Pick<
  Action,
  'id' | 'code' | 'title' | 'localityId' | 'locality' | 'prefix' | 'due' | 'self' | 'independent' | 'steps'
>;

/** One of the things that nobody answers for. */
export type Unowned = {
  kind: 'action' | 'kpi';
  id: string;
  /** "WAK-22 Parent voice group", "Attendance". */
  name: string;
  /** The last day on which somebody answered for it, YYYY-MM-DD; null: nobody ever has. */
  since: string | null;
};

/** One thing that waits for somebody, with what is needed to say it. */
export type Line =
  | (Base<'red' | 'due' | 'half_term'> & { action: ActionLine })
  | (Base<'answer'> & { action: ActionLine; ratingId: string })
  | (Base<'reading'> & { kpi: Kpi; period: Period; long: boolean })
  | (Base<'worry'> & { worryId: string; localityId: string; locality: string; text: string })
  | (Base<'meeting'> & { localityId: string; locality: string; meeting: string; count: number })
  | (Base<'ask_meeting'> & { localityId: string; locality: string })
  | (Base<'without_owner'> & { localityId: string; locality: string; codes: string[]; kpis: string[]; things: Unowned[] })
  | (Base<'terms'> & {
      localityId: string;
      /** The council areas that it is asked of, by name: one or more. */
      areas: { id: string; name: string }[];
      /** The school year, by the year in which it begins. */
      year: number;
      what: string;
      /** Its first day, as it is assumed. */
      begins: string;
    })
  | (Base<'pulse'> & {
      waveId: string;
      title: string;
      /** How many questions it has. */
      taps: number;
      /** The moment at which it began anew, empty; null: it never did. */
      reopenedAt: string | null;
    })
  | (Base<'news'> & { newsId: string; text: string });

const PULSE = 'pulse:';
/** The key of the line of a wave; another one once it has begun anew, so that everybody is asked again, whatever they were told before. */
export const pulseKey = ({ waveId, reopenedAt }: { waveId: string; reopenedAt: string | null }): string =>
  `${PULSE}${waveId}${reopenedAt ? `:${reopenedAt}` : ''}`;
/** The wave of a line, by its key; undefined: it is of something else. */
export const waveOfKey = (key: string): string | undefined => (key.startsWith(PULSE) ? key.split(':')[1] : undefined);
/** Whether a line is what was told by a key: of a pulse it is though that has begun anew since. */
export const isOfKey = (line: Line, key: string): boolean => line.key === key || (line.kind === 'pulse' && line.waveId === waveOfKey(key));
