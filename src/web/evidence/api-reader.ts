import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../../app.ts';
import { dayIn } from '../../calendar/zone.ts';
import type { Tx } from '../../db/client.ts';
import type { Table } from '../../evidence/tables/table.ts';
import { type Actor, findActor } from '../../people/actor.ts';
import { may } from '../../people/permissions.ts';
import { findToken, useToken } from '../../people/tokens.ts';
import { allPlaces, type Place } from '../../summaries/scopes.ts';
import { noToken, nothingToRead, type Problem, tooOften } from './api-problem.ts';

/** Whoever reads by a token, and what they may read now: what the token was made for, as far as its person still may. */
export type ApiReader = {
  tokenId: string;
  actor: Actor;
  /** Every locality there is, in their fixed order. */
  places: readonly Place[];
  /** Those whose rows are theirs to read; never none. */
  theirs: readonly Place[];
  freeText: boolean;
};

type Sent = {
  token: string;
  /** Where it comes from, as in `networkOf`; `known`: the token was looked at a moment ago, for the page before. */
  network: string | undefined | 'known';
};

/** Tries that led to nothing are forgotten after an hour. */
const AN_HOUR = 3_600;

/**
 * Finds them. The caller commits whatever is returned: a try that is rolled back was none.
 * @returns the Problem with whatever was sent, if there is one
 */
export const findReader = async (
  core: Pick<Core, 'secret' | 'newId'>,
  tx: Tx,
  { token, network }: Sent,
  now: Temporal.Instant,
): Promise<ApiReader | Problem> => {
  const found =
    network === 'known'
      ? ((await findToken(tx, core.secret, token, now)) ?? 'unusable')
      : await useToken(core, tx, { token, network }, now);
  if (found === 'tooMany') return tooOften(AN_HOUR);
  if (found === 'unusable') return noToken();
  const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: found.personId }, dayIn(now).toString());
  if (!actor) return noToken();
  const places = await allPlaces(tx);
  const idOf = { programme: 'programmeId', pilot: 'pilotId', locality: 'localityId' } as const;
  const theirs = places.filter((place) => place[idOf[found.scopeKind]] === found.scopeId && may(actor, 'export', place));
  if (theirs.length === 0) return nothingToRead();
  return { tokenId: found.id, actor, places, theirs, freeText: found.freeText };
};

/** The tables that are for them. */
export const tablesFor = ({ freeText }: Pick<ApiReader, 'freeText'>, tables: readonly Table[]): readonly Table[] =>
  tables.filter((table) => freeText || !table.freeText);
