import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { buttonsOf, inputsOf, problemsOf, readCard, type Surface } from './teams-cards.ts';

/**
 * Microsoft Teams on loopback, as strict as the real one where it was found out how strict that is: it signs what it delivers,
 * checks our bearer at every request, refuses cards it could not draw, and goes wrong on demand.
 * It shares no constant with src/. `say`, `press` and the rest are a person at the keyboard.
 */

type Json = Record<string, unknown>;

/** Somebody with a Teams account. */
export type TeamsUser = {
  id: string;
  aadObjectId: string;
  tenant: string;
  upn: string;
  mail?: string;
  role?: 'user' | 'guest';
  name?: string;
};
export type TeamsConversation = {
  id: string;
  type: 'personal' | 'groupChat' | 'channel';
  members: TeamsUser[];
  name?: string /** Whether the bot is in it. */;
  bot: boolean;
  /** What sort of channel; Teams says so only of some. */
  sort?: 'standard' | 'private' | 'shared';
};

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const CLIENT_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const CLIENT_SECRET = 'a-secret-of-the-stub';
const CHANNEL_ISSUER = 'https://api.botframework.com';
const LARGEST_MESSAGE = 100 * 1024;

/** A message that somebody sees. */
export type Seen = { id: string; conversation: string; card?: Json; text?: string; onlyFor?: string; lines: string[] };

/** What the next request of that kind meets instead of an answer. */
export type Trouble = { status: number; code?: string; retryAfter?: number } | 'hang' | 'reset' | 'accepted, then reset';
export type Kind = 'activity' | 'targeted' | 'update' | 'conversation' | 'member' | 'roster' | 'token';

