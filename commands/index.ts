import type { Command } from '../src/bot/contract.ts';
import { commoncause } from './commoncause.ts';
import { evidence } from './evidence.ts';
import { kpi } from './kpi.ts';
import { nudge } from './nudge.ts';
import { partners } from './partners.ts';
import { pulse } from './pulse.ts';
import { rag } from './rag.ts';
import { summary } from './summary.ts';

/** Everything that people can type, in help's order. It feeds routing, help, manifest.json, the Teams command list and the README's table. */
export const commands: readonly Command[] = [commoncause, kpi, rag, summary, pulse, evidence, nudge, partners];
