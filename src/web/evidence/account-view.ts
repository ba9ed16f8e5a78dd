import type { ExportScope } from '../../evidence/export-scopes.ts';
import type { Lasting } from '../../people/sessions.ts';
import { MOST_DAYS, type Token } from '../../people/tokens.ts';

/** Somebody's account as its page shows it: where they are signed in, what still lets them in, and their tokens. Pure. */

const BY = { email: 'By e-mail', chat: 'In a chat' } as const;

/** How long a new token may be asked to work. */
export const DAYS = [
  { value: 30, text: '30 days' },
  { value: 90, text: '90 days' },
  { value: MOST_DAYS, text: 'A year' },
] as const;

/** What the address says was done, and what the page says of it. */
export const DONE: Readonly<Record<string, string>> = {
  session: 'That session has ended. Whoever used it has to sign in anew.',
  link: 'That link does not work any more.',
  token: 'That token does not work any more.',
};

/** A scope as it travels in a form. */
export const scopeValue = ({ kind, id }: Pick<ExportScope, 'kind' | 'id'>): string => `${kind} ${id}`;

const KINDS: Record<ExportScope['kind'], string> = { programme: 'Programme', pilot: 'Pilot', locality: 'Locality' };

type Account = {
  sessions: readonly Lasting[];
  links: readonly Lasting[];
  tokens: readonly Token[];
  /** The id of the session in which the page is read. */
  session: string | undefined;
  /** What a token could be made for now. */
  scopes: readonly ExportScope[];
  /** IANA zone of the reader. */
  zone: string;
};

export const accountView = ({ sessions, links, tokens, session, scopes, zone }: Account) => {
  const moment = (at: Date) => at.toLocaleString('en-GB', { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const day = (at: Date) => at.toLocaleDateString('en-GB', { timeZone: zone, dateStyle: 'medium' });
  const clock = (at: Date) => at.toLocaleTimeString('en-GB', { timeZone: zone, timeStyle: 'short' });
  const spent = ({ createdAt, expiresAt }: Lasting) =>
    `${moment(createdAt)} to ${day(createdAt) === day(expiresAt) ? clock(expiresAt) : moment(expiresAt)}`;
  const used = ({ lastUsedOn }: Token) => (lastUsedOn === null ? 'not used yet' : `last used ${day(new Date(`${lastUsedOn}T12:00:00Z`))}`);
  /** The role that it was made by has ended: it opens nothing, until there is such a role again. */
  const isIdle = (token: Token) => !scopes.some(({ kind, id }) => kind === token.scopeKind && id === token.scopeId);
  return {
    sessions: sessions.map((one) => ({
      id: one.id,
      text: spent(one),
      detail: one.id === session ? `${BY[one.askedBy]} · this one` : BY[one.askedBy],
      label: 'Sign out',
      says: one.id === session ? 'here' : `there: since ${moment(one.createdAt)}`,
    })),
    links: links.map((one) => ({
      id: one.id,
      text: spent(one),
      detail: BY[one.askedBy],
      label: 'End',
      says: `the link of ${moment(one.createdAt)}`,
    })),
    tokens: tokens.map((token) => ({
      id: token.id,
      text: token.name,
      detail: [
        `${token.scope ?? 'A place that is there no more'}${token.freeText ? ', with what people wrote' : ''}`,
        `until ${day(token.expiresAt)}`,
        used(token),
        ...(isIdle(token) ? ['your role there has ended: it opens nothing now'] : []),
      ].join(' · '),
      label: 'End',
      says: token.name,
    })),
    scopes: scopes.map((scope) => ({ value: scopeValue(scope), text: `${KINDS[scope.kind]}: ${scope.name}` })),
    days: DAYS,
  };
};
