import { kpiPage, rebaseChange } from './kpi-rebase.ts';
import { organisationPage } from './organisation-page.ts';
import { localityPage } from './places-locality.ts';
import { projectPage } from './project-page.ts';
import type { Routes } from './routes.ts';

/** The pages of one place: a locality, a project, a KPI, an organisation. */
export const placePages = ({ router, site, pages, form }: Routes): void => {
  const { secret, newId } = site.core;
  // A page that may lead to itself under the address that all links have.
  router.get('/localities/:prefix', pages.change(localityPage));
  router.get('/projects/:id', pages.show(projectPage(secret)));
  router.get('/kpis/:id', pages.show(kpiPage));
  router.post('/kpis/:id/rebase', ...form, pages.change(rebaseChange(newId)));
  router.get('/organisations/:id', pages.show(organisationPage(secret)));
};
