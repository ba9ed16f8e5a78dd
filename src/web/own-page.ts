/** Where somebody goes on after signing in: a page of ours that they asked for, and never anywhere else. */

/** What an address of ours may be long, in characters. */
const LONGEST = 500;
/** Stands for this server while an address is read: it has no meaning of its own. */
const HERE = 'http://here.invalid';

/**
 * The path and query of a page of this server, as a browser would read it; undefined for everything that could lead away from it
 * ("//elsewhere.example", "/\\elsewhere.example", a whole address) and for the chat, where one goes without being told.
 */
export const ownPage = (asked: unknown): string | undefined => {
  if (typeof asked !== 'string' || asked.length > LONGEST || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/u.test(asked)) return undefined;
  if (!URL.canParse(asked, HERE)) return undefined;
  const { origin, pathname, search } = new URL(asked, HERE);
  // "/.//elsewhere.example" becomes "//elsewhere.example" once its dots are gone.
  if (origin !== HERE || pathname.startsWith('//') || pathname === '/chat') return undefined;
  return `${pathname}${search}`;
};

/** The address at which somebody signs in who has asked for a page. */
export const signInFor = (page: string | undefined): string =>
  page === undefined ? '/sign-in' : `/sign-in?to=${encodeURIComponent(page)}`;
