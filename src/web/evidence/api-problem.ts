import type { Response } from 'express';

/** What the API says when it does not answer: RFC 9457, in plain words, and never a word of what was sent. */

/** Of an answer that is none: `title` is one of the few below, `detail` says what to do. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string | string[]>>;

  constructor(status: keyof typeof TITLES, detail: string, headers: Problem['headers'] = {}) {
    super(detail);
    this.status = status;
    this.title = TITLES[status];
    this.headers = headers;
  }
}

export const TITLES = {
  400: 'This address asks for something that there is not',
  401: 'This needs a token that works',
  403: 'There is nothing that this token may read',
  404: 'There is nothing here',
  405: 'The tables can only be read',
  429: 'That was too often',
  500: 'Something went wrong on our side',
  503: 'The database could not be reached just now',
} as const;

/** Both ways in which a token can be sent. Excel and Power BI send a user name and a password once they have been asked for them. */
const WAYS_IN = ['Bearer realm="Common Cause"', 'Basic realm="Common Cause: the password is a token", charset="UTF-8"'];

export const noToken = () =>
  new Problem(
    401,
    'Send your token in the Authorization header: Bearer and the token, or Basic with the token as the password. One that has run out, was ended or was mistyped looks like none: make a new one on the page “Your account”.',
    { 'WWW-Authenticate': WAYS_IN },
  );
export const nothingToRead = () =>
  new Problem(403, 'The role by which the token read has ended, or never reached this far. Your coordinator can say which roles you hold.');
export const noTable = () =>
  new Problem(404, 'There is no such table, or not for this token. The address /api/v1/tables lists those that there are.');
export const noLocality = () =>
  new Problem(404, 'There is no such locality in what this token reads. The address /api/v1/ lists those that there are.');
export const anotherReading = () =>
  new Problem(
    400,
    'after does not belong to this table, to and locality, or to what you may read now: follow the link “next” as it is, or begin again.',
  );
export const noAddress = () => new Problem(404, 'There is no such address. /api/v1/ says what there is.');
export const onlyReading = () => new Problem(405, 'Use GET or HEAD.', { Allow: 'GET, HEAD' });
export const tooOften = (seconds: number) =>
  new Problem(429, `Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and ask again. A whole table at once comes as CSV.`, {
    'Retry-After': String(seconds),
  });
export const failed = (isAway: boolean) => new Problem(isAway ? 503 : 500, 'Try again in a minute.', isAway ? { 'Retry-After': '60' } : {});

/** @param reference by which the log knows it */
export const sendProblem = (response: Response, { status, title, message, headers }: Problem, reference: string): void => {
  for (const [name, value] of Object.entries(headers)) response.set(name, value);
  response
    .status(status)
    .set('Content-Type', 'application/problem+json')
    .end(JSON.stringify({ type: 'about:blank', title, status, detail: message, reference }));
};
