import { z } from 'zod';
import type { Command } from '../../bot/contract.ts';

/** The Teams app package's manifest, derived from the command list. Schema 1.29 is the first that knows slash commands and targeted messages. */

/** What the package is made for. */
export type PackageSettings = { clientId: string; publicUrl: string; operatorName: string };

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const Settings = z.object({
  TEAMS_CLIENT_ID: z
    .string({ error: 'is missing: Azure portal → your bot → Configuration → Microsoft App ID' })
    .regex(GUID, 'is not an app id (32 hexadecimal digits in five groups): Azure portal → your bot → Configuration → Microsoft App ID'),
  PUBLIC_URL: z
    .url({ error: 'is missing: the address at which this server is reached from outside' })
    .startsWith('https://', 'must start with https://, because Teams reaches a bot in no other way; for a try use a tunnel'),
  OPERATOR_NAME: z.string().default('Common Cause'),
});

/**
 * Reads what the package needs from an environment; nothing else of the configuration is asked for.
 * @throws Error with every problem, each with where to find what is missing
 */
export const packageSettings = (environment: Record<string, string | undefined>): PackageSettings => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const read = Settings.safeParse(present);
  if (!read.success) throw new Error(read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'));
  return {
    clientId: read.data.TEAMS_CLIENT_ID.toLowerCase(),
    publicUrl: read.data.PUBLIC_URL.replace(/\/$/u, ''),
    operatorName: read.data.OPERATOR_NAME,
  };
};

/** Limits of the schema that our own words could pass. */
const MOST_COMMANDS = 12;
const LONGEST_DEVELOPER = 32;

const SCOPES = ['personal', 'team', 'groupChat'];

/** @param version the product's own, three numbers */
export const teamsManifest = (commands: readonly Command[], { clientId, publicUrl, operatorName }: PackageSettings, version: string) => ({
  $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json',
  manifestVersion: '1.29',
  version,
  id: clientId,
  developer: { name: operatorName.slice(0, LONGEST_DEVELOPER), websiteUrl: publicUrl, privacyUrl: publicUrl, termsOfUseUrl: publicUrl },
  name: { short: 'Common Cause', full: 'Common Cause for education partnerships' },
  description: {
    short: 'Log KPI readings and see what waits for you in your partnership.',
    full: [
      'Common Cause is for people who work together for children and schools in one place.',
      'Log a KPI reading in one line and see where it stands. Every answer is for you alone, in a channel too.',
      'You need an invitation from your coordinator.',
    ].join('\n\n'),
  },
  icons: { color: 'color.png', outline: 'outline.png' },
  accentColor: '#16404D',
  bots: [
    {
      botId: clientId,
      scopes: SCOPES,
      isNotificationOnly: false,
      supportsFiles: false,
      supportsTargetedMessages: true,
      commandLists: [
        {
          scopes: SCOPES,
          triggers: ['mention', 'slash'],
          commands: commands
            .slice(0, MOST_COMMANDS)
            .map(({ name, usage, summary }) => ({ title: name, description: usage ? `${summary}, as in: ${name} ${usage}` : summary })),
        },
      ],
    },
  ],
  composeExtensions: [
    {
      botId: clientId,
      commands: [
        {
          id: 'log_reading',
          type: 'action',
          title: 'Log a reading',
          description: 'Opens the form for a KPI reading; from a message, with that message as its note.',
          context: ['compose', 'message'],
          triggers: ['slash'],
          fetchTask: true,
        },
      ],
    },
  ],
  permissions: ['identity', 'messageTeamMembers'],
  validDomains: [new URL(publicUrl).host],
  supportsChannelFeatures: 'tier1',
  defaultInstallScope: 'personal',
});
