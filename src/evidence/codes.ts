import { createHmac } from 'node:crypto';

/** What stands for an organisation where its name is not to be read. Who holds the key of the server can tell which is which; nobody else. */

/** Crockford's, without what looks alike: read aloud and typed without a mistake. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Of 5 bits each: among 2,000 organisations two are alike once in 17,000 programmes. */
const LENGTH = 7;

const codeOf = (secret: Uint8Array, kind: string, id: string, length = LENGTH): string => {
  const digest = createHmac('sha256', secret).update(`common-cause ${kind} code v1\n${id}`).digest();
  return Array.from(digest.subarray(0, length), (byte) => LETTERS[byte & 31]).join('');
};

/** The same for ever, as long as the secret key is: "S-7K3QF2M". */
export const organisationCode = (secret: Uint8Array, id: string): string => `S-${codeOf(secret, 'organisation', id)}`;

/** Of a named group of organisations, a trust for instance, whose name would tell what they are: "G-0V9XE41". */
export const groupCode = (secret: Uint8Array, id: string): string => `G-${codeOf(secret, 'group', id)}`;

/** Of a row that says what an organisation takes part in: its id tells when it was written, and so beside which. Of 60 bits: there are many. */
export const takingPartCode = (secret: Uint8Array, id: string): string => `T-${codeOf(secret, 'taking part', id, 12)}`;

/** Of a group that answers to a pulse are released for, in one wave: ids of those of a locality were given out in the order of their names. */
export const cellCode = (secret: Uint8Array, id: string): string => `C-${codeOf(secret, 'pulse cell', id, 12)}`;

/** In hexadecimal: with it the database puts rows in an order that says nothing, the same in every page. */
export const orderKey = (secret: Uint8Array): string => createHmac('sha256', secret).update('common-cause order of rows v1').digest('hex');
