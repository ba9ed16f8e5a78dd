import { App, ExpressReceiver, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import express from 'express';
import { z } from 'zod';
import type { Core, Message } from '../../app.ts';
import type { Command, Dispatch, Incoming } from '../../bot/contract.ts';
import { realTimer, type Timer } from '../../bot/patience.ts';
import type { Config } from '../../config.ts';
import { createAsked, type Request } from './asked.ts';
import { createApi, SlackCallError } from './client.ts';
import { createHappened, NotCommitted } from './happened.ts';
import { boltLogger } from './logger.ts';
import { type Conversations, createOutsiders, isFromOutside, User } from './outsiders.ts';
import { isEvent, type Ourselves } from './receive.ts';
import { createSend } from './send.ts';
import { keepConnected } from './socket.ts';

/** Slack through Bolt: signed HTTP requests at POST /slack/events or, with an app token, Socket Mode. One workspace. */

export type SlackParts = {
  core: Core;
  config: NonNullable<Config['slack']>;
  commands: readonly Command[];
  dispatch: Dispatch;
  /** Keeps who reads along (src/people/conversations.ts), handed in because a platform knows no database. */
  conversations: Conversations;
  /** Milliseconds since 1970 by the machine's clock: signatures are judged by real time, whatever day the programme has. */
  clock: () => number;
  timer?: Timer;
};

export type Slack = {
  name: 'slack';
  /** Adds POST /slack/events; nothing in Socket Mode. No body parser may stand before it: signatures are over the raw body. */
  mount: (web: express.Express) => void;
  /** Learns who we are and connects. Throws with what to do when Slack refuses the token. */
  start: () => Promise<void>;
  /** Takes nothing more in, and resolves when what is under way is answered. */
  stop: () => Promise<void>;
  send: (message: Message) => Promise<Record<string, unknown>>;
};

/** Slack's requests are a few kilobytes; a view with everything in it is at most 250 kB. */
const MOST_BODY_BYTES = 1_000_000;
/** How far a request's time may lie ahead of ours, in seconds; Bolt checks only how old it is. */
const MOST_AHEAD = 5 * 60;

const AuthTest = z.object({ team_id: z.string(), user_id: z.string(), bot_id: z.string().optional() });
const UserInfo = z.object({
  user: User.extend({
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    tz: z.string().optional(),
    profile: z.object({ email: z.string().optional() }).default({}),
  }),
});

/** A request that Bolt knows no kind for, and so has left without an answer. */
class NoKindOfOurs extends Error {
  override name = 'NoKindOfOurs';
}

const HOW_TO_MEND: Record<string, string> = {
  invalid_auth: 'SLACK_BOT_TOKEN is refused: Slack app settings → OAuth & Permissions → Bot User OAuth Token',
  account_inactive: 'SLACK_BOT_TOKEN belongs to an app that was removed: install it again, Slack app settings → Install App',
  token_revoked: 'SLACK_BOT_TOKEN was revoked: install the app again, Slack app settings → Install App',
};

export const createSlack = ({ core, config, commands, dispatch, conversations, clock, timer = realTimer }: SlackParts): Slack => {
  const log = core.log.child({ platform: 'slack' });
  const logger = boltLogger(log);
  const api = createApi(config, { logger });
  const sender = createSend(api);

  let ourselves: (Ourselves & { bot: string | undefined }) | undefined;
  const whoWeAre = async () => {
    if (ourselves) return ourselves;
    const { team_id, user_id, bot_id } = AuthTest.parse(await api.call('auth.test', {}));
    ourselves = { team: team_id, user: user_id, bot: bot_id, home: commands[0]?.name ?? 'help' };
    return ourselves;
  };

  /** People from outside whom Slack told us of in this asking of theirs: where they ask, they read along. */
  const met = new Set<string>();

  /** What Slack says of a user. An outsider is a guest, a bot, somebody who left, or anybody of another organisation. */
  const profileOf = (user: string) => async () => {
    const us = await whoWeAre();
    const { user: known } = UserInfo.parse(await api.call('users.info', { user }));
    const fromOutside = isFromOutside(known, us.team);
    if (fromOutside) met.add(user);
    return { email: known.profile.email, zone: known.tz, outsider: Boolean(fromOutside || known.is_bot || known.deleted) };
  };

  let isRemoved = false;
  const removed = () => {
    if (!isRemoved)
      log.error('the app was removed from the Slack workspace or its token revoked: install it again, Slack app settings → Install App');
    isRemoved = true;
  };

  const happened = createHappened({ core, dispatch, sender, profileOf, us: () => ourselves as Ourselves, removed });
  const asked = createAsked({
    core,
    api,
    sender,
    commands,
    dispatch,
    profileOf,
    timer,
    refreshHome: ({ user, incoming }) => happened.refreshHome(user, incoming),
    answered: (incoming) => learn(incoming, false),
  });

  // ── What is under way, so that stopping can wait for it ──
  const underWay = new Set<Promise<unknown>>();
  const track = async (work: Promise<unknown>) => {
    underWay.add(work);
    try {
      await work;
    } finally {
      underWay.delete(work);
    }
  };

  const learnOutsiders = createOutsiders({ api, log, conversations });
  /** After an answer, and waited for by nobody but a stop. */
  const learn = (incoming: Incoming, shared: boolean) => {
    const isMet = met.delete(incoming.account.user);
    void track(learnOutsiders(incoming, (ourselves as Ourselves).team, shared || isMet));
  };

  /** One listener for each kind of request: each answers everything of its kind, so that a button of an older version is answered too. */
  const createBolt = (receiver: Receiver) => {
    const bolt = new App({
      receiver,
      logger,
      convoStore: false,
      ignoreSelf: false,
      authorize: async () => {
        const { team, user, bot } = await whoWeAre();
        return { botToken: config.botToken, teamId: team, botUserId: user, botId: bot };
      },
    });
    bolt.command(/.*/u, (args) => asked.onCommand(args as Request));
    bolt.action({}, (args) => asked.onPress(args as Request));
    bolt.view({ type: 'view_submission' }, (args) => asked.onSubmission(args as Request));
    bolt.view({ type: 'view_closed' }, ({ ack }) => ack());
    bolt.shortcut({}, (args) => asked.onShortcut(args as Request));
    bolt.options({}, ({ ack }) => ack({ options: [] }));
    bolt.error(async (error) => {
      throw error;
    });
    const process = bolt.processEvent.bind(bolt);
    bolt.processEvent = (event) => track(handle(event, process));
    return bolt;
  };

  const handle = async (event: ReceiverEvent, process: (event: ReceiverEvent) => Promise<void>) => {
    const { body, ack, retryNum = 0 } = event;
    z.looseObject({}).parse(body);
    if (isEvent(body)) {
      await whoWeAre();
      const said = await happened.onEvent(body, retryNum);
      // Slack has stopped waiting, or the connection is gone: it comes again, and is answered by its key.
      await ack().catch(() => log.warn('an event was saved after Slack had stopped waiting'));
      if (said) learn(said.incoming, said.shared);
      return;
    }
    isRemoved = false; // somebody uses us: installed again
    let answered = false;
    await process({
      ...event,
      ack: (content) => {
        answered = true;
        return ack(content);
      },
    });
    if (!answered) throw new NoKindOfOurs();
  };

  /** Says how a request ended that was not answered: what is not as Slack sends it is 400, what failed is 500 and comes again. */
  const statusOf = (error: unknown): 400 | 500 => {
    const cause = error instanceof Error && 'original' in error ? error.original : error;
    if (cause instanceof z.ZodError || cause instanceof NoKindOfOurs) {
      log.warn('a request was not as Slack documents it');
      return 400;
    }
    if (!(cause instanceof NotCommitted))
      log.error(
        { slack: cause instanceof SlackCallError ? cause.message : cause instanceof Error ? cause.name : 'failed' },
        'a request failed',
      );
    return 500;
  };

  const overHttp = (web: express.Express) => {
    web.post('/slack/events', (request, response, next) => {
      const ahead = Number(request.headers['x-slack-request-timestamp']) - clock() / 1000;
      if (ahead <= MOST_AHEAD || Number.isNaN(ahead)) return next(); // a missing time is refused by Bolt
      log.warn('a request from the future was refused');
      response.status(401).end();
    });
    createBolt(
      new ExpressReceiver({
        app: web,
        router: express.Router(),
        endpoints: '/slack/events',
        signingSecret: config.signingSecret ?? '',
        bodyLimit: MOST_BODY_BYTES,
        logger,
        processEventErrorHandler: async ({ error, response }) => {
          const status = statusOf(error);
          if (!response.headersSent) response.writeHead(status).end();
          return false;
        },
      }),
    );
  };

  const overSocket = (appToken: string) => {
    const receiver = new SocketModeReceiver({
      appToken,
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: { slackApiUrl: config.apiUrl, retryConfig: { retries: 0 }, timeout: 5_000 } },
      processEventErrorHandler: async ({ error }) => statusOf(error) === 400, // an envelope that will never be right is not asked for again
    });
    createBolt(receiver);
    return keepConnected(receiver, timer, log);
  };

  const connection = config.appToken ? overSocket(config.appToken) : undefined;

  return {
    name: 'slack',
    mount: (web) => {
      if (!connection) overHttp(web);
    },
    start: async () => {
      try {
        await whoWeAre();
      } catch (error) {
        const mend = error instanceof SlackCallError ? HOW_TO_MEND[error.code] : undefined;
        if (mend) throw new Error(mend);
        // Slack is not there just now: asked again when the first request comes.
        log.warn({ slack: error instanceof SlackCallError ? error.message : 'failed' }, 'Slack could not be asked who we are');
      }
      await connection?.open();
    },
    stop: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await connection?.close();
    },
    send: (message) => sender.send(message),
  };
};
