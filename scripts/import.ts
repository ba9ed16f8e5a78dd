import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { TEMPLATE } from '../src/imports/fields.ts';
import { writeImportRequest } from '../src/imports/request.ts';
import { writeTemplate } from '../src/imports/sheet/template.ts';
import { run } from './run.ts';

// npm run import -- FILE.xlsx [more files] [--locality NAME] [--dry-run]: brings in a plan, whether the server runs or not.
// npm run import -- --template [FILE.xlsx]: writes an empty workbook. README.md, "Bringing in a plan".

const HOW = 'Say which file: npm run import -- FILE.xlsx [more files] [--locality NAME] [--dry-run], or --template for an empty workbook';
const DEFAULT_TEMPLATE = 'common-cause-template.xlsx';

const template = async (path = DEFAULT_TEMPLATE): Promise<void> => {
  try {
    await writeFile(path, await writeTemplate(TEMPLATE), { flag: 'wx' });
    console.log(`Wrote ${path}. Its first sheet says how to fill it in.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    console.error(code === 'EEXIST' ? `${path} is there already: name a new file.` : `${path} cannot be written (${code}).`);
    process.exitCode = 1;
  }
};

const read = async (path: string) => ({
  name: basename(path),
  bytes: await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be read (${error.code}).`);
  }),
});

const parsed = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        locality: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        template: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n${HOW}`);
    process.exitCode = 1;
    return undefined;
  }
};

const asked = parsed();
if (asked?.values.template) await template(asked.positionals[0]);
else if (asked)
  await run(
    'import',
    async () => {
      if (asked.positionals.length === 0) throw new Error(HOW);
      const files = [];
      for (const path of asked.positionals) files.push(await read(path));
      return [writeImportRequest({ files, locality: asked.values.locality, dryRun: asked.values['dry-run'] })];
    },
    'nothing was brought in',
  );
