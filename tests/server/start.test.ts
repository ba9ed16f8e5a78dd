import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config.ts';
import { type Child, freePort, runScript, SHORT_LIVED, startChild } from '../support/child.ts';

/** The README's `npm start`, with nothing configured, on an empty home and an empty data folder. */

const home = mkdtempSync(join(tmpdir(), 'cc-start-'));
const dataDir = join(home, 'data');
const running: Child[] = [];
let logs = 0;
const start = async (environment: Record<string, string> = {}) => {
  logs += 1;
  const child = startChild(
    { HOME: home, DATA_DIR: dataDir, PORT: String(await freePort()), ...environment },
    { logFile: join(home, `log-${logs}`), nodeOptions: SHORT_LIVED },
  );
  running.push(child);
  return child;
};
/** Runs a script as `npm run` would; gives what it printed, or how it failed. */
const script = async (name: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runScript(name, args, { HOME: home, DATA_DIR: dataDir });
  return code === 0 ? stdout : `failed: ${stderr}`;
};
const messages = (child: Child) =>
  child
    .printed()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

afterAll(async () => {
  for (const child of running) await child.kill();
  rmSync(home, { recursive: true, force: true });
});

describe('a server that is started with nothing configured', () => {
  it('says what is off and how to turn it on, shows the demonstration, keeps its data, and lets nobody else at them', async () => {
    const first = await start();
    await first.ready();
    const said = messages(first).join('\n');
    expect(said).toMatch(/Slack is off. To turn it on, set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET/u);
    expect(said).toMatch(/Microsoft Teams is off/u);
    expect(said).toMatch(/E-mail is off/u);
    expect(said).toContain(`http://localhost:${first.port}/chat`);
    expect(await (await fetch(`${first.origin}/chat`)).text()).toContain('Wakefield pilot lead');
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const key = readFileSync(join(home, '.config/common-cause/secret-key'), 'utf8');
    expect(Buffer.from(key, 'base64')).toHaveLength(32);

    // A second server is refused, and a script hands its request to the first.
    const second = await start();
    await expect(second.ready()).rejects.toThrow(/already running on the data folder/u);
    const running = join(home, 'running.tar.gz');
    expect(await script('backup', running)).toMatch(/^Wrote .*running\.tar\.gz/u);
    expect(await script('backup', running)).toMatch(/^failed: .* is there already/u);
    expect(await first.stop()).toBe(0);
    expect(messages(first).at(-1)).toBe('stopped');

    // Without a server the same script opens the database itself; both copies hold the programme, and neither the key.
    const stopped = join(home, 'stopped.tar.gz');
    expect(await script('backup', stopped)).toMatch(/^Wrote .*stopped\.tar\.gz/u);
    for (const backup of [running, stopped]) {
      const restored = await PGlite.create({ loadDataDir: new Blob([new Uint8Array(readFileSync(backup))], { type: 'application/gzip' }) });
      expect((await restored.query('SELECT count(*)::int AS localities FROM locality')).rows).toEqual([{ localities: 9 }]);
      await restored.close();
    }

    // What it was started as, and with which key, it stays.
    const asReal = await start({ DEMO: '0' });
    await expect(asReal.ready()).rejects.toThrow(/holds the demonstration programme. Set DEMO=1/u);
    const otherKey = await start({ SECRET_KEY: Buffer.alloc(32, 9).toString('base64') });
    await expect(otherKey.ready()).rejects.toThrow(/first used with another key/u);

    const again = await start();
    await again.ready();
    expect(messages(again).join('\n')).not.toContain('brought up to date');
    expect(await again.stop()).toBe(0);
    expect(readFileSync(join(home, '.config/common-cause/secret-key'), 'utf8')).toBe(key);
  }, 180_000);

  it('names everything that is wrong with the environment at once', async () => {
    const child = await start({ SLACK_BOT_TOKEN: 'xoxb-1', TEAMS_CLIENT_ID: 'bot', SECRET_KEY: 'short' });
    await expect(child.ready()).rejects.toThrow(
      /SECRET_KEY: must be 32 bytes[\s\S]*SLACK_SIGNING_SECRET: is missing[\s\S]*TEAMS_CLIENT_SECRET: is missing/u,
    );
  });

  it('says what is wrong with one variable and what is missing beside it in the same breath, each once', () => {
    const wrong = {
      PORT: '70000',
      DEMO: 'yes',
      SLACK_BOT_TOKEN: 'xoxp-1',
      SMTP_URL: 'mail.example.org',
      DATABASE_URL: 'mysql://db',
      TEAMS_CLIENT_SECRET: 'x',
      SECRET_KEY: 'short',
    };
    expect(() => parseConfig(wrong)).toThrow(ConfigError);
    const problems = ((): string[] => {
      try {
        parseConfig(wrong);
        return [];
      } catch (error) {
        return (error as ConfigError).problems;
      }
    })();
    expect(problems).toContain('PORT: a number from 0 to 65535');
    expect(problems).toContain('DEMO: 0 or 1');
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'DATABASE_URL',
      'DEMO',
      'MAIL_FROM',
      'PORT',
      'SECRET_KEY',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SMTP_URL',
      'TEAMS_CLIENT_ID',
      'TEAMS_TENANT_ID',
    ]);
    expect(parseConfig({ PORT: '3001', DEMO: '0' })).toMatchObject({ port: 3001, demo: false }); // the control
  });
});
