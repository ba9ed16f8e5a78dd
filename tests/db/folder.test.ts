import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { askHolder, FolderInUse, lockFolder } from '../../src/db/folder.ts';
import { openDatabase } from '../../src/db/open.ts';
import { answerScript, runScript, type Scripts } from '../../src/db/scripts.ts';

let place: string;
let folders = 0;
const newFolder = () => {
  folders += 1;
  return join(place, `data-${folders}`);
};
const echo = async ({ script, args }: { script: string; args: string[] }) => `${script} ${args.join(' ')}`;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'cc-folder-'));
});
afterAll(() => rm(place, { recursive: true }));

/** Another process takes the folder and is killed, as by a power cut: its socket stays, and nobody listens. */
const dieHolding = (folder: string) => {
  const program = `const { lockFolder } = await import(${JSON.stringify(join(process.cwd(), 'src/db/folder.ts'))});
    await lockFolder(${JSON.stringify(folder)}, async () => '');
    process.kill(process.pid, 'SIGKILL');`;
  expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', program])).toThrow();
};

describe('the lock of a data folder', () => {
  it('lets one server in and tells the second what to do', async () => {
    const folder = newFolder();
    const first = await lockFolder(folder, echo);
    const second = lockFolder(folder, echo);
    await expect(second).rejects.toThrow(FolderInUse);
    await expect(second).rejects.toThrow(/already running on the data folder .* DATA_DIR/u);
    await first.release();
    await (await lockFolder(folder, echo)).release();
  });

  it.each([
    ['where a file is in the way', (file: string) => file],
    ['that would lie in a file', (file: string) => join(file, 'data')],
  ])('says in a sentence that a folder cannot be made %s', async (_where, folder) => {
    const file = newFolder();
    await writeFile(file, '');
    const taken = lockFolder(folder(file), echo);
    await expect(taken).rejects.toThrow(ConfigError);
    await expect(taken).rejects.toThrow(/DATA_DIR: the folder .* cannot be made or written to \(a file is in the way\)/u);
  });

  it('leaves no more than its own name behind, however often it was taken', async () => {
    const folder = newFolder();
    for (let times = 0; times < 3; times += 1) await (await lockFolder(folder, echo)).release();
    expect(await readdir(folder)).toEqual(['lock-3']);
  });

  it('is taken over from a process that died', async () => {
    const folder = newFolder();
    dieHolding(folder);
    expect(await readdir(folder)).toEqual(['lock-1']);
    expect(await askHolder(folder, { script: 'hello', args: [] })).toBeUndefined();
    const lock = await lockFolder(folder, echo);
    expect(await askHolder(folder, { script: 'hello', args: ['there'] })).toBe('hello there');
    await lock.release();
  });

  it('goes to exactly one of many that start at the same moment on a folder whose server died', async () => {
    const folder = newFolder();
    dieHolding(folder);
    const tries = await Promise.allSettled(Array.from({ length: 30 }, () => lockFolder(folder, echo)));
    const holders = tries.filter((attempt) => attempt.status === 'fulfilled');
    expect(holders).toHaveLength(1);
    for (const refused of tries.filter((attempt) => attempt.status === 'rejected')) expect(refused.reason).toBeInstanceOf(FolderInUse);
    expect(await askHolder(folder, { script: 'who', args: [] })).toBe('who ');
    await holders[0]?.value.release();
  });

  it('works in a folder whose path is longer than a socket may have', async () => {
    const folder = join(newFolder(), 'a-folder-with-a-long-name/'.repeat(8));
    await mkdir(folder, { recursive: true });
    const lock = await lockFolder(folder, echo);
    await expect(lockFolder(folder, echo)).rejects.toThrow(FolderInUse);
    expect(await askHolder(folder, { script: 'hello', args: [] })).toBe('hello ');
    await lock.release();
    expect(await readdir(folder)).toEqual(['lock-1']);
  });

  it('hands back the words of a request that went wrong', async () => {
    const folder = newFolder();
    const lock = await lockFolder(folder, async () => {
      throw new Error('There is no such file.');
    });
    await expect(askHolder(folder, { script: 'import', args: [] })).rejects.toThrow('There is no such file.');
    await lock.release();
  });
});

describe('a script', () => {
  const scripts: Scripts = {
    count: async ({ db }) => `${await db.programme.count()} programmes`,
    add: async ({ db }, [name = '']) => {
      await db.programme.create({ data: { id: '019ab000-0000-7000-8000-000000000001', name } });
      return `added ${name}`;
    },
  };

  it('does the same with the server stopped and running, on the same data', async () => {
    const config = { databaseUrl: undefined, dataDir: newFolder() };
    expect(await runScript(config, scripts, { script: 'add', args: ['LocalEd'] })).toBe('added LocalEd');

    const served: string[] = [];
    const opening = Promise.withResolvers<Awaited<ReturnType<typeof openDatabase>>>();
    const lock = await lockFolder(config.dataDir, async (request) => {
      served.push(request.script);
      return answerScript(scripts, await opening.promise, request);
    });
    const database = await openDatabase(config);
    opening.resolve(database);
    expect(await runScript(config, scripts, { script: 'count', args: [] })).toBe('1 programmes');
    await expect(runScript(config, scripts, { script: 'unheard of', args: [] })).rejects.toThrow('does not know "unheard of"');
    expect(served).toEqual(['count', 'unheard of']);
    await database.close();
    await lock.release();

    expect(await runScript(config, scripts, { script: 'count', args: [] })).toBe('1 programmes');
    expect(served).toHaveLength(2);
  });
});
