import type { Temporal } from 'temporal-polyfill';
import type { Terms } from '../calendar/terms.ts';
import type { RoleName } from '../people/permissions.ts';

/** Somebody who may be written to unasked: all that decides when, and whether at all. */
export type Person = {
  id: string;
  post: string;
  email: string | null;
  /** IANA. */
  zone: string;
  organisationId: string | null;
  /** The calendar of their organisation, with its closed days; a service works all year. */
  terms: Terms;
  /**
   * Days on which they are away, first and last, both in it, YYYY-MM-DD; those of the month before too, because a day that has passed has
   * moved what was to come on it. A day that was noted when it was over moved nothing, and one that is taken back later has moved it still.
   */
  away: readonly { from: string; to: string }[];
  /** 1 = Monday … 5 = Friday. */
  weekday: number;
  time: Temporal.PlainTime;
  /** First day (YYYY-MM-DD) on which they may be written to again; null: now. */
  quietUntil: string | null;
  /** Those that count on the day that was asked for. */
  roles: readonly { role: RoleName; scopeKind: 'programme' | 'pilot' | 'locality'; scopeId: string }[];
};
