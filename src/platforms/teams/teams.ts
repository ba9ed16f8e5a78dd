import { CHINA, type CloudEnvironment, PUBLIC, US_GOV, US_GOV_DOD, withOverrides } from '@microsoft/teams.api';
import { App, type HttpRouteHandler } from '@microsoft/teams.apps';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import type { Core, Message } from '../../app.ts';
import type { Account, Answer, Dispatch, Incoming } from '../../bot/contract.ts';
import { type Patience, startPatience, type Timer } from '../../bot/patience.ts';
import type { Config } from '../../config.ts';
import { PlatformError } from '../../errors.ts';
import { faultOf } from '../../fault.ts';
import { Activity } from './activity.ts';
import { type Address, withoutThread } from './address.ts';
import { createGuard } from './guard.ts';
import { failureOf, platformError } from './outcome.ts';
import { createOutsiders, type OutsidersParts } from './outsiders.ts';
import { accountOf, addressOf, kindOf, privateAddressOf, receive } from './receive.ts';
import { renderInlineForm } from './render.ts';
import { notice, respond } from './respond.ts';
import { sdkLog } from './sdk-log.ts';
import { createSender } from './send.ts';
import { createTokens } from './token.ts';

/** Microsoft Teams: one endpoint in, the Bot Connector out. */

const ENDPOINT = '/api/messages';
/** How much of a request is read: a card's inputs and the message it came from. */
const MOST_BODY = '1mb';
const OUTBOUND_PATIENCE = 5_000;

const WORKING = 'Still working, not saved yet. The answer follows here.';

/** The clouds of Microsoft, each with its own issuer and login. */
const CLOUDS: readonly CloudEnvironment[] = [PUBLIC, US_GOV, US_GOV_DOD, CHINA];

export type TeamsParts = {
  core: Core;
  config: NonNullable<Config['teams']>;
  dispatch: Dispatch;
  /** Keeps and closes conversations (src/people/conversations.ts), handed in because a platform knows no database. */
  conversations: OutsidersParts['conversations'] & {
    remember: (address: Address, user: string | undefined) => Promise<void>;
    close: (address: Pick<Address, 'tenant' | 'conversation'>, why: 'blocked' | 'removed') => Promise<void>;
  };
  /** Whether a request is from this machine (src/web/local.ts): what TEAMS_LOCAL answers. */
  isLocal: (request: Request) => boolean;
  timer?: Timer;
  /** How long a request to the Bot Connector may take, in milliseconds; the SDK itself would wait for ever. */
  outboundPatience?: number;
};

