import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Tx } from '../db/client.ts';

/** Seats: as long as a wave is open, whose answers go into which box, whether they have, and by which personal link. */

/** Bytes of a link's token. */
const TOKEN = 16;

/** What everybody's link of a wave is made with; kept by nobody. @param secret the server's secret key */
const linkKey = (secret: Uint8Array) => Buffer.from(hkdfSync('sha256', secret, '', 'pulse link v1', 32));

/** The tokens of a wave's personal links, by person: the same each time they are made, and written down nowhere. */
export const linkTokens = (secret: Uint8Array, waveId: string): ((personId: string) => string) => {
  const key = linkKey(secret);
  return (personId) =>
    createHmac('sha256', key)
      .update(waveId + personId)
      .digest()
      .subarray(0, TOKEN)
      .toString('base64url');
};

/** The token of one of them. */
export const linkToken = (secret: Uint8Array, waveId: string, personId: string): string => linkTokens(secret, waveId)(personId);

/** What the database knows of a link. */
export const linkHash = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Whose link it is, and of which wave; undefined: of none that is open. */
export const seatByLink = async (tx: Tx, token: string): Promise<{ waveId: string; personId: string; answered: boolean } | undefined> => {
  const [seat] = await tx.$queryRaw<{ waveId: string; personId: string; answered: boolean }[]>`
    select wave_id as "waveId", person_id as "personId", answered from pulse_seat where link_hash = ${linkHash(token)}`;
  return seat;
};

/** Whether somebody has answered a wave that is open. For the moment of sending, and for them alone: no screen, log or row says it. */
export const hasAnswered = async (tx: Tx, waveId: string, personId: string): Promise<boolean> => {
  const rows = await tx.$queryRaw<unknown[]>`
    select 1 from pulse_seat where wave_id = ${waveId}::uuid and person_id = ${personId}::uuid and answered`;
  return rows.length > 0;
};
