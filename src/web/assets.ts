import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RequestHandler } from 'express';

/** Files that pages load: read once, named by their content, kept by browsers for a year. */

const GOVUK = join(dirname(createRequire(import.meta.url).resolve('govuk-frontend/package.json')), 'dist');
const OURS = join(import.meta.dirname, 'assets');

/** GOV.UK Frontend's templates, for Nunjucks. */
export const GOVUK_TEMPLATES = GOVUK;

/** The reader's own system font: GDS Transport is licensed for GOV.UK alone. */
const SYSTEM_FONT = 'system-ui,"Segoe UI",Roboto,Arial,sans-serif';

/** GOV.UK Frontend's stylesheet without the typeface and the crest that are not ours to use. */
const withoutCrown = (css: string) =>
  css
    .replaceAll(/@font-face\{[^}]*\}/gu, '')
    .replaceAll('GDS Transport,arial,sans-serif', SYSTEM_FONT)
    .replaceAll(/url\([^)]*govuk-crest[^)]*\)/gu, 'none')
    .replace(/\/\*# sourceMappingURL.*$/su, '');

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

export type Assets = { /** Where pages find them: `/assets/VERSION`. */ path: string; serve: RequestHandler };

export const loadAssets = (): Assets => {
  const files = new Map([
    [
      'common-cause.css',
      { type: 'text/css', body: `${withoutCrown(read(GOVUK, 'govuk/govuk-frontend.min.css'))}\n${read(OURS, 'common-cause.css')}` },
    ],
    [
      'govuk-frontend.js',
      { type: 'text/javascript', body: read(GOVUK, 'govuk/govuk-frontend.min.js').replace(/\/\/# sourceMappingURL.*$/su, '') },
    ],
    ['start.js', { type: 'text/javascript', body: read(OURS, 'start.js') }],
    ['progress.js', { type: 'text/javascript', body: read(OURS, 'progress.js') }],
    ['icon.svg', { type: 'image/svg+xml', body: read(OURS, 'icon.svg') }],
  ]);
  const version = createHash('sha256')
    .update([...files.values()].map(({ body }) => body).join('\0'))
    .digest('base64url')
    .slice(0, 12);
  return {
    path: `/assets/${version}`,
    serve: (request, response, next) => {
      const file = request.params.version === version ? files.get(String(request.params.file)) : undefined;
      if (!file) return next();
      response.set('Cache-Control', 'public, max-age=31536000, immutable').type(file.type).send(file.body);
    },
  };
};