export const createTeams = ({
  core,
  config,
  dispatch,
  conversations,
  isLocal,
  timer,
  outboundPatience = OUTBOUND_PATIENCE,
}: TeamsParts) => {
  const log = core.log.child({ platform: 'teams' });
  const known = CLOUDS.find((candidate) => candidate.openIdMetadataUrl === config.openIdUrl) ?? PUBLIC;
  const cloud = withOverrides(known, config.openIdUrl ? { openIdMetadataUrl: config.openIdUrl } : {});
  const tenants = config.tenants.map((tenant) => tenant.toLowerCase());
  const link = core.config.publicUrl;

  // The registration's own tenant is named first: that is where its token comes from.
  const tokenUrl = config.tokenUrl ?? `${cloud.loginEndpoint}/${config.tenants[0]}/oauth2/v2.0/token`;
  const token =
    config.clientId && config.clientSecret
      ? createTokens({ url: tokenUrl, clientId: config.clientId, clientSecret: config.clientSecret, now: core.now })
      : undefined;

  let handler: HttpRouteHandler | undefined;
  const app = new App({
    // Empty rather than left out: the SDK would look for them in the environment.
    clientId: config.clientId ?? '',
    clientSecret: '',
    tenantId: config.tenants[0] ?? '',
    ...(token ? { token } : {}),
    cloud,
    serviceUrl: config.serviceUrls[0] ?? '',
    client: { timeout: outboundPatience, logger: sdkLog(log) },
    logger: sdkLog(log),
    messagingEndpoint: ENDPOINT,
    dangerouslyAllowUnauthenticatedRequests: config.local,
    telemetry: { agent365: false },
    // The SDK's own adapter would register its route only when it is initialised, behind whatever stands there by then.
    httpServerAdapter: {
      registerRoute: (_method, path, registered) => {
        if (path === ENDPOINT) handler = registered;
      },
    },
  });

  const sender = createSender({
    api: app.api,
    log,
    link,
    close: (address, why) =>
      conversations.close({ tenant: address.tenant, conversation: withoutThread(address.conversation) }, why).catch((error: unknown) => {
        log.error({ fault: faultOf(error) }, 'a closed conversation could not be marked');
      }),
  });

  /** Everything that is under way, so that a stop waits for it. */
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    const settled: Promise<unknown> = work.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled),
    );
    underWay.add(settled);
    return work;
  };

  /**
   * What the directory says of somebody whom we meet for the first time: the name they sign in with, never their mail address,
   * which anybody may have typed. Guests and members of other tenants are outsiders.
   */
  const profileOf =
    (activity: Activity): NonNullable<Account['profile']> =>
    async () => {
      try {
        const member = await app.api
          .fromServiceUrl({ serviceUrl: activity.serviceUrl })
          .conversations.getMemberById(activity.conversation.id, activity.from.id);
        const tenant = (member.tenantId ?? accountOf(activity).tenant).toLowerCase();
        const name = member.userPrincipalName ?? '';
        const outsider =
          !(tenants.includes(tenant) || (config.local && tenants.length === 0)) ||
          tenant !== accountOf(activity).tenant ||
          member.aadObjectId !== activity.from.aadObjectId ||
          (member.userRole ?? 'user') !== 'user' ||
          /#EXT#/iu.test(name);
        return { ...(name && !outsider ? { email: name } : {}), outsider };
      } catch (error) {
        const { status } = failureOf(error);
        // Where the bot is no member (a message extension) nobody tells us: then only a code links.
        if (status === 403 || status === 404) return { outsider: true };
        throw platformError('asking who somebody is', error);
      }
    };

  const remember = async (activity: Activity): Promise<void> => {
    const address = addressOf(activity);
    const personal = kindOf(activity) === 'personal';
    await conversations.remember(
      { ...address, conversation: withoutThread(address.conversation), ...(personal ? { member: activity.from.id } : {}) },
      personal ? accountOf(activity).user : undefined,
    );
  };

  /** Gives an answer that is in no outbox to the person themselves, by a message. */
  const answerDirectly = (activity: Activity, answer: Answer, inPlace: boolean) => {
    // A card in a conversation of several is seen by all of them: there the answer is a message of its own.
    const replace = inPlace && kindOf(activity) === 'personal' && activity.replyToId ? { activity: activity.replyToId } : {};
    const content =
      answer.kind === 'card'
        ? sender.draw(answer.card)
        : { rendered: renderInlineForm(answer.form, answer.kind === 'fields' ? answer.fields : {}), plain: () => answer.form.title };
    return sender.deliver({ ...privateAddressOf(activity), ...replace }, content);
  };

  const sayWorking = (activity: Activity) =>
    sender
      .deliver(privateAddressOf(activity), sender.draw({ title: WORKING, parts: [] }))
      .catch((error: unknown) => log.info({ why: platformError('a notice', error).message }, 'a notice could not be sent'));

  /** The answer to a message: in the outbox already, or sent from here. */
  const answerMessage = async (activity: Activity, answer: Answer, answerBy: Incoming['answerBy']) => {
    // After the turn, which may have linked the account; a chat that could not be kept is kept next time.
    if (kindOf(activity) === 'personal' && !answer.quiet)
      await remember(activity).catch((error: unknown) => log.error({ fault: faultOf(error) }, 'a conversation could not be kept'));
    const failed = answer.kind === 'card' && (answer.failed === 'database' || answer.failed === 'bug');
    if (answerBy !== 'reply' && answer.kind === 'card' && !failed) return;
    try {
      await answerDirectly(activity, answer, false);
    } catch (error) {
      // Somebody who was told that nothing was saved must not find it saved later, so that request ends well;
      // if it could not be said, it does not, and Teams delivers again. What was saved is not answered twice.
      if (failed || !(error instanceof PlatformError) || error.outcome === 'again') throw error;
      log.warn({ why: error.message }, 'an answer is not confirmed');
    }
  };

  const handle = async (activity: Activity, patience: Patience): Promise<unknown> => {
    const received = receive(activity, profileOf(activity));
    if (!received) return undefined;
    const { incoming, returns } = received;
    const work = track(dispatch(incoming));
    const soon = await patience.waitFor(work);
    const give = async (answer: Answer) => {
      await (returns === 'message'
        ? answerMessage(activity, answer, incoming.answerBy)
        : answerDirectly(activity, answer, returns === 'card'));
      learn(activity, answer);
    };

    if (soon === 'late') {
      if (returns === 'message') await sayWorking(activity);
      void track(
        work
          .then(give)
          .catch((error: unknown) => log.error({ why: platformError('a late answer', error).message }, 'a late answer could not be given')),
      );
      return returns === 'message' ? undefined : notice(returns, WORKING);
    }
    if (returns === 'message') return give(soon.result);
    learn(activity, soon.result);
    return respond(soon.result, returns, link);
  };

  const learnOutsiders = createOutsiders({ api: app.api, log, conversations });
  /** After the answer, and waited for by nobody but a stop. Of an asking of which nothing is kept, nothing is learnt. */
  const learn = (activity: Activity, answer?: Answer): void => {
    if (!answer?.quiet) void track(learnOutsiders(activity));
  };

  const isRemoval = ({ type, action, membersRemoved, recipient }: Activity): boolean =>
    (type === 'installationUpdate' ? action?.startsWith('remove') : membersRemoved?.some(({ id }) => id === recipient.id)) ?? false;

  /** A conversation that we were taken out of, or put into. */
  const membership = async (activity: Activity): Promise<undefined> => {
    if (isRemoval(activity)) {
      const { tenant, conversation } = addressOf(activity);
      await conversations.close({ tenant, conversation: withoutThread(conversation) }, 'removed');
    } else {
      await remember(activity);
      learn(activity);
    }
    return undefined;
  };

  const onActivity = async ({ activity: raw }: { activity: unknown }): Promise<never> => {
    const activity = Activity.parse(raw); // the guard has read it: what it found good is good here
    const patience = startPatience(timer);
    try {
      const body =
        activity.type === 'installationUpdate' || activity.type === 'conversationUpdate'
          ? await membership(activity)
          : await handle(activity, patience);
      return { status: 200, body } as never;
    } catch (error) {
      log.error({ fault: faultOf(error) }, 'an activity could not be answered');
      return { status: 500, body: undefined } as never;
    } finally {
      patience.end();
    }
  };
  for (const name of [
    'message',
    'card.action',
    'dialog.open',
    'dialog.submit',
    'message.ext.open',
    'message.ext.submit',
    'installationUpdate',
    'conversationUpdate',
  ] as const) {
    app.on(name, onActivity);
  }

  const router = express.Router();
  router.post(
    '/',
    express.json({ limit: MOST_BODY }),
    createGuard({ issuer: cloud.tokenIssuer, serviceUrls: config.serviceUrls, tenants, ...(config.local ? { local: isLocal } : {}) }, log),
    async (request, response) => {
      if (!handler) return void response.status(503).type('text/plain').send('Starting');
      const { status, body } = await track(handler({ body: request.body, headers: request.headers as Record<string, string | string[]> }));
      if (status === 401) log.warn({ status, why: 'token' }, 'a request to the Teams endpoint was refused');
      if (body === undefined) response.status(status).end();
      else response.status(status).json(body);
    },
  );
  const onError: ErrorRequestHandler = (error: { status?: number; type?: string }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = error.status === 413 ? 413 : error.status !== undefined && error.status < 500 ? 400 : 500;
    log[status === 500 ? 'error' : 'warn']({ status, why: error.type ?? 'unknown' }, 'a request to the Teams endpoint could not be read');
    response
      .status(status)
      .type('text/plain')
      .send(status === 413 ? 'Too large' : status === 400 ? 'Not understood' : 'Something went wrong');
  };
  router.use(onError);

  return {
    name: 'teams' as const,
    /** Puts the endpoint on the web server. Activities are answered once `start` has finished. */
    mount: (web: Express) => void web.use(ENDPOINT, router),
    start: () => app.initialize(),
    /** Waits for everything under way. */
    stop: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    /** Sends one message now. @throws PlatformError */
    send: (message: Message) => sender.send(message),
  };
};
