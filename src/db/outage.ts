import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import { DatabaseUnavailable } from '../errors.ts';

/** PostgreSQL's own words for "not now". https://www.postgresql.org/docs/current/errcodes-appendix.html */
const STATES = /^(08...|53...|57P0[1-5]|57014|58...|25P03|25P04|F0001|XX001|XX002)$/u;

/** What node, pg and PGlite say when the connection, or the embedded engine itself, is gone or does not answer. */
const WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable|connection error|PGlite (is closed|failed)|ENOSPC|EIO|EDQUOT|unreachable|Aborted\(|memory access out of bounds|Cannot use a pool after calling end/u;
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOSPC',
  'EIO',
  'EDQUOT',
]);

const KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
  'TransactionWriteConflict',
]);

/** Prisma's codes for the same. https://www.prisma.io/docs/orm/reference/error-reference */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);

type Told = { code?: unknown; message?: unknown; kind?: unknown; originalCode?: unknown; cause?: unknown; meta?: unknown };

/** Whether a driver's error means that the database is away or full, rather than that the statement was wrong. */
const saysAway = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, kind, originalCode, cause, meta } = error as Told;
  return (
    KINDS.has(String(kind)) ||
    [code, originalCode].some((state) => typeof state === 'string' && (STATES.test(state) || CODES.has(state))) ||
    (error instanceof Error && !(error instanceof DriverAdapterError) && code === undefined && WORDS.test(String(message))) ||
    saysAway(cause) ||
    saysAway((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError)
  );
};

const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT']);

/** Whether an error says that the disk is full. */
export const isFull = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, originalCode, cause } = error as Told;
  return [code, originalCode].some((state) => FULL.has(String(state))) || /No space left|ENOSPC/u.test(String(message)) || isFull(cause);
};

/** What the driver calls the failure, wherever in the chain of causes it says so. */
const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, originalCode, kind, cause } = error as Told;
  const own = [originalCode, code].find((told) => typeof told === 'string' && told !== '') as string | undefined;
  return own ?? codeOf(cause) ?? (typeof kind === 'string' ? kind : undefined);
};

/** For the log: which server is away and why, in a few words; never its password. */
export const whatIsAway = (error: unknown, url: string | undefined): { host?: string; port?: string; code: string } => {
  const code = codeOf(error) ?? 'no answer';
  if (url === undefined || !URL.canParse(url)) return { code };
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port || '5432', code };
};

/** In an adapter: the error as Prisma should see it, so that whatever it makes of it can still be told from a bug. */
export const driverError = (error: unknown): unknown =>
  saysAway(error)
    ? new DriverAdapterError({
        kind: 'ConnectionClosed',
        originalCode: codeOf(error) ?? '',
        originalMessage: error instanceof Error ? error.message : String(error),
      })
    : error;

/** Outside Prisma: a `DatabaseUnavailable` when the database is away, hung or full; any other error as it is. */
export const asUnavailable = (error: unknown): unknown => {
  if (error instanceof DatabaseUnavailable) return error;
  const code = (error as Told | null)?.code;
  return (typeof code === 'string' && PRISMA.has(code)) || saysAway(error)
    ? new DatabaseUnavailable('The database could not be reached, did not answer in time, or is full.', { cause: error })
    : error;
};
