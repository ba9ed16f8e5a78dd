import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

type Found = Pick<Awaited<ReturnType<AxeBuilder['analyze']>>, 'violations'>;

/** What passes is not asked for: only what is at fault is looked at. Contrast comes by itself. */
const OPTIONS = { resultTypes: ['violations' as const], rules: { 'color-contrast': { enabled: false } } };

/** How texts looked that had contrast enough. */
const seenWell = new Set<string>();

/**
 * Contrast takes most of the time, and is the same wherever text looks the same: in its colour and size, on the same backgrounds.
 * So each look is asked for until it has been found well once.
 */
const contrast = (known: readonly string[]) => `(async () => {
  const known = new Set(${JSON.stringify(known)});
  const grounds = new Map([[null, '']]);
  const groundOf = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
      grounds.set(element, [groundOf(element.parentElement), backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join(' '));
    }
    return grounds.get(element);
  };
  const looks = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || element.matches('input, select, textarea');
    if (!says || !element.checkVisibility()) continue;
    const { color, fill, fontSize, fontWeight, textShadow, position } = getComputedStyle(element);
    const look = [color, fill, fontSize, fontWeight, textShadow, position, groundOf(element)].join(' ');
    if (!known.has(look) && !looks.has(look)) looks.set(look, element);
  }
  if (looks.size === 0) return { looks: [], violations: [] };
  const { violations } = await window.axe.run({ include: [...looks.values()] }, { resultTypes: ['violations'], runOnly: ['color-contrast'] });
  return { looks: [...looks.keys()], violations };
})()`;

/**
 * Everything that axe objects to on a page, whatever its impact; in the page itself, so it may have no frames. Axe stays there as long
 * as the page does: to look again, as at another size, takes a third of the time.
 */
export const axe = async (page: Page): Promise<Found> => {
  const again = (await page.evaluate(`window.axe?.run(${JSON.stringify(OPTIONS)})`)) as Found | undefined;
  const { violations } = again ?? (await new AxeBuilder({ page }).options(OPTIONS).setLegacyMode().analyze());
  const texts = (await page.evaluate(contrast([...seenWell]))) as Found & { looks: string[] };
  if (texts.violations.length === 0) for (const look of texts.looks) seenWell.add(look);
  return { violations: [...violations, ...texts.violations] };
};
