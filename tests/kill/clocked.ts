import { registerHooks } from 'node:module';

/**
 * The product with another clock, so that somebody's moment has come whenever the tests run: src/main.ts is the only reader of the clock,
 * and what it reads is `CLOCK_SHIFT` milliseconds away from this machine's. With TWIN=repeats it is a broken twin as well.
 */

const exchanged: Record<string, { parent: string; by: string }> = {
  '/temporal-polyfill/': { parent: '/src/main.ts', by: 'shifted-clock.ts' },
  ...(process.env.TWIN === 'repeats' ? { '/src/jobs/outbox.ts': { parent: '/src/main.ts', by: 'repeating-outbox.ts' } } : {}),
};

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const [, ours] =
      Object.entries(exchanged).find(([part, { parent }]) => found.url.includes(part) && context.parentURL?.endsWith(parent)) ?? [];
    return ours ? { ...found, url: new URL(ours.by, import.meta.url).href, format: 'module-typescript' } : found;
  },
});
await import('../../src/main.ts');
