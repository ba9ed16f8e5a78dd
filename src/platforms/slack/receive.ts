import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Account, Incoming, Where } from '../../bot/contract.ts';
import type { Deed } from './blocks.ts';
import { cut, typed } from './text.ts';

/** What Slack sends → Incoming. Pure; whatever is not as Slack documents it throws a ZodError, which is answered with 400. */

/** What Slack says of a user that we do not know yet. */
type Profile = NonNullable<Account['profile']>;
export type ProfileOf = (user: string) => Profile;

const account = (profileOf: ProfileOf, tenant: string, user: string): Account => ({
  platform: 'slack',
  tenant,
  user,
  profile: profileOf(user),
});

/** Direct conversations start with D, with several people or private with G, channels with C. */
const isDirect = (channel: string) => channel.startsWith('D');

const whereIn = (channel: string | undefined, name: string | undefined, seenByOthers = false): Where => {
  if (!channel || isDirect(channel))
    return { kind: 'personal', ...(channel && { conversation: channel, to: { channel } }), seenByOthers: false };
  const group = name?.startsWith('mpdm-') ?? false;
  const called = name && !group && name !== 'privategroup' ? { name: `#${name}` } : {};
  return { kind: group ? 'group' : 'channel', conversation: channel, to: { channel }, ...called, seenByOthers };
};

// ── Slash commands ────────────────────────────────────────────────────────────────────────────

const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string().min(1),
  team_id: z.string().min(1),
  channel_id: z.string().min(1),
  channel_name: z.string().optional(),
  trigger_id: z.string().min(1),
  response_url: z.url().optional(),
});

/** A request that a person is waiting for: what they asked, and the ways to answer them. */
export type Asked = { incoming: Incoming; user: string; channel?: string; trigger?: string; responseUrl?: string };

export const fromCommand = (payload: unknown, profileOf: ProfileOf): Asked & { words: string } => {
  const command = SlashCommand.parse(payload);
  const words = `${command.command} ${typed(command.text)}`.trim();
  return {
    words,
    user: command.user_id,
    channel: command.channel_id,
    trigger: command.trigger_id,
    responseUrl: command.response_url,
    incoming: {
      key: `command:${command.trigger_id}`,
      account: account(profileOf, command.team_id, command.user_id),
      where: whereIn(command.channel_id, command.channel_name),
      ask: { kind: 'words', text: words },
      answerBy: 'reply',
    },
  };
};

// ── Values of fields ──────────────────────────────────────────────────────────────────────────

const Option = z.object({ value: z.string() });
const Element = z.object({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_date: z.string().nullish(),
});
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Element)).default({}) }).nullish();

/** Field name → what was filled in; an empty field is an empty text. Text typed into a field comes as it was typed. */
const valuesOf = (state: z.infer<typeof State>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(state?.values ?? {}).map(([name, elements]) => {
      const [element] = Object.values(elements);
      return [name, element?.value ?? element?.selected_option?.value ?? element?.selected_date ?? ''];
    }),
  );

/** The fields of the form in a message whose button stands in this block. */
const valuesOfForm = (state: z.infer<typeof State>, block: string) =>
  Object.fromEntries(
    Object.entries(valuesOf(state)).flatMap(([name, value]) =>
      name.startsWith(`${block}:`) ? [[name.slice(block.length + 1), value]] : [],
    ),
  );

// ── Buttons ───────────────────────────────────────────────────────────────────────────────────

const User = z.object({ id: z.string().min(1), team_id: z.string().optional() });
const Team = z.object({ id: z.string() }).nullish();
const Carried = z.object({ t: z.string().default(''), c: z.string().optional() });

const BlockActions = z.object({
  type: z.string(),
  user: User,
  team: Team,
  trigger_id: z.string().optional(),
  response_url: z.url().optional(),
  container: z.object({ is_ephemeral: z.boolean().optional(), message_ts: z.string().optional() }).default({}),
  channel: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), type: z.string(), private_metadata: z.string().default('') }).optional(),
  state: State,
  actions: z
    .array(
      z.object({
        action_id: z.string().default(''),
        block_id: z.string().default(''),
        value: z.string().default(''),
        action_ts: z.string().default(''),
      }),
    )
    .min(1),
});

export type Pressed = Asked & {
  deed: Deed | 'unknown';
  /** Where the button was. */
  on:
    | {
        kind: 'message' /** Only who pressed sees it, so that the answer may take its place. */;
        own: boolean;
        ephemeral: boolean;
        ts?: string;
      }
    | { kind: 'modal'; view: string }
    | { kind: 'home' };
};

