import { parseArgs } from 'node:util';
import { HOW_NUDGES_GO, readMoment } from '../src/nudges/report.ts';
import { run } from './run.ts';

// npm run nudge -- --dry-run [--at 2026-11-24T08:30]: who would be written to at that moment, and why. Sends and writes nothing.

const parsed = () => {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { 'dry-run': flag, at: { type: 'string' }, help: { ...flag, short: 'h' } } });
    if (values.at !== undefined) readMoment(values.at);
    return values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${HOW_NUDGES_GO}`);
    process.exitCode = 1;
    return undefined;
  }
};

const asked = parsed();
if (asked && (asked.help || !asked['dry-run'])) console.log(HOW_NUDGES_GO);
else if (asked) await run('nudge', () => (asked.at === undefined ? [] : [asked.at]), 'nobody was looked for');
