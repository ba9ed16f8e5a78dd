import { registerHooks } from 'node:module';

/**
 * A broken twin of the product: the same program with its dispatcher exchanged for one that keeps a promise badly.
 * What the kill tests say is worth something only if they say the opposite of this one.
 */

const OURS = new URL('broken-dispatch.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url.endsWith('/src/bot/dispatch.ts') && context.parentURL?.endsWith('/src/main.ts') ? { ...found, url: OURS } : found;
  },
});
await import('../../src/main.ts');
