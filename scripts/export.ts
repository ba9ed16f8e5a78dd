import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExportRequest } from '../src/evidence/export/script.ts';
import { run } from './run.ts';

// npm run export -- --out FILE.zip [--scope wakefield] [--as ADDRESS] [--free-text] [--xlsx]: tables for analysis, whether the server runs or not.
// npm run export -- --out FILE.csv --key: which organisation each code in them stands for. README.md, "The dashboards".

const HOW =
  'Say where to: npm run export -- --out FILE.zip [--scope wakefield] [--as ADDRESS] [--free-text] [--xlsx], or --key --out FILE.csv for the key';

const asked = (): string => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      scope: { type: 'string' },
      as: { type: 'string' },
      'free-text': { type: 'boolean', default: false },
      xlsx: { type: 'boolean', default: false },
      key: { type: 'boolean', default: false },
    },
  });
  if (!values.out) throw new Error(HOW);
  const request: ExportRequest = {
    out: resolve(values.out),
    scope: values.scope,
    as: values.as,
    freeText: values['free-text'],
    xlsx: values.xlsx,
    key: values.key,
  };
  return JSON.stringify(request);
};

await run('export', () => [asked()], 'nothing was exported');
