import { createHash } from 'node:crypto';

/**
 * Which statements a connection keeps prepared. Most of the time of a short statement goes into planning it, and the same few come
 * again and again; but Prisma also writes statements of every length, and what is prepared takes memory until the connection ends.
 */

/** Far above how many the product has, far below what would be felt. */
const MOST = 250;

export type Names = (sql: string) => string | undefined;

/** A name for each of the first statements asked for, the same in every connection; undefined for those after them. */
export const statementNames = (most = MOST): Names => {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= most) return known;
    const name = `cc_${createHash('sha256').update(sql).digest('hex').slice(0, 20)}`;
    names.set(sql, name);
    return name;
  };
};
