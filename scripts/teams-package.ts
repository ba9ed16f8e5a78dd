import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { commands } from '../commands/index.ts';
import { packageSettings, teamsManifest } from '../src/platforms/teams/manifest.ts';

/** Makes the package that a Teams administrator uploads: dist/common-cause-teams.zip, or the file that is named. */

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root));
const zip = resolve(process.argv[2] ?? fileURLToPath(new URL('dist/common-cause-teams.zip', root)));

try {
  const settings = packageSettings(process.env);
  const { version } = JSON.parse(read('package.json').toString()) as { version: string };
  const manifest = teamsManifest(commands, settings, version);
  mkdirSync(dirname(zip), { recursive: true });
  writeFileSync(
    zip,
    zipSync(
      {
        'manifest.json': strToU8(`${JSON.stringify(manifest, null, 2)}\n`),
        'color.png': read('assets/teams/color.png'),
        'outline.png': read('assets/teams/outline.png'),
      },
      // The same package whenever it is made from the same things.
      { mtime: '2000-01-01T00:00:00' },
    ),
  );
  console.log(`${zip} is made for the bot ${settings.clientId} at ${settings.publicUrl}.`);
  console.log('Upload it in the Teams admin center under Teams apps → Manage apps, or in Teams under Apps → Manage your apps.');
} catch (error) {
  console.error(`No package was made.\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
