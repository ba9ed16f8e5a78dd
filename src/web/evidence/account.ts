import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Core, Writer } from '../../app.ts';
import { UserError } from '../../errors.ts';
import { exportScopes } from '../../evidence/export-scopes.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { showable } from '../../people/notes.ts';
import { endLinkOf, endSessionOf, openLinksOf, sessionsOf, signOutEverywhere } from '../../people/sessions.ts';
import { createToken, revokeToken, tokenNameProblem, tokensOf } from '../../people/tokens.ts';
import { accountView, DAYS, DONE, scopeValue } from './account-view.ts';
import type { Asked, Change, Page, Reader, Shown } from './page.ts';
import type { Routes } from './routes.ts';

/** Somebody's own account: the sessions, sign-in links and tokens that act as them, each to be ended at once. */

/** What was filled in to make a token. */
type Typed = { name: string; scope: string; days: string; freeText: boolean };

/** Beside the form of a new token: what was wrong with it, or what came of it. */
type Beside = { typed?: Typed; wrong?: Partial<Record<keyof Typed, string>>; refused?: string; made?: { name: string; token: string } };

const draw = async (reader: Reader, asked: Asked, { typed, wrong = {}, refused, made }: Beside = {}): Promise<Shown> => {
  const { tx, now, actor } = reader;
  const { personId } = actor;
  const errors = Object.entries(wrong).map(([name, text]) => ({ text, href: `#${name}` }));
  const failed = errors.length > 0 || refused !== undefined;
  return {
    template: 'evidence/account.njk',
    title: failed ? 'Error: Your account' : 'Your account',
    heading: 'Your account',
    caption: actor.post,
    status: failed ? 400 : 200,
    ...accountView({
      sessions: await sessionsOf(tx, personId, now),
      links: await openLinksOf(tx, personId, now),
      tokens: await tokensOf(tx, personId, now),
      session: reader.session,
      scopes: exportScopes(actor, reader.places),
      zone: actor.zone,
    }),
    // A child's identifier is not repeated.
    typed: typed
      ? { ...typed, name: withoutNumbers(showable(typed.name)) ?? '' }
      : { name: '', scope: '', days: String(DAYS[1].value), freeText: false },
    wrong,
    errors,
    refused,
    made,
    done: Object.hasOwn(DONE, asked.query('done')) ? DONE[asked.query('done')] : undefined,
    /** Of the token that the form makes: sent twice it makes one. */
    next: randomUUID(),
    to: { end: reader.to('/account/end'), tokens: reader.to('/account/tokens') },
  };
};

/** What can be ended, by whoever it belongs to. */
const ENDS = { session: endSessionOf, link: endLinkOf, token: revokeToken } as const;

const show: Page = (reader, asked) => draw(reader, asked);

/** Ends what was chosen. What is somebody else's does not exist. */
const end =
  ({ newId }: Pick<Core, 'newId'>): Change =>
  async (reader, asked) => {
    const { tx, now, actor, session } = reader;
    const writer: Writer = { tx, now, newId, personId: actor.personId };
    const [kind, id] = [asked.posted('kind'), asked.posted('id')];
    if (kind === 'everywhere') {
      await signOutEverywhere(writer);
      return { goTo: reader.to('/') };
    }
    const ends = Object.hasOwn(ENDS, kind) ? ENDS[kind as keyof typeof ENDS] : undefined;
    if (!ends || !(await ends(writer, id))) return undefined;
    // Whoever ends the session they read in is signed out.
    return { goTo: id === session ? reader.to('/') : reader.to('/account', { done: kind }) };
  };

const readTyped = (asked: Asked): Typed => ({
  name: asked.posted('name'),
  scope: asked.posted('scope'),
  days: asked.posted('days'),
  freeText: asked.posted('freeText') === 'yes',
});

/** Makes a token and shows it, this once. */
const make =
  ({ newId, secret }: Pick<Core, 'newId' | 'secret'>): Change =>
  async (reader, asked) => {
    const { tx, now, actor } = reader;
    const scopes = exportScopes(actor, reader.places);
    if (scopes.length === 0) return undefined;
    const typed = readTyped(asked);
    const scope = scopes.find((one) => scopeValue(one) === typed.scope);
    const days = DAYS.find(({ value }) => String(value) === typed.days)?.value;
    const name = tokenNameProblem(typed.name);
    if (name !== undefined || !scope || !days)
      return draw(reader, asked, {
        typed,
        wrong: {
          ...(name !== undefined && { name }),
          ...(!scope && { scope: 'Choose what it may read' }),
          ...(!days && { days: 'Choose how long it works' }),
        },
      });
    try {
      const writer: Writer = { tx, now, newId, personId: actor.personId };
      const { data: id } = z.guid().safeParse(asked.posted('id'));
      const wanted = { ...(id && { id }), name: typed.name, scopeKind: scope.kind, scopeId: scope.id, freeText: typed.freeText, days };
      const token = await createToken(writer, { secret }, actor, wanted);
      return draw(reader, asked, { made: { name: typed.name.trim(), token } });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return draw(reader, asked, { typed, refused: error.message });
    }
  };

export const accountPages = ({ router, pages, form, site: { core } }: Routes): void => {
  router.get('/account', pages.show(show));
  router.post('/account/end', ...form, pages.change(end(core)));
  router.post('/account/tokens', ...form, pages.change(make(core)));
};
