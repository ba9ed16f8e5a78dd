import { entryChange, entryPage } from './register-entry.ts';
import { correctChange, correctPage, newChange, newPage } from './register-form.ts';
import { listPage } from './register-list.ts';
import type { Routes } from './routes.ts';

/** The evidence register: what was heard, seen and read. */
export const registerPages = ({ router, pages, form, site }: Routes): void => {
  const { newId } = site.core;
  router.get('/register', pages.show(listPage));
  router.get('/register/new', pages.show(newPage(newId)));
  router.post('/register/new', ...form, pages.change(newChange(newId)));
  router.get('/register/:id', pages.show(entryPage));
  router.post('/register/:id', ...form, pages.change(entryChange(newId)));
  router.get('/register/:id/correct', pages.show(correctPage));
  router.post('/register/:id/correct', ...form, pages.change(correctChange(newId)));
};
