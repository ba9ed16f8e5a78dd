import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { runScript } from '../../src/db/scripts.ts';
import { writeImportRequest } from '../../src/imports/request.ts';
import { readWorkbook } from '../../src/imports/sheet/sheet.ts';
import { openSecretKey } from '../../src/keys.ts';
import { createScripts } from '../../src/scripts.ts';
import { type Child, freePort, runScript as runProcess, SHORT_LIVED, startChild } from '../support/child.ts';
import { dataFolder } from '../support/database.ts';
import { workbookOf } from './world.ts';

/** npm run import, as whoever runs the server does it: with the server stopped and running. */

let home: string;
let child: Child | undefined;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'cc-import-'));
  await dataFolder(join(home, 'data'));
});
afterAll(async () => {
  await child?.kill();
  rmSync(home, { recursive: true, force: true });
});

const run = (script: string, ...args: string[]) => runProcess(script, args, { HOME: home, DATA_DIR: join(home, 'data') });
/** The same without a process of its own: what it printed, or it fails with that. */
const inProcess = async (path: string, options: { locality?: string | undefined; dryRun?: boolean } = {}) => {
  const config = parseConfig({ HOME: home, DATA_DIR: join(home, 'data') });
  const scripts = createScripts({ now: () => Temporal.Now.instant(), newId: v7, config, key: () => openSecretKey(config, randomBytes) });
  const files = [{ name: basename(path), bytes: await readFile(path) }];
  return runScript(config, scripts, {
    script: 'import',
    args: [writeImportRequest({ files, locality: undefined, dryRun: false, ...options })],
  });
};
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
    const which = 'Say which locality this is of: Northern locality, Southern locality.';
    await expect(inProcess(plan)).rejects.toThrow(which);
    const bad = await file('bad.xlsx', [[null, 'Ring every family', '31 February 2027', null, null]]);
    const problem = 'Nothing was written. One thing is to be put right:\n  Actions, row 2, column C (Due): “31 February 2027” is no date.';
    expect(await run('import', bad, ...PLACE)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(problem) });
    const dryRun = (adds: number) =>
      `This would change Northern locality. Nothing was written.\n  Actions: ${adds} to add, 0 to change, 0 already so`;
    expect(await inProcess(plan, { locality: PLACE[1], dryRun: true })).toContain(dryRun(2));

    const done = await run('import', plan, ...PLACE);
    expect(done.stdout).toContain('Imported into Northern locality: 2 new.\n  Actions: 2 added, 0 changed, 0 already so');
    expect(done.stderr).toBe('rows written 2 of 5\nrows written 4 of 5\nrows written 5 of 5\n');

    child = startChild(
      { HOME: home, DATA_DIR: join(home, 'data'), DEMO: '0', PORT: String(await freePort()) },
      { logFile: join(home, 'log'), nodeOptions: SHORT_LIVED },
    );
    await child.ready();
    expect(await run('import', plan)).toMatchObject({ code: 1, stderr: `${which}\n` });
    expect(await run('import', bad, ...PLACE)).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
    expect((await run('import', plan, ...PLACE)).stdout).toContain('Everything in the file is there already: nothing was changed.');
    const many = Array.from({ length: 900 }, (_, at) => [null, `Line ${at + 1}`, '1 March 2027', null, null]);
    const manyFile = await file('many.xlsx', many);
    const dry = await run('import', manyFile, ...PLACE, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain(dryRun(900));
    const running = await run('import', manyFile, ...PLACE);
    expect(running.stdout).toContain('Actions: 900 added, 0 changed, 0 already so');
    expect(running.stdout).toContain('  and 860 more');
    expect(running.stderr.split('\n')).toContain('rows written 400 of 1,800');
    expect(child.printed()).not.toContain('Line 1');
  }, 120_000);
});