/** @param chance asked at every request that no `trouble` is meant for: what it meets, if anything */
export const createTeamsStub = async ({ chance }: { chance?: (kind: Kind) => Trouble | undefined } = {}) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const stranger = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'stub-key', use: 'sig', alg: 'RS256', endorsements: ['msteams'] };

  const conversations = new Map<string, TeamsConversation>();
  const messages: (Seen & { by: 'bot' })[] = [];
  const refused: string[] = [];
  const troubles: { kind: Kind; trouble: Trouble }[] = [];
  const waiting = new Set<() => void>();
  const requests: string[] = [];
  const bearers = new Set<string>();
  const hung = new Set<ServerResponse>();
  let counter = 0;
  let botUrl = '';
  const next = (prefix: string) => `${prefix}${++counter}`;
  const changed = () => {
    for (const look of [...waiting]) look();
  };

  const body = async (request: IncomingMessage): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  };
  const answer = (response: ServerResponse, status: number, content?: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(content === undefined ? '' : JSON.stringify(content));
  };
  const fault = (response: ServerResponse, status: number, code: string, message = code, headers: Record<string, string> = {}) => {
    refused.push(`${status} ${code}: ${message}`);
    answer(response, status, { error: { code, message } }, headers);
  };

  /** Whether trouble was met. */
  const meetsTrouble = (kind: Kind, response: ServerResponse): boolean | 'after' => {
    const at = troubles.findIndex((each) => each.kind === kind);
    const trouble = at < 0 ? chance?.(kind) : troubles.splice(at, 1)[0]?.trouble;
    if (!trouble) return false;
    if (trouble === 'accepted, then reset') return 'after';
    if (trouble === 'hang') hung.add(response);
    else if (trouble === 'reset') response.destroy();
    else
      fault(
        response,
        trouble.status,
        trouble.code ?? 'Unknown',
        'as asked',
        trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) },
      );
    changed();
    return true;
  };

  /** Why a message is refused: code and detail. */
  const wrongWith = (
    activity: Json,
    raw: string,
    targeted: boolean,
    conversation: TeamsConversation,
  ): [number, string, string] | undefined => {
    if (raw.length * 2 > LARGEST_MESSAGE) return [413, 'MessageSizeTooBig', `${raw.length * 2} bytes`];
    if (activity.type !== 'message') return [400, 'BadSyntax', `type ${String(activity.type)}`];
    const attachments = (activity.attachments ?? []) as Json[];
    if (!activity.text && attachments.length === 0) return [400, 'BadSyntax', 'nothing in it'];
    if (attachments.length > 0 && !activity.summary) return [400, 'BadSyntax', 'no summary for the notification'];
    for (const attachment of attachments) {
      if (attachment.contentType !== 'application/vnd.microsoft.card.adaptive') return [400, 'BadSyntax', String(attachment.contentType)];
      const problems = problemsOf(attachment.content, 'message');
      if (problems.length > 0) return [400, 'BadSyntax', problems.join('; ')];
    }
    const recipient = activity.recipient as Json | undefined;
    if (targeted) {
      if (conversation.type === 'personal') return [400, 'BadSyntax', 'targeted in a personal chat'];
      if (!conversation.members.some(({ id }) => id === recipient?.id)) return [400, 'BadSyntax', 'the recipient is no member'];
    }
    return undefined;
  };

  const keep = (activity: Json, conversation: TeamsConversation, onlyFor: string | undefined, id = next('1700000')): string => {
    const card = (activity.attachments as Json[] | undefined)?.[0]?.content as Json | undefined;
    const text = activity.text as string | undefined;
    const seen = {
      by: 'bot' as const,
      id,
      conversation: conversation.id,
      ...(card ? { card } : {}),
      ...(text ? { text } : {}),
      ...(onlyFor ? { onlyFor } : {}),
      lines: [...(text ? text.split('\n') : []), ...(card ? readCard(card) : [])],
    };
    const at = messages.findIndex((message) => message.id === id);
    if (at < 0) messages.push(seen);
    else messages[at] = seen;
    changed();
    return id;
  };

  const memberAsTold = (member: TeamsUser): Json => ({
    id: member.id,
    aadObjectId: member.aadObjectId,
    tenantId: member.tenant,
    userPrincipalName: member.upn,
    email: member.mail ?? member.upn,
    userRole: member.role ?? 'user',
    name: member.name ?? 'Somebody',
  });

  const connector = async (request: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams) => {
    const bearer = /^Bearer (.+)$/u.exec(request.headers.authorization ?? '')?.[1];
    if (!bearer || !bearers.has(bearer)) return fault(response, 401, 'Unauthorized', 'not a bearer that was issued');
    const raw = await body(request);
    const json = raw ? (JSON.parse(raw) as Json) : {};
    requests.push(`${request.method} ${path}`);
    if (path === '/v3/conversations' && request.method === 'POST') {
      if (meetsTrouble('conversation', response) === true) return;
      const member = (json.members as Json[] | undefined)?.[0]?.id;
      const user = users.get(String(member));
      if (!user || json.tenantId !== user.tenant) return fault(response, 400, 'BadSyntax', 'no such member of the tenant');
      const known =
        [...conversations.values()].find((each) => each.type === 'personal' && each.members[0]?.id === user.id) ??
        add({ type: 'personal', members: [user] });
      return known.bot ? answer(response, 201, { id: known.id }) : fault(response, 403, 'BotNotInConversationRoster');
    }
    const [, , , conversationId = '', what, id] = path.split('/').map(decodeURIComponent);
    const conversation = conversations.get(conversationId.split(';')[0] ?? '');
    if (!conversation) return fault(response, 404, 'ConversationNotFound');
    if (!conversation.bot) return fault(response, 403, 'BotNotInConversationRoster');
    if (what === 'members' && request.method === 'GET') {
      if (meetsTrouble('member', response) === true) return;
      const member = conversation.members.find((each) => each.id === id);
      if (!member) return fault(response, 404, 'MemberNotFoundInConversation');
      return answer(response, 200, { objectId: member.aadObjectId, ...memberAsTold(member) });
    }
    if (what === 'pagedMembers' && request.method === 'GET') {
      if (meetsTrouble('roster', response) === true) return;
      const from = Number(query.get('continuationToken') ?? 0);
      if (!Number.isInteger(from) || from < 0) return fault(response, 400, 'BadSyntax', 'not a continuation token of ours');
      // A chat comes whole, a team in pages; how large they are is Teams' own choice, whatever was asked for.
      const { members, type } = conversation;
      const size = type === 'channel' ? 50 : members.length;
      const to = from + size;
      const more = to < members.length ? { continuationToken: String(to) } : {};
      return answer(response, 200, { members: members.slice(from, to).map(memberAsTold), ...more });
    }
    if (what !== 'activities') return fault(response, 404, 'NotFound');
    const targeted = query.get('isTargetedActivity') === 'true';
    const kind: Kind = request.method === 'PUT' ? 'update' : targeted ? 'targeted' : 'activity';
    const trouble = meetsTrouble(kind, response);
    if (trouble === true) return;
    const wrong = wrongWith(json, raw, targeted, conversation);
    if (wrong) return fault(response, ...wrong);
    if (kind === 'update') {
      if (!messages.some((message) => message.id === id && message.conversation === conversation.id))
        return fault(response, 404, 'ActivityNotFoundInConversation');
      keep(json, conversation, undefined, id);
      return answer(response, 200, { id });
    }
    const kept = keep(json, conversation, targeted ? String((json.recipient as Json).id) : undefined);
    if (trouble === 'after') return void response.destroy();
    return answer(response, 201, { id: kept });
  };

  const tokens = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await body(request));
    if (meetsTrouble('token', response) === true) return;
    const good =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === CLIENT_ID &&
      form.get('client_secret') === CLIENT_SECRET &&
      form.get('scope') === `${CHANNEL_ISSUER}/.default`;
    if (!good) return answer(response, 401, { error: 'invalid_client' });
    // The SDK reads the token, so it has the shape of one.
    const token = await new SignJWT({ appid: CLIENT_ID, n: ++counter })
      .setProtectedHeader({ alg: 'RS256', kid: 'login' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    bearers.add(token);
    return answer(response, 200, { token_type: 'Bearer', expires_in: 3600, access_token: token });
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
    const done =
      pathname === '/v1/.well-known/openidconfiguration'
        ? answer(response, 200, { issuer: CHANNEL_ISSUER, jwks_uri: `${origin}/v1/.well-known/keys` })
        : pathname === '/v1/.well-known/keys'
          ? answer(response, 200, { keys: [jwk] })
          : /^\/[\w-]+\/discovery\/v2\.0\/keys$/u.test(pathname)
            ? answer(response, 200, { keys: [jwk] }) // the directory of any tenant: everybody's, not the channel's
            : pathname === '/login/token'
              ? tokens(request, response)
              : pathname.startsWith('/amer/')
                ? connector(request, response, pathname.slice('/amer'.length), searchParams)
                : answer(response, 404, {});
    Promise.resolve(done).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serviceUrl = `${origin}/amer/`;

  const users = new Map<string, TeamsUser>();
  const add = ({
    type,
    members,
    name,
    bot = true,
    sort,
  }: {
    type: TeamsConversation['type'];
    members: TeamsUser[];
    name?: string;
    bot?: boolean;
    sort?: TeamsConversation['sort'];
  }): TeamsConversation => {
    for (const user of members) users.set(user.id, user);
    const id = type === 'personal' ? next('a:personal-') : next('19:thread-') + (type === 'channel' ? '@thread.tacv2' : '@thread.v2');
    const conversation: TeamsConversation = { id, type, members, bot, ...(name ? { name } : {}), ...(sort ? { sort } : {}) };
    conversations.set(id, conversation);
    return conversation;
  };

  /** A token as the channel issues them, or with something wrong about it. */
  const token = async (
    change: { issuer?: string; audience?: string; serviceUrl?: string | null; expiresIn?: string; key?: 'stranger'; claims?: Json } = {},
  ): Promise<string> =>
    new SignJWT({ ...(change.serviceUrl === null ? {} : { serviceurl: change.serviceUrl ?? serviceUrl }), ...change.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'stub-key', typ: 'JWT' })
      .setIssuer(change.issuer ?? CHANNEL_ISSUER)
      .setAudience(change.audience ?? CLIENT_ID)
      .setIssuedAt(change.expiresIn?.includes('ago') ? new Date(Date.now() - 3_600_000) : undefined)
      .setExpirationTime(change.expiresIn ?? '1h')
      .sign(change.key === 'stranger' ? stranger.privateKey : privateKey);

  /** An activity as Teams words it. */
  const activity = (user: TeamsUser, conversation: TeamsConversation, rest: Json): Json => ({
    id: next('f:'),
    timestamp: '2026-11-24T09:00:00.000Z',
    localTimestamp: '2026-11-24T09:00:00.000+00:00',
    localTimezone: 'Europe/London',
    channelId: 'msteams',
    serviceUrl,
    from: { id: user.id, name: user.name ?? 'Somebody', aadObjectId: user.aadObjectId },
    conversation: {
      id: conversation.type === 'channel' ? `${conversation.id};messageid=1699999999` : conversation.id,
      conversationType: conversation.type,
      tenantId: user.tenant,
      ...(conversation.type === 'personal' ? {} : { isGroup: true }),
      ...(conversation.name ? { name: conversation.name } : {}),
    },
    recipient: { id: `28:${CLIENT_ID}`, name: 'Common Cause' },
    channelData: {
      tenant: { id: user.tenant },
      ...(conversation.type === 'channel'
        ? {
            channel: { id: conversation.id, ...(conversation.sort ? { type: conversation.sort } : {}) },
            team: { id: '19:team@thread.tacv2' },
          }
        : {}),
    },
    ...rest,
  });

  /** Delivers to the bot, signed unless a header is given. */
  const deliver = async (
    content: Json | string,
    authorization?: string | null,
  ): Promise<{ status: number; text: string; body: Json | undefined }> => {
    const header = authorization === null ? {} : { authorization: authorization ?? `Bearer ${await token()}` };
    const response = await fetch(`${botUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...header },
      body: typeof content === 'string' ? content : JSON.stringify(content),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, text, body: isJson && text ? (JSON.parse(text) as Json) : undefined };
  };

  const invoke = async (user: TeamsUser, conversation: TeamsConversation, name: string, value: Json, rest: Json = {}) => {
    const sent = activity(user, conversation, { type: 'invoke', name, value, ...rest });
    const { status, body: answered } = await deliver(sent);
    if (status !== 200) throw new Error(`Unable to reach app (${status})`);
    return { answered, sent };
  };

  const checkCard = (card: unknown, surface: Surface) => {
    const problems = problemsOf(card, surface);
    if (problems.length > 0) throw new Error(`Teams could not draw this: ${problems.join('; ')}`);
    return card as Json;
  };

  /** What a dialog's answer makes Teams show. */
  const dialogOf = (answered: Json | undefined) => {
    if (answered === undefined) return { closed: true as const, lines: [] as string[] };
    const task = answered.task as { type?: string; value?: Json | string } | undefined;
    if (task?.type === 'message' && typeof task.value === 'string') return { notice: task.value, lines: [task.value] };
    const value = task?.value as { title?: string; card?: { contentType?: string; content?: Json } } | undefined;
    if (task?.type !== 'continue' || !value?.title || value.card?.contentType !== 'application/vnd.microsoft.card.adaptive')
      throw new Error(`Unable to reach app: ${JSON.stringify(answered).slice(0, 200)}`);
    const card = checkCard(value.card.content, 'dialog');
    return { title: value.title, card, lines: readCard(card) };
  };
  type Dialog = ReturnType<typeof dialogOf>;

  const buttonOn = (card: Json | undefined, label: string): Json => {
    const button = buttonsOf(card).find((each) => each.title === label);
    if (!button)
      throw new Error(
        `there is no [${label}] among ${buttonsOf(card)
          .map((each) => `[${String(each.title)}]`)
          .join(' ')}`,
      );
    return button;
  };

  /** What a person typed into the inputs of a card, by their labels, over what they opened with. */
  const filled = (card: Json | undefined, typed: Record<string, string>) => {
    const inputs = inputsOf(card);
    for (const label of Object.keys(typed))
      if (!inputs.some((each) => each.label.startsWith(label)))
        throw new Error(`there is no field ${label} among ${inputs.map((each) => each.label).join(', ')}`);
    return Object.fromEntries(
      inputs.map((input) => {
        const given = Object.entries(typed).find(([label]) => input.label.startsWith(label))?.[1] ?? input.value;
        if (input.required && given === '') throw new Error(`Teams holds the form back: ${input.label} is empty`);
        return [input.id, given];
      }),
    );
  };

  type By = { user: TeamsUser; conversation: TeamsConversation };

  const stub = {
    origin,
    /** What listens, for whoever makes it unreachable for a while. */
    server,
    serviceUrl,
    environment: {
      TEAMS_CLIENT_ID: CLIENT_ID,
      TEAMS_CLIENT_SECRET: CLIENT_SECRET,
      TEAMS_TENANT_ID: TENANT,
      TEAMS_SERVICE_URLS: serviceUrl,
      TEAMS_OPENID_URL: `${origin}/v1/.well-known/openidconfiguration`,
      TEAMS_TOKEN_URL: `${origin}/login/token`,
    },
    connect: (url: string) => {
      botUrl = url.replace(/\/$/u, '');
    },
    token,
    activity,
    deliver,
    messages,
    refused,
    requests,
    /** Somebody of the served tenant, with the address they sign in with. */
    user: (upn: string, rest: Partial<TeamsUser> = {}): TeamsUser => {
      const user = {
        id: next('29:user-'),
        aadObjectId: `00000000-0000-4000-8000-${String(++counter).padStart(12, '0')}`,
        tenant: TENANT,
        upn,
        ...rest,
      };
      users.set(user.id, user);
      return user;
    },
    chat: (user: TeamsUser, rest: { bot?: boolean } = {}) => add({ type: 'personal', members: [user], ...rest }),
    group: (members: TeamsUser[], rest: { bot?: boolean } = {}) => add({ type: 'groupChat', members, ...rest }),
    channel: (members: TeamsUser[], name: string, rest: { sort?: TeamsConversation['sort'] } = {}) =>
      add({ type: 'channel', members, name, ...rest }),
    /** Somebody is put into a conversation: the bot there is told. */
    join: async (newcomer: TeamsUser, { user, conversation }: By) => {
      conversation.members.push(newcomer);
      return deliver(activity(user, conversation, { type: 'conversationUpdate', membersAdded: [{ id: newcomer.id }] }));
    },
    tokensIssued: () => bearers.size,
    /** Makes the next request of that kind go wrong. */
    trouble: (kind: Kind, trouble: Trouble) => troubles.push({ kind, trouble }),
    /** What this person sees of the bot there, oldest first. */
    seen: ({ user, conversation }: By): Seen[] =>
      messages.filter((message) => message.conversation === conversation.id && (!message.onlyFor || message.onlyFor === user.id)),
    /** Waits until something is so. It is looked at whenever anything changes here. */
    until: <T>(look: () => T | undefined | false): Promise<T> =>
      new Promise((resolve) => {
        const check = () => {
          const found = look();
          if (found === undefined || found === false) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    /**
     * Types a message. In a conversation of several the bot is mentioned, unless it is a slash command that only the bot sees.
     * Others are mentioned where their `@name` stands in the text.
     */
    say: async (text: string, by: By & { slash?: boolean; id?: string; mentioning?: TeamsUser[] }) => {
      const openly = by.conversation.type !== 'personal' && !by.slash;
      const mention = '<at>Common Cause</at>';
      const tagged = ({ name }: TeamsUser) => `<at>${name ?? ''}</at>`;
      const others = by.mentioning ?? [];
      const written = others.reduce((rest, other) => rest.replace(`@${other.name}`, tagged(other)), text);
      const entities = [
        ...(openly ? [{ type: 'mention', text: mention, mentioned: { id: `28:${CLIENT_ID}`, name: 'Common Cause' } }] : []),
        ...others.map((other) => ({ type: 'mention', text: tagged(other), mentioned: { id: other.id, name: other.name } })),
      ];
      const sent = activity(by.user, by.conversation, {
        type: 'message',
        textFormat: 'plain',
        text: openly ? `${mention}&nbsp;${written}\n` : written,
        ...(entities.length > 0 ? { entities } : {}),
        ...(by.slash ? { recipient: { id: `28:${CLIENT_ID}`, name: 'Common Cause', isTargeted: true } } : {}),
        ...(by.id ? { id: by.id } : {}),
      });
      return { ...(await deliver(sent)), sent };
    },
    /** Presses a button that is answered in place, with what was typed into the card: the new card, or a notice. */
    press: async (message: { id: string; card?: Json }, label: string, by: By & { typed?: Record<string, string>; again?: Json }) => {
      const button = buttonOn(message.card, label);
      if (button.type !== 'Action.Execute') throw new Error(`[${label}] is ${String(button.type)}`);
      const values = button.associatedInputs === 'none' ? {} : filled(message.card, by.typed ?? {});
      const value = {
        action: { type: 'Action.Execute', title: label, verb: button.verb, data: { ...(button.data as Json), ...values } },
        trigger: 'manual',
      };
      const { answered } = await invoke(by.user, by.conversation, 'adaptiveCard/action', value, { replyToId: message.id, ...by.again });
      if (answered?.statusCode !== 200) throw new Error(`Unable to reach app: ${JSON.stringify(answered).slice(0, 200)}`);
      if (answered.type === 'application/vnd.microsoft.activity.message')
        return { id: message.id, notice: String(answered.value), lines: [String(answered.value)] };
      if (answered.type !== 'application/vnd.microsoft.card.adaptive') throw new Error(`Unable to reach app: ${String(answered.type)}`);
      const card = checkCard(answered.value, 'message');
      return { id: message.id, card, lines: readCard(card) };
    },
    /** Presses a button as a client does that knows neither dialogs nor Action.Execute: it arrives as a message. */
    pressAsMessage: async (message: { id: string; card?: Json }, label: string, by: By & { typed?: Record<string, string> }) => {
      const button = buttonOn(message.card, label);
      const submit = (button.type === 'Action.Execute' ? button.fallback : button) as Json;
      return deliver(
        activity(by.user, by.conversation, {
          type: 'message',
          value: { ...(submit.data as Json), ...filled(message.card, by.typed ?? {}) },
          replyToId: message.id,
        }),
      );
    },
    openDialog: async (message: { id: string; card?: Json }, label: string, by: By): Promise<Dialog> => {
      const button = buttonOn(message.card, label);
      if (((button.data as Json).msteams as Json | undefined)?.type !== 'task/fetch') throw new Error(`[${label}] opens no dialog`);
      return dialogOf(
        (
          await invoke(
            by.user,
            by.conversation,
            'task/fetch',
            { data: { ...(button.data as Json), type: 'task/fetch' }, context: { theme: 'default' } },
            { replyToId: message.id },
          )
        ).answered,
      );
    },
    /** Presses a button of a dialog, with what was typed by field label. */
    submitDialog: async (
      dialog: { card?: Json },
      label: string,
      typed: Record<string, string>,
      by: By & { extension?: boolean; id?: string },
    ): Promise<Dialog> => {
      const button = buttonOn(dialog.card, label);
      const values = button.associatedInputs === 'none' ? {} : filled(dialog.card, typed);
      const data = { ...(button.data as Json), ...values };
      const name = by.extension ? 'composeExtension/submitAction' : 'task/submit';
      return dialogOf(
        (
          await invoke(
            by.user,
            by.conversation,
            name,
            by.extension ? { commandId: 'log_reading', data } : { data },
            by.id ? { id: by.id } : {},
          )
        ).answered,
      );
    },
    /** Opens the message extension, from the compose box or from a message. */
    extension: async (by: By & { message?: string }): Promise<Dialog> => {
      const value = {
        commandId: 'log_reading',
        commandContext: by.message ? 'message' : 'compose',
        ...(by.message ? { messagePayload: { id: '1', body: { contentType: 'html', content: by.message } } } : {}),
      };
      return dialogOf((await invoke(by.user, by.conversation, 'composeExtension/fetchTask', value)).answered);
    },
    install: async (by: By, action: 'add' | 'remove' = 'add') =>
      deliver(activity(by.user, by.conversation, { type: 'installationUpdate', action })),
    /** Ends what hangs. */
    letGo: () => {
      for (const response of hung) response.destroy();
      hung.clear();
    },
    close: async () => {
      for (const response of hung) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
};
export type TeamsStub = Awaited<ReturnType<typeof createTeamsStub>>;
