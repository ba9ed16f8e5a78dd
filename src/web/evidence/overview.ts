import { rememberWhileUnchanged } from '../../evidence/unchanged.ts';
import { navigation } from './navigation.ts';
import { changesPage } from './overview-changes.ts';
import { pilotPage } from './overview-pilot.ts';
import { programmePage } from './overview-programme.ts';
import type { Routes } from './routes.ts';

/** The programme, its pilots, and what changed. Whoever asks for the dashboards is led to the first page that is for them. */
export const overviewPages = ({ router, pages }: Routes): void => {
  const unchanged = rememberWhileUnchanged();
  router.get(
    '/dashboards',
    pages.change(async ({ actor, to }) => ({ goTo: to(navigation(actor)[0]?.path ?? '/account') })),
  );
  router.get('/programme', pages.show(programmePage(unchanged)));
  router.get('/pilots/:id', pages.show(pilotPage(unchanged)));
  router.get('/changes', pages.show(changesPage));
};
