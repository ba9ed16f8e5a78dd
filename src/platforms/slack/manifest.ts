import type { Command } from '../../bot/contract.ts';
import { LOG_SHORTCUT } from './receive.ts';

/** Where Slack sends requests, on a server of this address. */
const endpoint = (publicUrl: string) => `${publicUrl}/slack/events`;

/** The scopes that are asked for, each because of something that people do. */
const SCOPES = [
  'commands', // what people type
  'chat:write', // answers
  'im:write', // answers and messages to one person
  'im:history', // what people write to the bot directly
  'app_mentions:read', // what people ask it in channels
  'users:read', // time zone; guest or not
  'users:read.email', // linking by address
  'channels:read', // whether people from outside read along, before a note is shared; in public channels
  'groups:read', // in private ones
  'mpim:read', // among several people
];

const EVENTS = ['app_home_opened', 'app_mention', 'app_uninstalled', 'message.im', 'tokens_revoked'];

/**
 * The Slack app manifest, derived from the commands (schema 2.0.0, https://github.com/slackapi/manifest-schema).
 * @param publicUrl the server's address without a slash at its end; in Socket Mode Slack does not use it
 */
export const slackManifest = (commands: readonly Command[], publicUrl: string) => ({
  _metadata: { major_version: 2, minor_version: 0 },
  display_information: {
    name: 'Common Cause',
    description: 'KPI readings, RAG ratings and short pulses for education partnerships.',
    long_description:
      'Common Cause is for partnerships of schools, councils, health, police and charities. Log a KPI reading in one line, see how your locality stands, and rate the actions of your plan. Every answer is private to who asked; nothing is posted to a channel unless somebody shares it.',
    background_color: '#1d4e6b',
  },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'Common Cause', always_online: true },
    shortcuts: [
      {
        name: 'Log a KPI reading',
        type: 'message',
        callback_id: LOG_SHORTCUT.callback,
        description: 'Opens the form with this message as the note',
      },
    ],
    slash_commands: commands.map(({ name, summary, usage }) => ({
      command: `/${name}`,
      url: endpoint(publicUrl),
      description: summary,
      ...(usage && { usage_hint: usage }),
      // People and channels come as ids, so that they are who was meant.
      should_escape: true,
    })),
  },
  oauth_config: { scopes: { bot: SCOPES } },
  settings: {
    event_subscriptions: { request_url: endpoint(publicUrl), bot_events: EVENTS },
    interactivity: { is_enabled: true, request_url: endpoint(publicUrl) },
    org_deploy_enabled: false,
    socket_mode_enabled: false,
    token_rotation_enabled: false,
  },
});
