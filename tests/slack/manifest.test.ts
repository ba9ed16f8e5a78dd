import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { slackManifest } from '../../src/platforms/slack/manifest.ts';

/** manifest.json is what Slack reads when the app is made; it follows the commands. `vitest run -u` writes it anew. */

const manifest = slackManifest(commands, 'https://common-cause.example.org');

test('manifest.json is what the commands make of it', async () => {
  await expect(`${JSON.stringify(manifest, null, 2)}\n`).toMatchFileSnapshot('../../manifest.json');
});

test("it is one by Slack's own schema", async () => {
  const schema = JSON.parse(await readFile(new URL('../fixtures/slack-manifest-2.0.0.schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const valid = ajv.compile(schema);
  expect(valid(manifest), JSON.stringify(valid.errors)).toBe(true);
  expect(valid({ ...manifest, display_information: { name: 'x'.repeat(36) } }), 'a name that is too long').toBe(false);
});

test('every command is in it, with what it does and an example, within what Slack shows', () => {
  const { slash_commands: inManifest } = manifest.features;
  expect(inManifest.map(({ command }) => command)).toEqual(commands.map(({ name }) => `/${name}`));
  for (const { command, description, should_escape } of inManifest) {
    expect(command.length).toBeLessThanOrEqual(32);
    expect(description.length).toBeLessThanOrEqual(100);
    expect(should_escape).toBe(true);
  }
});

test('it asks for no more than is used', () => {
  const { bot } = manifest.oauth_config.scopes;
  expect(bot).toContain('users:read.email');
  expect(bot.filter((scope) => /channels:history|groups:history|admin|:write\.public/u.test(scope))).toEqual([]);
});
