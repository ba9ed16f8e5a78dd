import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockProblems, viewProblems } from './slack-blocks.ts';

/**
 * A small Slack on loopback: the Web API methods that a bot like ours uses, response_urls, triggers, signed requests and Socket Mode,
 * as strict as Slack is about tokens, limits and times; and a driver that does what people do in it. It shares nothing with the product.
 */

type Json = Record<string, unknown>;

export type SlackUser = {
  id: string;
  team_id: string;
  tz: string;
  email?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
};

/** A message as somebody sees it. */
export type Shown = {
  channel: string;
  ts: string;
  /** Only this user sees it. */
  onlyFor?: string;
  by: 'acknowledgement' | 'response_url' | 'chat.postMessage' | 'chat.postEphemeral';
  text: string;
  blocks: Json[];
  thread?: string;
  unfurled: boolean;
  revision: number;
};

/** A modal or home tab as somebody sees it. */
export type ShownView = { id: string; hash: string; user: string; open: boolean; revision: number; view: Json };

/** What became of something that a person did. */
export type Outcome = {
  /** HTTP status; over Socket Mode 200 when acknowledged. */
  status: number;
  /** Milliseconds until it was acknowledged; over 3,000 Slack shows an error. */
  took: number;
  body: Json;
  /** The message that answers it. */
  message?: Shown;
  view?: ShownView;
  /** What stands beside the fields of a form. */
  errors?: Record<string, string>;
};

/** What Slack does instead of answering a call; `lost`: it does what was asked, and the answer never comes. */
export type SlackWrong =
  | { error: string }
  | { status: number; retryAfter?: number; text?: string }
  | { hang: true }
  | { reset: true }
  | { lost: true };
type Trouble = { method: string } & SlackWrong;
type Fault = Trouble & { times: number };

const TRIGGER_LIVES = 3_000;
const ACKNOWLEDGED_WITHIN = 3_000;
const HOOK_USES = 5;
const HOOK_LIVES = 30 * 60_000;
const WAITS_FOR = 8_000;

const bodyOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

/** What Slack makes of typed text in a payload: people by id, everything else escaped. */
const asSent = (typed: string) =>
  typed
    .split(/(<@[UW][A-Z0-9]+>)/u)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')))
    .join('');

/** Everything that can be read on something shown. */
const readIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(readIn);
  if (!isJson(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'text' && typeof item === 'string' ? [item] : readIn(item)));
};
/** The words of a message or view, one line for each piece of text. */
export const read = (shown: Shown | ShownView): string => readIn('blocks' in shown ? shown.blocks : shown.view).join('\n');

const buttonsIn = (blocks: Json[]): { block: string; element: Json }[] =>
  blocks.flatMap((block, index) => {
    const named = String(block.block_id ?? `generated${index}`);
    const elements = block.type === 'actions' ? (block.elements as Json[]) : isJson(block.accessory) ? [block.accessory] : [];
    return elements.map((element) => ({ block: named, element }));
  });
/** The labels of the buttons on it. */
export const buttonsOn = (shown: Shown | ShownView): string[] =>
  buttonsIn('blocks' in shown ? shown.blocks : ((shown.view.blocks as Json[]) ?? [])).map(({ element }) =>
    String((element.text as Json).text),
  );

export type SlackStub = Awaited<ReturnType<typeof startSlack>>;

/** Who else reads a channel: another organisation, one that is invited, or another workspace of the same organisation. */
type SharedWith = 'nobody' | 'outside' | 'invited' | 'organisation';
type Channel = { name: string; members: Set<string>; botIsIn: boolean; private: boolean; sharedWith: SharedWith };

/** The scopes that Slack asks for, by method and, where it differs, by the kind of channel. */
const scopeFor = (method: string, kind: 'public' | 'private' | 'several'): string | undefined => {
  switch (method) {
    case 'conversations.info':
    case 'conversations.members':
      return { public: 'channels:read', private: 'groups:read', several: 'mpim:read' }[kind];
    case 'users.info':
    case 'users.list':
      return 'users:read';
    case 'conversations.open':
      return 'im:write';
    case 'chat.postMessage':
    case 'chat.postEphemeral':
    case 'chat.update':
      return 'chat:write';
    default:
      return undefined;
  }
};
/** Fewer than this may come on a page, whatever was asked for, so that a reader of one page alone is found out. */
const LARGEST_PAGE = 3;

/**
 * @param scopes what the token was granted; everything unless said
 * @param chance asked at every call that no `fail` is meant for: what goes wrong with it, if anything
 */
