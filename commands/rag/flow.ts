import { z } from 'zod';
import type { Flow as Where } from '../../src/views/actions/buttons.ts';

/** Where somebody is who goes through what waits, as it comes back with a button. */
export const Flow: z.ZodType<Where> = z.object({ did: z.array(z.string()), skipped: z.array(z.string()), of: z.number() });