const DEEDS = ['press', 'form', 'submit', 'link'] as const satisfies Deed[];

/** What a view carries from the form's opening to its submission. */
const carriedBy = (metadata: string): z.infer<typeof Carried> => {
  try {
    return Carried.parse(JSON.parse(metadata));
  } catch {
    return { t: '' }; // a view of ours from before a change, or none of ours: its token opens nothing
  }
};

export const fromPress = (payload: unknown, profileOf: ProfileOf): Pressed => {
  const press = BlockActions.parse(payload);
  const action = press.actions[0] as (typeof press.actions)[number];
  const named = action.action_id.split(':', 1)[0];
  const deed = DEEDS.find((known) => known === named) ?? 'unknown';
  const channel = press.channel?.id ?? (press.view ? carriedBy(press.view.private_metadata).c : undefined);
  const ephemeral = press.container.is_ephemeral ?? false;
  const state = deed === 'submit' ? valuesOfForm(press.state, action.block_id) : {};
  return {
    deed,
    user: press.user.id,
    channel,
    trigger: press.trigger_id,
    responseUrl: press.response_url,
    on: !press.view
      ? { kind: 'message', own: ephemeral || (channel !== undefined && isDirect(channel)), ephemeral, ts: press.container.message_ts }
      : press.view.type === 'home'
        ? { kind: 'home' }
        : { kind: 'modal', view: press.view.id },
    incoming: {
      key: `press:${action.action_ts}:${action.action_id}`,
      account: account(profileOf, press.user.team_id ?? press.team?.id ?? '', press.user.id),
      where: whereIn(channel, press.channel?.name),
      ask:
        deed === 'submit'
          ? { kind: 'submit', token: action.value, values: state }
          : { kind: 'press', token: deed === 'unknown' ? '' : action.value },
      answerBy: 'reply',
    },
  };
};

// ── Forms ─────────────────────────────────────────────────────────────────────────────────────

const ViewSubmission = z.object({
  user: User,
  team: Team,
  trigger_id: z.string().optional(),
  view: z.object({ id: z.string().min(1), hash: z.string().default(''), private_metadata: z.string().default(''), state: State }),
});

export type Submitted = Asked & {
  view: string;
  conversation?: string /** The fields that an error can stand beside, in order. */;
  fields: string[];
};

export const fromSubmission = (payload: unknown, profileOf: ProfileOf): Submitted => {
  const { user, team, view, trigger_id } = ViewSubmission.parse(payload);
  const { t, c } = carriedBy(view.private_metadata);
  const values = valuesOf(view.state);
  // A form with a mistake keeps its hash when it is sent again with the mistake put right: what was filled in is part of the key.
  const filled = createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 16);
  return {
    user: user.id,
    channel: c,
    trigger: trigger_id,
    view: view.id,
    conversation: c,
    fields: Object.keys(values),
    incoming: {
      key: `form:${view.id}:${view.hash}:${filled}`,
      account: account(profileOf, user.team_id ?? team?.id ?? '', user.id),
      where: whereIn(c, undefined),
      ask: { kind: 'submit', token: t, values },
      answerBy: 'reply',
    },
  };
};

// ── Shortcuts ─────────────────────────────────────────────────────────────────────────────────

const Shortcut = z.object({
  callback_id: z.string().default(''),
  trigger_id: z.string().min(1),
  action_ts: z.string().default(''),
  user: User,
  team: Team,
  channel: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  message: z.object({ text: z.string().default('') }).optional(),
  response_url: z.url().optional(),
});

/** The shortcut's name in the manifest, and the verb that it opens. */
export const LOG_SHORTCUT = { callback: 'log_reading', verb: 'kpi.log' };
/** A note is at most 1,000 characters and 1,200 bytes: what is longer is shortened in the form, where the person sees it before it is saved. */
const MOST_NOTE = { characters: 1_000, bytes: 1_200 };

const asNote = (text: string) => {
  let note = cut(text.trim(), MOST_NOTE.characters);
  while (Buffer.byteLength(note) > MOST_NOTE.bytes) note = cut(note, Math.floor(note.length * 0.9));
  return note;
};

