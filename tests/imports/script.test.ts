import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWorkbook } from '../../src/imports/sheet/sheet.ts';
import { type Child, freePort, startChild } from '../support/child.ts';
import { workbookOf } from './world.ts';

/** npm run import, as whoever runs the server does it: with the server stopped and running. */

let home: string;
let child: Child | undefined;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'cc-import-'));
});
afterAll(async () => {
  await child?.kill();
  rmSync(home, { recursive: true, force: true });
});

type Ran = { code: number; stdout: string; stderr: string };
const run = (script: string, ...args: string[]): Promise<Ran> =>
  promisify(execFile)(process.execPath, [`scripts/${script}.ts`, ...args], {
    env: { PATH: process.env.PATH, HOME: home, DATA_DIR: join(home, 'data') },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );
const file = async (name: string, rows: (string | null)[][]) => {
  const path = join(home, name);
  writeFileSync(path, (await workbookOf({ Actions: [['Code', 'Title', 'Due', 'RAG', 'Reason'], ...rows] })).bytes);
  return path;
};

const PLACE = ['--locality', 'Northern locality'];

describe('npm run import', () => {
  test('says how it is used, and what is wrong with what it was given', async () => {
    expect(await run('import')).toMatchObject({ code: 1, stderr: expect.stringContaining('Say which file: npm run import -- FILE.xlsx') });
    expect(await run('import', '--loclity', 'x', 'y')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Unknown option '--loclity'"),
    });
    expect(await run('import', 'nowhere.xlsx')).toMatchObject({ code: 1, stderr: 'nowhere.xlsx cannot be read (ENOENT).\n' });
    const path = await file('early.xlsx', [[null, 'A line', null, null, null]]);
    expect(await run('import', path)).toMatchObject({ code: 1, stderr: 'There is no locality yet: npm run setup makes them.\n' });
  }, 60_000);

  test('writes an empty workbook, and not over another file', async () => {
    const path = join(home, 'template.xlsx');
    expect(await run('import', '--template', path)).toMatchObject({
      code: 0,
      stdout: `Wrote ${path}. Its first sheet says how to fill it in.\n`,
    });
    const { readFile } = await import('node:fs/promises');
    const { sheets } = await readWorkbook(new Uint8Array(await readFile(path)), 'template.xlsx');
    expect(sheets.map(({ name }) => name)).toEqual([
      'How to fill it in',
      'Actions',
      'KPIs',
      'Readings',
      'People',
      'Organisations',
      'Groups',
      'Taking part',
      'Projects',
      'Terms',
      'Closed days',
    ]);
    expect(await run('import', '--template', path)).toMatchObject({ code: 1, stderr: `${path} is there already: name a new file.\n` });
  });

  test('does the same with the server stopped and running', async () => {
    await run('setup', 'docs/programme.example.json');
    const plan = await file('plan.xlsx', [
      [null, 'Ring every family', '1 March 2027', 'Amber', 'Nobody has the numbers'],
      ['NOR-7', 'Share data with hubs', null, null, null],
    ]);
    expect(await run('import', plan)).toMatchObject({
      code: 1,
      stderr: 'Say which locality this is of: Northern locality, Southern locality.\n',
    });
    const bad = await file('bad.xlsx', [[null, 'Ring every family', '31 February 2027', null, null]]);
    const problem = 'Nothing was written. One thing is to be put right:\n  Actions, row 2, column C (Due): “31 February 2027” is no date.';
    expect(await run('import', bad, ...PLACE)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(problem) });
    const dry = await run('import', plan, ...PLACE, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain(
      'This would change Northern locality. Nothing was written.\n  Actions: 2 to add, 0 to change, 0 already so',
    );

    const done = await run('import', plan, ...PLACE);
    expect(done.stdout).toContain('Imported into Northern locality: 2 new.\n  Actions: 2 added, 0 changed, 0 already so');
    expect(done.stderr).toBe('rows written 2 of 5\nrows written 4 of 5\nrows written 5 of 5\n');

    child = startChild(
      { HOME: home, DATA_DIR: join(home, 'data'), DEMO: '0', PORT: String(await freePort()) },
      { logFile: join(home, 'log') },
    );
    await child.ready();
    expect(await run('import', bad, ...PLACE)).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
    expect((await run('import', plan, ...PLACE)).stdout).toContain('Everything in the file is there already: nothing was changed.');
    const many = Array.from({ length: 900 }, (_, at) => [null, `Line ${at + 1}`, '1 March 2027', null, null]);
    const running = await run('import', await file('many.xlsx', many), ...PLACE);
    expect(running.stdout).toContain('Actions: 900 added, 0 changed, 0 already so');
    expect(running.stdout).toContain('  and 860 more');
    expect(running.stderr.split('\n')).toContain('rows written 400 of 1,800');
    expect(child.printed()).not.toContain('Line 1');
  }, 120_000);
});
