import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

// A real Chromium that comes as a package: unpacked once on a machine, then reused.

/** Without these the browser looks for its maker's servers at every start. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The package's own list of font folders names /tmp. Without any font Chromium draws no letters and dies at a text area. */
const fontsConfig = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;

/** Unpacks into a folder of its own and then gives it its name, so that two test files that start together never see half of it. */
const unpacked = async (): Promise<string> => {
  const require = createRequire(import.meta.url);
  const { version } = JSON.parse(await readFile(join(dirname(require.resolve('@sparticuz/chromium')), '../../package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `common-cause-chromium-${version}`);
  if (existsSync(join(folder, 'chromium'))) return folder;
  const mine = await mkdtemp(join(tmpdir(), 'common-cause-chromium-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = mine; // the package unpacks to the temporary folder, wherever that is
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
    await writeFile(join(mine, 'fonts', 'fonts.conf'), fontsConfig(folder));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  await rename(mine, folder).catch(async () => rm(mine, { recursive: true, force: true })); // somebody was first
  return folder;
};

/** Starts a browser; the test file closes it. */
export const launchBrowser = async (): Promise<Browser> => {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: QUIET,
    env: { ...process.env, FONTCONFIG_PATH: join(folder, 'fonts') } as Record<string, string>,
  });
};
