import { serve } from './serve.ts';

/** The product as it is; `twin.ts` is broken. */
await serve();
