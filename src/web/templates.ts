import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { GOVUK_TEMPLATES } from './assets.ts';

export type Templates = {
  /** Draws a template; every string in `data` is escaped. */
  render: (name: string, data: object) => string;
};

/** Nunjucks over our templates and GOV.UK Frontend's. Read once, then kept. */
export const createTemplates = (): Templates => {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader([join(import.meta.dirname, 'templates'), GOVUK_TEMPLATES]), {
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return { render: (name, data) => environment.render(name, data) };
};
