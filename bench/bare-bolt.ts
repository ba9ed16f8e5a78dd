import { App } from '@slack/bolt';

/** The least that Bolt can do: acknowledge a signed slash command, and post one message. What a bot costs before it does anything. */

const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL, PORT } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN ?? '',
  signingSecret: SLACK_SIGNING_SECRET ?? '',
  clientOptions: { slackApiUrl: SLACK_API_URL ?? '' },
  tokenVerificationEnabled: false,
});
app.command('/kpi', async ({ ack, client, payload }) => {
  await ack({ response_type: 'ephemeral', text: 'noted' });
  await client.chat.postMessage({ channel: payload.channel_id, text: 'noted' });
});
await app.start({ port: Number(PORT), host: '127.0.0.1' });
process.send?.({ listening: true });