export const fromShortcut = (payload: unknown, profileOf: ProfileOf): Asked => {
  const shortcut = Shortcut.parse(payload);
  return {
    user: shortcut.user.id,
    channel: shortcut.channel?.id,
    trigger: shortcut.trigger_id,
    responseUrl: shortcut.response_url,
    incoming: {
      key: `shortcut:${shortcut.trigger_id}`,
      account: account(profileOf, shortcut.user.team_id ?? shortcut.team?.id ?? '', shortcut.user.id),
      where: whereIn(shortcut.channel?.id, shortcut.channel?.name),
      ask:
        shortcut.callback_id === LOG_SHORTCUT.callback
          ? { kind: 'open', verb: LOG_SHORTCUT.verb, state: { note: asNote(typed(shortcut.message?.text ?? '')) } }
          : { kind: 'press', token: '' },
      answerBy: 'reply',
    },
  };
};

// ── Events ────────────────────────────────────────────────────────────────────────────────────

const EventEnvelope = z.object({
  type: z.literal('event_callback'),
  event_id: z.string().min(1),
  team_id: z.string().default(''),
  is_ext_shared_channel: z.boolean().default(false),
  event: z.looseObject({ type: z.string() }),
});

const SpokenEvent = z.object({
  type: z.enum(['message', 'app_mention']),
  user: z.string().min(1),
  text: z.string().default(''),
  channel: z.string().min(1),
  thread_ts: z.string().optional(),
  team: z.string().optional(),
  user_team: z.string().optional(),
});

/** What an event asks of us. `nothing`: not for us, acknowledged and forgotten. */
export type Happened =
  | {
      kind: 'said';
      incoming: Incoming;
      to: { channel: string; user: string; thread?: string };
      /** In a channel that another organisation reads. */
      shared: boolean;
    }
  | { kind: 'home'; incoming: Incoming; user: string }
  | { kind: 'removed' }
  | { kind: 'nothing' };

export type Ourselves = { team: string; user: string /** The words that show the home card. */; home: string };

export const isEvent = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'type' in body && body.type === 'event_callback';

const said = (
  event: z.infer<typeof SpokenEvent>,
  envelope: z.infer<typeof EventEnvelope>,
  us: Ourselves,
  profileOf: ProfileOf,
): Happened => {
  const direct = isDirect(event.channel);
  const words = typed(event.text).replaceAll(`<@${us.user}>`, ' ').trim();
  const to = { channel: event.channel, user: event.user, ...(event.thread_ts && { thread: event.thread_ts }) };
  return {
    kind: 'said',
    to,
    shared: envelope.is_ext_shared_channel,
    incoming: {
      key: `event:${envelope.event_id}`,
      // The user's own workspace, never the channel's: in a channel shared with another organisation they differ.
      account: account(profileOf, event.user_team ?? event.team ?? envelope.team_id, event.user),
      where: whereIn(event.channel, undefined, !direct),
      ask: { kind: 'words', text: words === '' ? us.home : words },
      answerBy: { platform: 'slack', to },
    },
  };
};

export const fromEvent = (payload: unknown, us: Ourselves, profileOf: ProfileOf): Happened => {
  const envelope = EventEnvelope.parse(payload);
  const { event } = envelope;
  switch (event.type) {
    case 'app_mention':
    case 'message': {
      // Edits, joins and the like are no asking; what bots say, ourselves included, is never answered.
      if ((event.subtype !== undefined && event.subtype !== 'file_share') || event.bot_id !== undefined || typeof event.user !== 'string')
        return { kind: 'nothing' };
      const spoken = SpokenEvent.parse(event);
      const direct = isDirect(spoken.channel);
      // A mention in a direct message comes as a message too; messages in channels are for the people there.
      if (spoken.user === us.user || direct !== (spoken.type === 'message')) return { kind: 'nothing' };
      return said(spoken, envelope, us, profileOf);
    }
    case 'app_home_opened': {
      if (event.tab !== 'home' || typeof event.user !== 'string') return { kind: 'nothing' };
      const incoming: Incoming = {
        key: `event:${envelope.event_id}`,
        account: account(profileOf, envelope.team_id, event.user),
        where: { kind: 'personal', seenByOthers: false },
        ask: { kind: 'words', text: us.home },
        answerBy: 'reply',
      };
      return { kind: 'home', incoming, user: event.user };
    }
    case 'app_uninstalled':
      return { kind: 'removed' };
    case 'tokens_revoked': {
      const tokens = event.tokens as { bot?: unknown[] } | undefined;
      return (tokens?.bot?.length ?? 0) > 0 ? { kind: 'removed' } : { kind: 'nothing' };
    }
    default:
      return { kind: 'nothing' };
  }
};
