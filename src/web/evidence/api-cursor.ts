import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Where the next page begins, as it stands in a link: sealed, because a table's own cursor holds the ids of its rows, an organisation's among
 * them, and bound to what was read, so that pages of two moments, or of more and fewer rights, cannot be mixed.
 */

/** What all pages of one reading have in common. */
export type BoundTo = { table: string; to: string; localityIds: readonly string[] };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const boundTo = ({ table, to, localityIds }: BoundTo) => Buffer.from(JSON.stringify([table, to, localityIds]));

/** @param secret the server's secret key, 32 bytes */
export const createCursors = (secret: Uint8Array) => {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'common-cause api cursor v1', 32)));
  return {
    seal: (cursor: string, bound: BoundTo): string => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(bound));
      const body = Buffer.concat([cipher.update(cursor), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    /** @returns undefined for one that is none of ours, or of another reading */
    open: (sealed: string, bound: BoundTo): string | undefined => {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(boundTo(bound))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString();
      } catch {
        return undefined;
      }
    },
  };
};
