import { isId } from '../../db/client.ts';
import { askExport, largestOf, mayStillRead, type Scope, scopesFor, standingOf } from '../../evidence/export/exports.ts';
import { type Export, exportsOf, findExport } from '../../evidence/export/queries.ts';
import { exportFiles } from './exports-files.ts';
import { choices, exportView, scopeValue } from './exports-view.ts';
import type { Asked, Change, Page, Reader, Shown } from './page.ts';
import type { Routes } from './routes.ts';

/** Exports: asking for one, seeing how far it has come, taking its file; and the key to the codes in them, for who holds it. */

/** So many are listed. */
const LISTED = 20;

const viewOf = ({ now, actor, places, to }: Reader, scopes: readonly Scope[], one: Export) =>
  exportView(one, {
    now,
    zone: actor.zone,
    name: scopes.find(({ kind, id }) => kind === one.scopeKind && id === one.scopeId)?.name,
    isTheirs: one.manifest !== null && mayStillRead(actor, places, one.manifest),
    to,
  });

const draw = async (
  reader: Reader,
  scopes: readonly Scope[],
  typed?: { freeText: boolean; xlsx: boolean; refused: boolean },
): Promise<Shown> => ({
  template: 'evidence/exports.njk',
  title: typed ? 'Error: Exports' : 'Exports',
  heading: 'Exports',
  status: typed ? 400 : 200,
  choices: choices(scopes),
  only: scopes.length === 1 ? choices(scopes)[0] : undefined,
  typed: typed ?? { freeText: false, xlsx: false },
  wrong: typed && `Choose what you want tables of${typed.refused ? ': what was chosen is not yours to export' : ''}`,
  exports: (await exportsOf(reader.tx, reader.actor.personId, LISTED)).map((one) => viewOf(reader, scopes, one)),
  ask: reader.to('/exports'),
});

const list: Page = async (reader) => {
  const scopes = scopesFor(reader.actor, reader.places);
  return scopes.length === 0 ? undefined : draw(reader, scopes);
};

const show: Page = async (reader, asked) => {
  const scopes = scopesFor(reader.actor, reader.places);
  const id = asked.param('id');
  const found = isId(id) && scopes.length > 0 ? await findExport(reader.tx, id, reader.actor.personId) : undefined;
  if (!found) return undefined;
  const one = viewOf(reader, scopes, found);
  return {
    template: standingOf(found, reader.now) === 'running' ? 'evidence/export-progress.njk' : 'evidence/export.njk',
    title: `Export of ${one.name}: ${one.said.toLowerCase()}`,
    heading: `Export of ${one.name}`,
    crumbs: [{ text: 'Exports', href: reader.to('/exports') }],
    one,
    again: reader.to('/exports'),
  };
};

const keyPage: Page = async (reader) => {
  const scopes = largestOf(scopesFor(reader.actor, reader.places, 'export.key'));
  if (scopes.length === 0) return undefined;
  return {
    template: 'evidence/export-key.njk',
    title: 'Key to the codes in exports',
    scope: new Intl.ListFormat('en-GB').format(scopes.map(({ name }) => name)),
    ask: reader.to('/exports/key'),
  };
};

const wishOf = (asked: Asked) => ({ freeText: asked.posted('freeText') === 'yes', xlsx: asked.posted('xlsx') === 'yes' });

export const exportPages = ({ router, site, notFound, form, pages, exports }: Routes): void => {
  const { core } = site;
  const files = exportFiles({ site, notFound });

  const ask: Change = async (reader, asked) => {
    const { tx, now, actor, places, to } = reader;
    const scopes = scopesFor(actor, places);
    if (scopes.length === 0) return undefined;
    const wanted = asked.posted('scope');
    const scope = wanted === '' && scopes.length === 1 ? scopes[0] : scopes.find((one) => scopeValue(one) === wanted);
    if (!scope) return draw(reader, scopes, { ...wishOf(asked), refused: wanted !== '' });
    const wish = { scope, ...wishOf(asked) };
    const { id, begun } = await askExport({ tx, now, newId: core.newId, personId: actor.personId }, wish);
    const made = await findExport(tx, id, actor.personId);
    // It begins once this has been committed, and goes on behind the page.
    if (begun && made) exports.begin({ made, scope, actor, places });
    return { goTo: to(`/exports/${id}`) };
  };

  router.get('/exports', pages.show(list));
  router.post('/exports', ...form, pages.change(ask));
  router.get('/exports/key', pages.show(keyPage));
  router.post('/exports/key', ...form, files.key);
  router.get('/exports/:id', pages.show(show));
  router.get('/exports/:id/file', files.download);
};
