import { PROGRAMME_ZONE } from '../../calendar/zone.ts';
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

export const KINDS: Record<ExportScope['kind'], string> = { programme: 'Programme', pilot: 'Pilot', locality: 'Locality' };

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
  const moment = (at: Date, timeZone = zone) => at.toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  const day = (at: Date) => at.toLocaleDateString('en-GB', { timeZone: PROGRAMME_ZONE, dateStyle: 'medium' });
  const lasting = ({ id, askedBy, createdAt, expiresAt }: Lasting) => ({
    id,
    by: BY[askedBy],
    since: moment(createdAt),
    until: moment(expiresAt),
    current: id === session,
  });
  return {
    sessions: sessions.map(lasting),
    links: links.map(lasting),
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      reads: `${token.scope ?? 'A place that is there no more'}${token.freeText ? ', with free text' : ''}`,
      /** The role that it was made by has ended: it opens nothing, until there is such a role again. */
      idle: !scopes.some(({ kind, id }) => kind === token.scopeKind && id === token.scopeId),
      since: day(token.createdAt),
      until: moment(token.expiresAt),
      used: token.lastUsedOn === null ? 'Not yet' : day(new Date(`${token.lastUsedOn}T12:00:00Z`)),
    })),
    scopes: scopes.map((scope) => ({ value: scopeValue(scope), text: `${KINDS[scope.kind]}: ${scope.name}` })),
    days: DAYS,
  };
};
