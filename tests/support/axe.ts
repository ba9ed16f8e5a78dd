import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

type Found = Pick<Awaited<ReturnType<AxeBuilder['analyze']>>, 'violations'>;

/** What passes is not asked for: only what is at fault is looked at. */
const OPTIONS = { resultTypes: ['violations' as const] };

/**
 * Everything that axe objects to on a page, whatever its impact; in the page itself, so it may have no frames. Axe stays there as long
 * as the page does: to look again, as at another size, takes a third of the time.
 */
export const axe = async (page: Page): Promise<Found> => {
  const again = (await page.evaluate(`window.axe?.run(${JSON.stringify(OPTIONS)})`)) as Found | undefined;
  return again ?? new AxeBuilder({ page }).options(OPTIONS).setLegacyMode().analyze();
};
