import type { RequestHandler, Router } from 'express';
import type { Exports } from '../../evidence/export/run.ts';
import type { Site } from '../site.ts';
import { accountPages } from './account.ts';
import { apiRoutes } from './api.ts';
import { criteriaPages } from './criteria.ts';
import { exportPages } from './exports.ts';
import { overviewPages } from './overview.ts';
import { createPages } from './page.ts';
import { placePages } from './places.ts';
import { registerPages } from './register.ts';

/** The dashboards: every page of what the programme knows, for whoever may read it; and the same tables for machines. */

export type Routes = {
  router: Router;
  site: Site;
  notFound: RequestHandler;
  /** What comes before every form: it is read, and seen to be sent from a page of ours. */
  form: readonly RequestHandler[];
  pages: ReturnType<typeof createPages>;
  exports: Exports;
};

/** Adds them to the router, each file its own addresses. */
export const addEvidence = (parts: Omit<Routes, 'pages'>): void => {
  const routes = { ...parts, pages: createPages(parts.site, parts.notFound) };
  for (const add of [overviewPages, placePages, accountPages, criteriaPages, registerPages, exportPages, apiRoutes]) add(routes);
};