export const startSlack = async ({
  team = 'T0HOME',
  scopes,
  chance,
}: {
  team?: string;
  scopes?: readonly string[];
  chance?: (method: string) => SlackWrong | undefined;
} = {}) => {
  const secrets = {
    botToken: `xoxb-${randomBytes(8).toString('hex')}`,
    appToken: `xapp-${randomBytes(8).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
  const botUser = 'U0BOT';
  const users = new Map<string, SlackUser>();
  const channels = new Map<string, Channel>();
  const shown: Shown[] = [];
  const views = new Map<string, ShownView>();
  const homes = new Map<string, ShownView>();
  const triggers = new Map<string, { at: number; used: boolean; view?: string }>();
  const hooks = new Map<
    string,
    { at: number; uses: number; channel: string; user: string; source: Shown | undefined; result: Shown | undefined }
  >();
  const faults: Fault[] = [];
  const calls: { method: string; args: Json }[] = [];
  /** What Slack refused to draw, with why: empty in a healthy conversation. */
  const refusals: string[] = [];

  let shift = 0;
  const now = () => Date.now() + shift;
  let made = 0;
  const next = () => {
    made += 1;
    return made;
  };
  const stamp = () => `${Math.floor(now() / 1000)}.${String(next()).padStart(6, '0')}`;

  const waiting = new Set<() => void>();
  const changed = () => {
    for (const wake of waiting) wake();
  };
  /** Resolves with what `look` finds, as soon as it finds it; fails when it does not. */
  const until = async <T>(look: () => T | undefined | false, what = 'what was waited for'): Promise<T> => {
    const deadline = performance.now() + WAITS_FOR;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found as T;
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(
          `${what} did not happen. Shown last: ${shown
            .slice(-3)
            .map((message) => message.text)
            .join(' | ')}; refused: ${refusals.join('; ')}`,
        );
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(left, 20));
        waiting.add(wake);
      });
    }
  };

  const user = (id: string, more: Partial<SlackUser> = {}): SlackUser => {
    const known: SlackUser = { id, team_id: team, tz: 'Europe/London', ...more };
    users.set(id, known);
    return known;
  };
  const channel = (
    id: string,
    name: string,
    members: string[] = [],
    botIsIn = true,
    { private: isPrivate = false, sharedWith = 'nobody' }: { private?: boolean; sharedWith?: SharedWith } = {},
  ) => channels.set(id, { name, members: new Set(members), botIsIn, private: isPrivate, sharedWith });
  /** A channel as the bot may ask about it: a private one only where it is a member. */
  const channelToAsk = (id: unknown) => {
    const known = channels.get(String(id));
    return known && (known.botIsIn || !known.private) ? known : undefined;
  };
  /** One page of a list, as `limit` and `cursor` ask for it. */
  const page = <T>(all: T[], args: Json): { of: T[]; response_metadata: Json } | { error: string } => {
    const limit = args.limit === undefined ? 100 : Number(args.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > 999) return { error: 'invalid_limit' };
    const from = args.cursor === undefined ? 0 : Number(Buffer.from(String(args.cursor), 'base64').toString());
    if (!Number.isInteger(from) || from < 0 || (args.cursor !== undefined && from === 0)) return { error: 'invalid_cursor' };
    const to = from + Math.min(limit, LARGEST_PAGE);
    const next_cursor = to < all.length ? Buffer.from(String(to)).toString('base64') : '';
    return { of: all.slice(from, to), response_metadata: { next_cursor } };
  };
  const directChannel = (id: string) => `D${id.slice(1)}`;

  const show = (message: Omit<Shown, 'ts' | 'revision' | 'unfurled'> & { unfurled?: boolean }): Shown => {
    const one: Shown = { unfurled: false, ...message, ts: stamp(), revision: 1 };
    shown.push(one);
    return one;
  };

  const refuse = (error: string, problems: string[]) => {
    refusals.push(`${error}: ${problems.join(', ')}`);
    return { ok: false, error, response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) } };
  };

  // ── Web API ───────────────────────────────────────────────────────────────────────────────

  const messageIn = (args: Json): { blocks: Json[]; text: string } | Json => {
    const blocks = args.blocks === undefined ? [] : parsed(args.blocks);
    const problems = args.blocks === undefined ? [] : blockProblems(blocks, 'message');
    if (problems.some((problem) => problem === 'msg_blocks_too_long')) return refuse('msg_blocks_too_long', problems);
    if (problems.length > 0) return refuse('invalid_blocks', problems);
    const text = String(args.text ?? '');
    if (text === '') return refuse('no_text', ['text: missing']);
    if (text.length > 4_000) return refuse('msg_too_long', [`text: ${text.length}`]);
    return { blocks: blocks as Json[], text };
  };
  const openView = (view: Json, owner: string): ShownView => {
    const one: ShownView = { id: `V${next()}`, hash: `${next()}.hash`, user: owner, open: true, revision: 1, view };
    views.set(one.id, one);
    return one;
  };
  const replaceView = (known: ShownView, view: Json) => {
    known.view = view;
    known.hash = `${next()}.hash`;
    known.revision += 1;
  };
  const takeTrigger = (id: unknown): { error: string } | { trigger: { used: boolean; view?: string }; owner: string } => {
    const trigger = triggers.get(String(id));
    if (!trigger) return { error: 'invalid_trigger_id' };
    if (trigger.used) return { error: 'exchanged_trigger_id' };
    if (now() - trigger.at > TRIGGER_LIVES) return { error: 'expired_trigger_id' };
    trigger.used = true;
    return { trigger, owner: String(id).split('.')[1] as string };
  };
  const asReturned = (known: ShownView) => ({
    ok: true,
    view: { ...known.view, id: known.id, hash: known.hash, team_id: team, app_id: 'A0APP', bot_id: 'B0BOT' },
  });

  const userAsTold = ({ email, ...rest }: SlackUser): Json => ({
    name: rest.id.toLowerCase(),
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    ...rest,
    profile: { real_name: 'Somebody', ...(email && (scopes?.includes('users:read.email') ?? true) && { email }) },
  });

  const methods: Record<string, (args: Json) => Json> = {
    'auth.test': () => ({
      ok: true,
      team_id: team,
      user_id: botUser,
      bot_id: 'B0BOT',
      team: 'Home',
      user: 'common_cause',
      url: 'https://home.slack.com/',
    }),
    'users.info': (args) => {
      const known = users.get(String(args.user));
      return known ? { ok: true, user: userAsTold(known) } : { ok: false, error: 'user_not_found' };
    },
    'users.list': (args) => {
      const here = [...users.values()].filter((known) => known.team_id === team).map(userAsTold);
      const bot = { id: botUser, team_id: team, name: 'common_cause', is_bot: true, is_restricted: false, is_ultra_restricted: false };
      const told = page([bot, ...here], args);
      return 'error' in told ? { ok: false, ...told } : { ok: true, members: told.of, response_metadata: told.response_metadata };
    },
    'conversations.open': (args) => {
      const known = users.get(String(args.users));
      if (!known) return { ok: false, error: 'user_not_found' };
      return known.deleted ? { ok: false, error: 'user_disabled' } : { ok: true, channel: { id: directChannel(known.id) } };
    },
    'conversations.info': (args) => {
      const known = channelToAsk(args.channel);
      if (!known) return { ok: false, error: 'channel_not_found' };
      const { sharedWith } = known;
      return {
        ok: true,
        channel: {
          id: args.channel,
          name: known.name,
          is_channel: !known.private,
          is_private: known.private,
          is_mpim: known.name.startsWith('mpdm-'),
          is_member: known.botIsIn,
          is_shared: sharedWith === 'outside' || sharedWith === 'organisation',
          is_ext_shared: sharedWith === 'outside',
          is_org_shared: sharedWith === 'organisation',
          is_pending_ext_shared: sharedWith === 'invited',
          pending_shared: sharedWith === 'invited' ? ['T0INVITED'] : [],
          shared_team_ids: [team, ...(sharedWith === 'outside' ? ['T0OTHER'] : [])],
        },
      };
    },
    'conversations.members': (args) => {
      const known = channelToAsk(args.channel);
      if (!known) return { ok: false, error: 'channel_not_found' };
      const told = page([...(known.botIsIn ? [botUser] : []), ...known.members], args);
      return 'error' in told ? { ok: false, ...told } : { ok: true, members: told.of, response_metadata: told.response_metadata };
    },
    'chat.postMessage': (args) => {
      const id = String(args.channel);
      const direct = [...users.keys()].find((known) => directChannel(known) === id);
      const known = channels.get(id);
      if (!direct && !known) return { ok: false, error: 'channel_not_found' };
      if (known && !known.botIsIn) return { ok: false, error: 'not_in_channel' };
      const message = messageIn(args);
      if ('ok' in message) return message;
      const { ts } = show({
        ...(message as { blocks: Json[]; text: string }),
        channel: id,
        by: 'chat.postMessage',
        ...(args.thread_ts ? { thread: String(args.thread_ts) } : {}),
        unfurled: args.unfurl_links !== 'false' || args.unfurl_media !== 'false',
      });
      return { ok: true, channel: id, ts };
    },
    'chat.postEphemeral': (args) => {
      const known = channels.get(String(args.channel));
      if (!known) return { ok: false, error: 'channel_not_found' };
      if (!known.botIsIn) return { ok: false, error: 'not_in_channel' };
      if (!known.members.has(String(args.user))) return { ok: false, error: 'user_not_in_channel' };
      const message = messageIn(args);
      if ('ok' in message) return message;
      const { ts } = show({
        ...(message as { blocks: Json[]; text: string }),
        channel: String(args.channel),
        onlyFor: String(args.user),
        by: 'chat.postEphemeral',
        ...(args.thread_ts ? { thread: String(args.thread_ts) } : {}),
      });
      return { ok: true, message_ts: ts };
    },
    'chat.update': (args) => {
      const known = shown.find((message) => message.channel === args.channel && message.ts === args.ts && message.onlyFor === undefined);
      if (!known) return { ok: false, error: 'message_not_found' };
      const message = messageIn(args);
      if ('ok' in message) return message;
      Object.assign(known, message);
      known.revision += 1;
      return { ok: true, channel: known.channel, ts: known.ts };
    },
    'views.open': (args) => {
      const view = parsed(args.view);
      const taken = takeTrigger(args.trigger_id);
      if ('error' in taken) return { ok: false, error: taken.error };
      const problems = viewProblems(view);
      if (problems.length > 0 || (view as Json).type !== 'modal') return refuse('invalid_arguments', problems);
      const opened = openView(view as Json, taken.owner);
      taken.trigger.view = opened.id;
      return asReturned(opened);
    },
    'views.update': (args) => {
      const known = views.get(String(args.view_id));
      if (!known?.open) return { ok: false, error: 'not_found' };
      if (args.hash !== undefined && args.hash !== known.hash) return { ok: false, error: 'hash_conflict' };
      const view = parsed(args.view);
      const problems = viewProblems(view);
      if (problems.length > 0) return refuse('invalid_arguments', problems);
      replaceView(known, view as Json);
      return asReturned(known);
    },
    'views.publish': (args) => {
      const owner = String(args.user_id);
      if (!users.has(owner)) return { ok: false, error: 'user_not_found' };
      const view = parsed(args.view);
      const problems = viewProblems(view);
      if (problems.length > 0 || (view as Json).type !== 'home') return refuse('invalid_arguments', problems);
      const known = homes.get(owner);
      if (known) replaceView(known, view as Json);
      else homes.set(owner, { id: `V${next()}`, hash: `${next()}.hash`, user: owner, open: true, revision: 1, view: view as Json });
      return asReturned(homes.get(owner) as ShownView);
    },
    'apps.connections.open': () => {
      const ticket = randomBytes(8).toString('hex');
      tickets.add(ticket);
      return { ok: true, url: `ws://127.0.0.1:${port}/link?ticket=${ticket}` };
    },
  };

  const hung = new Set<ServerResponse>();
  const faultFor = (method: string): SlackWrong | undefined => {
    const fault = faults.find((one) => one.method === method && one.times > 0);
    if (fault) fault.times -= 1;
    return fault ?? chance?.(method);
  };

  /** Answers badly on demand; says whether it did, or will after the call is done. */
  const misbehave = (method: string, response: ServerResponse): boolean | 'after' => {
    const fault = faultFor(method);
    if (!fault) return false;
    if ('lost' in fault) return 'after';
    if ('hang' in fault) {
      hung.add(response);
      return true;
    }
    if ('reset' in fault) response.destroy();
    else if ('status' in fault)
      response
        .writeHead(fault.status, fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) })
        .end(fault.text ?? 'upset');
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: false, error: fault.error }));
    return true;
  };

  const answerCall = (method: string, request: IncomingMessage, raw: string): Json => {
    const known = methods[method];
    if (!known) return { ok: false, error: 'unknown_method' };
    const bearer = request.headers.authorization;
    if (bearer === undefined) return { ok: false, error: 'not_authed' };
    if (bearer !== `Bearer ${method === 'apps.connections.open' ? secrets.appToken : secrets.botToken}`)
      return { ok: false, error: 'invalid_auth' };
    const type = String(request.headers['content-type']);
    if (!type.startsWith('application/x-www-form-urlencoded')) return { ok: false, error: 'invalid_post_type' };
    const args = Object.fromEntries(new URLSearchParams(raw));
    calls.push({ method, args });
    const asked = channels.get(String(args.channel));
    const needed = scopeFor(method, asked?.name.startsWith('mpdm-') ? 'several' : asked?.private ? 'private' : 'public');
    if (needed && scopes && !scopes.includes(needed)) return { ok: false, error: 'missing_scope', needed, provided: scopes.join(',') };
    return known(args);
  };

  const answerHook = (key: string, raw: string): { status: number; body: string } => {
    const hook = hooks.get(key);
    if (!hook) return { status: 404, body: 'no_such_url' };
    if (now() - hook.at > HOOK_LIVES) return { status: 404, body: 'expired_url' };
    if (hook.uses >= HOOK_USES) return { status: 404, body: 'used_url' };
    const args = parsed(raw);
    if (!isJson(args)) return { status: 400, body: 'invalid_payload' };
    hook.uses += 1;
    calls.push({ method: 'response_url', args });
    const message = messageIn(args);
    if ('ok' in message) return { status: 400, body: JSON.stringify(message) };
    const { blocks, text } = message as { blocks: Json[]; text: string };
    if (args.replace_original === true && hook.source) {
      Object.assign(hook.source, { blocks, text });
      hook.source.revision += 1;
      hook.result = hook.source;
    } else {
      const onlyFor = args.response_type === 'in_channel' ? {} : { onlyFor: hook.user };
      hook.result = show({ channel: hook.channel, by: 'response_url', blocks, text, ...onlyFor });
    }
    return { status: 200, body: 'ok' };
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((raw) => {
      const { pathname } = new URL(request.url ?? '/', 'http://slack');
      const [, kind, name = ''] = pathname.split('/');
      const method = kind === 'hooks' ? 'response_url' : name;
      const trouble = misbehave(method, response);
      if (trouble === true) return changed();
      if (kind === 'api') {
        const answered = JSON.stringify(answerCall(name, request, raw));
        if (trouble === 'after') response.destroy();
        else response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(answered);
      } else if (kind === 'hooks') {
        const { status, body } = answerHook(name, raw);
        response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
      } else response.writeHead(404).end();
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;

  // ── Socket Mode ───────────────────────────────────────────────────────────────────────────

  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const envelopes = new Map<string, { acknowledged: (payload: Json) => void; accepts: boolean }>();
  let opened = 0;
  const sockServer = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return socket.destroy(); // a ticket opens one connection
    sockServer.handleUpgrade(request, socket, head, (link) => {
      sockets.add(link);
      opened += 1;
      link.on('close', () => {
        sockets.delete(link);
        changed();
      });
      link.on('message', (data) => {
        const message = parsed(String(data));
        if (!isJson(message)) return;
        const envelope = envelopes.get(String(message.envelope_id));
        if (!envelope) return;
        const payload = isJson(message.payload) ? message.payload : {};
        if (!envelope.accepts && Object.keys(payload).length > 0) refusals.push('an event was acknowledged with a payload');
        envelopes.delete(String(message.envelope_id));
        envelope.acknowledged(payload);
      });
      link.send(
        JSON.stringify({
          type: 'hello',
          num_connections: sockets.size,
          debug_info: { host: 'applink', build_number: 10, approximate_connection_time: 18060 },
          connection_info: { app_id: 'A0APP' },
        }),
      );
      changed();
    });
  });

  // ── Towards the bot ───────────────────────────────────────────────────────────────────────

  let endpoint: string | undefined;

  /** `v0:timestamp:body` under the signing secret, as Slack documents it. */
  const signed = (body: string, at = Math.floor(now() / 1000), secret = secrets.signingSecret): Record<string, string> => ({
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`,
  });

  const post = async (body: string, headers: Record<string, string>): Promise<{ status: number; took: number; raw: string }> => {
    if (!endpoint) throw new Error('say first where the bot listens: slack.sendsTo(url)');
    const from = performance.now();
    const answer = await fetch(endpoint, { method: 'POST', body, headers });
    return { status: answer.status, took: performance.now() - from, raw: await answer.text() };
  };

  type Delivery = { type: 'slash_commands' | 'interactive' | 'events_api'; payload: Json; retry?: { number: number; reason: string } };

  const overHttp = async ({ type, payload, retry }: Delivery) => {
    const body =
      type === 'slash_commands'
        ? new URLSearchParams(payload as Record<string, string>).toString()
        : type === 'interactive'
          ? new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
          : JSON.stringify(payload);
    const { status, took, raw } = await post(body, {
      'content-type': type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
      ...signed(body),
    });
    const answered = raw === '' ? {} : parsed(raw);
    return { status, took, body: isJson(answered) ? answered : { text: raw } };
  };

  /** Slack keeps what it could not deliver until a connection is there. */
  const overSocket = async ({ type, payload, retry }: Delivery) => {
    const link = await until(() => [...sockets].find((one) => one.readyState === one.OPEN), 'a Socket Mode connection');
    const id = `envelope-${next()}`;
    const from = performance.now();
    const acknowledged = new Promise<Json>((resolve) => envelopes.set(id, { acknowledged: resolve, accepts: type !== 'events_api' }));
    link.send(
      JSON.stringify({
        envelope_id: id,
        payload,
        type,
        accepts_response_payload: type !== 'events_api',
        ...(type === 'events_api' && { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' }),
      }),
    );
    const body = await acknowledged;
    return { status: 200, took: performance.now() - from, body };
  };

  const late: string[] = [];
  const deliver = async (delivery: Delivery): Promise<Outcome> => {
    const outcome = await (endpoint ? overHttp(delivery) : overSocket(delivery));
    if (outcome.took > ACKNOWLEDGED_WITHIN) late.push(`${delivery.type} after ${Math.round(outcome.took)} ms`);
    return outcome;
  };

  const newTrigger = (owner: string) => {
    const id = `${next()}.${owner}.${randomBytes(4).toString('hex')}`;
    triggers.set(id, { at: now(), used: false });
    return id;
  };
  const newHook = (where: string, owner: string, source?: Shown) => {
    const key = randomBytes(12).toString('hex');
    hooks.set(key, { at: now(), uses: 0, channel: where, user: owner, source, result: undefined });
    return key;
  };
  const userPart = (id: string) => ({ id, username: id.toLowerCase(), name: id.toLowerCase(), team_id: users.get(id)?.team_id ?? team });
  const common = { token: 'verification-token', api_app_id: 'A0APP' };
  const teamPart = { id: team, domain: 'home' };
  const channelPart = (id: string) => ({ id, name: id.startsWith('D') ? 'directmessage' : (channels.get(id)?.name ?? 'privategroup') });

  /** What comes after an empty acknowledgement: a view that is filled, or a message. */
  const result = (trigger: string, hook: string, viewBefore?: ShownView, revision = 0) =>
    until(() => {
      const view = viewBefore ?? views.get(triggers.get(trigger)?.view ?? '');
      const filled = view?.view.submit !== undefined && !viewBefore;
      if (view && (filled || view.revision > Math.max(revision, viewBefore ? 0 : 1))) return { view };
      const message = hooks.get(hook)?.result;
      return message ? { message } : undefined;
    }, 'an answer');

  const command = async (
    name: string,
    words: string,
    { user: by, channel: where = directChannel(by) }: { user: string; channel?: string },
  ): Promise<Outcome> => {
    const trigger = newTrigger(by);
    const hook = newHook(where, by);
    const outcome = await deliver({
      type: 'slash_commands',
      payload: {
        ...common,
        team_id: users.get(by)?.team_id ?? team,
        team_domain: 'home',
        channel_id: where,
        channel_name: channelPart(where).name,
        user_id: by,
        user_name: by.toLowerCase(),
        command: name,
        text: asSent(words),
        is_enterprise_install: 'false',
        response_url: `${base}/hooks/${hook}`,
        trigger_id: trigger,
      },
    });
    if (outcome.status !== 200) return outcome;
    if (Object.keys(outcome.body).length === 0) return { ...outcome, ...(await result(trigger, hook)) };
    const message = messageIn(outcome.body);
    if ('ok' in message) return outcome;
    const unheard = ['data_visualization', 'table', 'image'];
    for (const { type } of (message as { blocks: Json[] }).blocks)
      if (unheard.includes(String(type))) refusals.push(`${String(type)} in an acknowledgement, where nobody hears of a refusal`);
    if (outcome.body.response_type === 'in_channel') refusals.push('a private answer was shown to the channel');
    return {
      ...outcome,
      message: show({ ...(message as { blocks: Json[]; text: string }), channel: where, onlyFor: by, by: 'acknowledgement' }),
    };
  };

  const findButton = (blocks: Json[], label: string) => {
    const found = buttonsIn(blocks).find(({ element }) => (element.text as Json).text === label);
    if (!found)
      throw new Error(
        `there is no button “${label}”, only: ${buttonsIn(blocks)
          .map(({ element }) => (element.text as Json).text)
          .join(', ')}`,
      );
    return found;
  };

  /** Fields as a person leaves them: `values` by the field's id or its label, the others as they open. */
  const stateOf = (blocks: Json[], values: Record<string, string>) => {
    const left = new Set(Object.keys(values));
    const state: Record<string, Json> = {};
    for (const block of blocks.filter((one) => one.type === 'input')) {
      const id = String(block.block_id);
      const element = block.element as Json;
      const name = [id, String((block.label as Json).text), id.split(':').at(-1) as string].find((known) => left.has(known));
      if (name) left.delete(name);
      const typed = name === undefined ? undefined : values[name];
      const options = (element.options as Json[] | undefined) ?? [];
      const chosen =
        typed === undefined ? element.initial_option : options.find((one) => one.value === typed || (one.text as Json).text === typed);
      if (options.length > 0 && typed && !chosen) throw new Error(`“${typed}” is not one of the choices`);
      const content: Json =
        element.type === 'plain_text_input'
          ? { type: element.type, value: (typed ?? element.initial_value ?? null) || null }
          : element.type === 'datepicker'
            ? { type: element.type, selected_date: (typed ?? element.initial_date ?? null) || null }
            : { type: element.type, selected_option: chosen ?? null };
      const empty = Object.values(content).includes(null);
      if (empty && block.optional !== true)
        throw new Error(`Slack would not send the form: “${String((block.label as Json).text)}” is empty`);
      if (typeof element.max_length === 'number' && String(content.value ?? '').length > element.max_length)
        throw new Error('longer than the field takes');
      state[id] = { [String(element.action_id)]: content };
    }
    if (left.size > 0) throw new Error(`there is no field ${[...left].join(', ')}`);
    return { values: state };
  };

  const pressPayload = (by: string, where: string | undefined, { block, element }: { block: string; element: Json }, more: Json): Json => ({
    type: 'block_actions',
    ...common,
    user: userPart(by),
    team: teamPart,
    enterprise: null,
    is_enterprise_install: false,
    ...(where && { channel: channelPart(where) }),
    actions: [
      {
        action_id: element.action_id,
        block_id: block,
        text: element.text,
        ...(element.value === undefined ? {} : { value: element.value }),
        type: 'button',
        action_ts: `${Math.floor(now() / 1000)}.${next()}`,
      },
    ],
    ...more,
  });

  type Pressing = {
    user?: string;
    values?: Record<string, string> /** A second press of the same click, as a double click sends. */;
    again?: Json;
    /** Told when Slack has been answered, before what comes of it is waited for. */
    acknowledged?: (outcome: Outcome) => void;
  };

  /** Presses a button on a message. `outcome.body.payload` can be sent again as a double click. */
  const press = async (
    message: Shown,
    label: string,
    { user: by = message.onlyFor ?? '', values = {}, acknowledged }: Pressing = {},
  ): Promise<Outcome & { payload: Json }> => {
    const trigger = newTrigger(by);
    const hook = newHook(message.channel, by, message);
    const found = findButton(message.blocks, label);
    const payload = pressPayload(by, message.channel, found, {
      trigger_id: trigger,
      response_url: `${base}/hooks/${hook}`,
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: message.onlyFor !== undefined },
      ...(message.onlyFor === undefined && {
        message: { type: 'message', user: botUser, bot_id: 'B0BOT', ts: message.ts, text: message.text, blocks: message.blocks },
      }),
      state: stateOf(
        message.blocks.filter((block) => Object.keys(values).length > 0 || block.type !== 'input'),
        values,
      ),
    });
    const outcome = await deliver({ type: 'interactive', payload });
    acknowledged?.(outcome);
    if (outcome.status !== 200 || found.element.url !== undefined) return { ...outcome, payload };
    return { ...outcome, payload, ...(await result(trigger, hook)) };
  };

  /** Presses a button on a modal or home tab. */
  const pressIn = async (view: ShownView, label: string): Promise<Outcome> => {
    const trigger = newTrigger(view.user);
    const isHome = view.view.type === 'home';
    const { revision } = view;
    const payload = pressPayload(view.user, undefined, findButton(view.view.blocks as Json[], label), {
      trigger_id: trigger,
      container: { type: 'view', view_id: view.id },
      view: { ...view.view, id: view.id, hash: view.hash, team_id: team, state: { values: {} } },
    });
    const outcome = await deliver({ type: 'interactive', payload });
    return outcome.status === 200 ? { ...outcome, ...(await result(trigger, '', isHome ? undefined : view, revision)) } : outcome;
  };

  const submit = async (view: ShownView, values: Record<string, string>): Promise<Outcome> => {
    if (view.view.submit === undefined) throw new Error('this modal has nothing to send');
    const blocks = view.view.blocks as Json[];
    const outcome = await deliver({
      type: 'interactive',
      payload: {
        type: 'view_submission',
        ...common,
        team: teamPart,
        user: userPart(view.user),
        trigger_id: newTrigger(view.user),
        view: {
          ...view.view,
          id: view.id,
          hash: view.hash,
          team_id: team,
          root_view_id: view.id,
          previous_view_id: null,
          state: stateOf(blocks, values),
        },
        response_urls: [],
        is_enterprise_install: false,
      },
    });
    if (outcome.status !== 200) return outcome;
    const { response_action: action, errors, view: replaced } = outcome.body;
    if (action === 'errors') {
      const fields = new Set(blocks.filter((block) => block.type === 'input').map((block) => block.block_id));
      const beside = errors as Record<string, string>;
      if (Object.keys(beside).length === 0 || Object.keys(beside).some((name) => !fields.has(name)))
        refusals.push(`errors beside no field: ${Object.keys(beside).join(', ')}`);
      return { ...outcome, view, errors: beside };
    }
    if (action === 'update') {
      const problems = viewProblems(replaced);
      if (problems.length > 0) refuse('invalid view', problems);
      else replaceView(view, replaced as Json);
      return { ...outcome, view };
    }
    view.open = false;
    return outcome;
  };

  const shortcut = async (
    callback: string,
    text: string,
    { user: by, channel: where }: { user: string; channel: string },
  ): Promise<Outcome> => {
    const trigger = newTrigger(by);
    const hook = newHook(where, by);
    const outcome = await deliver({
      type: 'interactive',
      payload: {
        type: 'message_action',
        ...common,
        callback_id: callback,
        trigger_id: trigger,
        action_ts: `${Math.floor(now() / 1000)}.${next()}`,
        team: teamPart,
        user: userPart(by),
        channel: channelPart(where),
        message_ts: stamp(),
        message: { type: 'message', user: by, text: asSent(text), ts: stamp(), team },
        response_url: `${base}/hooks/${hook}`,
      },
    });
    return outcome.status === 200 ? { ...outcome, ...(await result(trigger, hook)) } : outcome;
  };

  const envelope = (event: Json): Json => ({
    ...common,
    team_id: team,
    event,
    type: 'event_callback',
    event_id: `Ev${next()}`,
    event_time: Math.floor(now() / 1000),
    authorizations: [{ enterprise_id: null, team_id: team, user_id: botUser, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: channels.get(String(event.channel))?.sharedWith === 'outside',
  });

  /** Delivers an event, or delivers it again: `event(payload, 1)` as Slack does after a failure. */
  const event = async (payload: Json, retry = 0): Promise<Outcome & { payload: Json }> => ({
    payload,
    ...(await deliver({ type: 'events_api', payload, ...(retry > 0 && { retry: { number: retry, reason: 'http_error' } }) })),
  });
  const spoken = (type: string, by: string, where: string, text: string, more: Json) => {
    const ts = stamp();
    const known = users.get(by);
    return envelope({
      client_msg_id: `message-${next()}`,
      type,
      text: asSent(text),
      user: by,
      ts,
      team: known?.team_id ?? team,
      ...(known && known.team_id !== team && { user_team: known.team_id, source_team: known.team_id }),
      channel: where,
      event_ts: ts,
      ...(type === 'message' && { channel_type: 'im' }),
      ...more,
    });
  };

  return {
    /** What somebody sets in the environment. */
    config: {
      botToken: secrets.botToken,
      signingSecret: secrets.signingSecret,
      apiUrl: `${base}/api/`,
      appToken: undefined as string | undefined,
    },
    appToken: secrets.appToken,
    /** What listens, for whoever makes it unreachable for a while. */
    server,
    team,
    botUser,
    users,
    shown,
    views,
    homes,
    calls,
    faults,
    refusals,
    /** What was acknowledged later than Slack waits. */
    late,
    user,
    channel,
    directChannel,
    until,
    /** HTTP requests go here; without it everything goes over Socket Mode. */
    sendsTo: (url: string) => {
      endpoint = url;
    },
    /** Slack's clock goes on. */
    pass: (milliseconds: number) => {
      shift += milliseconds;
    },
    /** Ends what hangs. */
    letGo: () => {
      for (const response of hung) response.destroy();
      hung.clear();
    },
    /** The next `times` calls of a method go wrong. */
    fail: (fault: Trouble & { times?: number }) => faults.push({ times: 1, ...fault }),
    signed,
    post,
    deliver,
    command,
    press,
    pressIn,
    submit,
    shortcut,
    event,
    envelope,
    /** Somebody writes to the bot directly. */
    dm: (text: string, { user: by, ...more }: { user: string } & Json) => event(spoken('message', by, directChannel(by), text, more)),
    /** Somebody mentions the bot in a channel. */
    mention: (text: string, { user: by, channel: where, ...more }: { user: string; channel: string } & Json) =>
      event(spoken('app_mention', by, where, `<@${botUser}> ${text}`, more)),
    openHome: (by: string) =>
      event(envelope({ type: 'app_home_opened', user: by, channel: directChannel(by), tab: 'home', event_ts: stamp() })),
    /** The last message that this user can see. */
    lastFor: (by: string) =>
      shown.findLast((message) => message.onlyFor === by || (message.onlyFor === undefined && message.channel === directChannel(by))),
    closeView: (view: ShownView) => {
      view.open = false;
    },
    connections: () => sockets.size,
    connectionsEver: () => opened,
    unacknowledged: () => envelopes.size,
    /** Slack refreshes the connection, as it does every few hours. */
    refresh: () => {
      for (const link of sockets)
        link.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'applink' } }));
    },
    /** The network drops the connection. */
    drop: () => {
      for (const link of sockets) link.terminate();
    },
    stop: async () => {
      for (const link of sockets) link.terminate();
      sockServer.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
