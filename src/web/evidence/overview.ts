import { rememberWhileUnchanged } from '../../evidence/unchanged.ts';
import { holds } from './navigation.ts';
import { changesPage } from './overview-changes.ts';
import { pilotPage } from './overview-pilot.ts';
import { programmePage } from './overview-programme.ts';
import type { Routes } from './routes.ts';

/** The programme, its pilots, and what changed. Whoever asks for the dashboards is led to where they begin. */
export const overviewPages = ({ router, pages }: Routes): void => {
  const unchanged = rememberWhileUnchanged();
  const begin = pages.change(async ({ actor, to }) => ({ goTo: to(holds(actor, 'overview.read') ? '/programme' : '/account') }));
  router.get('/dashboards', begin);
  // What one types in chat is what one tries in the address.
  router.get('/evidence', begin);
  router.get('/programme', pages.show(programmePage(unchanged)));
  router.get('/pilots/:id', pages.show(pilotPage(unchanged)));
  router.get('/changes', pages.show(changesPage));
};
