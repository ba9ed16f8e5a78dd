import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import manifest from '../../manifest.json' with { type: 'json' };
import type { Core } from '../../src/app.ts';
import type { Answer, Command, Dispatch, Incoming } from '../../src/bot/contract.ts';
import type { Timer } from '../../src/bot/patience.ts';
import type { SealedCard, SealedForm } from '../../src/cards/card.ts';
import { createSlack, type SlackParts } from '../../src/platforms/slack/slack.ts';
import { type SlackStub, startSlack } from './slack-stub.ts';

/** Time that passes only when a test says so. */
export const testTimer = () => {
  const waiting = new Set<() => void>();
  const timer: Timer = (_milliseconds, then) => {
    waiting.add(then);
    return () => void waiting.delete(then);
  };
  return {
    timer,
    /** Whether anything waits for time to pass. */
    waits: () => waiting.size > 0,
    /** Everything that waits has waited long enough. */
    ring: () => {
      for (const then of [...waiting]) {
        waiting.delete(then);
        then();
      }
    },
  };
};

/** The Slack platform before a small Slack, with everything behind it played by the test. */
export const slackWith = async ({
  transport = 'http',
  commands = [],
  dispatch,
  core = {},
  conversations = { learnOutsiders: async () => {}, foundOutsiders: async () => {} },
  timer,
  start = true,
  stub,
}: {
  transport?: 'http' | 'socket';
  commands?: readonly Command[];
  dispatch: Dispatch;
  core?: Partial<Core>;
  /** Keeps who reads along; nothing is kept unless handed in. */
  conversations?: SlackParts['conversations'];
  timer?: Timer;
  start?: boolean;
  stub?: SlackStub;
}) => {
  const slack = stub ?? (await startSlack({ scopes: manifest.oauth_config.scopes.bot }));
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const platform = createSlack({
    core: { ...core, log } as Core,
    config: { ...slack.config, appToken: transport === 'socket' ? slack.appToken : undefined },
    commands,
    dispatch,
    conversations,
    clock: Date.now,
    ...(timer && { timer }),
  });
  const web = express();
  platform.mount(web);
  const server = createServer(web);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (transport === 'http') slack.sendsTo(`${origin}/slack/events`);
  if (start) await platform.start();
  return {
    slack,
    platform,
    origin,
    logged,
    stop: async () => {
      await platform.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await slack.stop();
    },
  };
};

/** A dispatch that remembers what it was asked and answers as the test says. */
export const playedBy = (answer: (incoming: Incoming) => Answer | Promise<Answer>) => {
  const asked: Incoming[] = [];
  const dispatch: Dispatch = async (incoming) => {
    asked.push(incoming);
    return answer(incoming);
  };
  return { asked, dispatch };
};

export const cardAnswer = (title: string, ...parts: SealedCard['parts']): Answer => ({ kind: 'card', card: { title, parts } });
export const undo: SealedCard['parts'][number] = {
  type: 'buttons',
  buttons: [{ label: 'Undo', press: { verb: 'kpi.undo', form: false, token: 'token-undo' } }],
};
export const logForm = (value?: string): SealedForm => ({
  title: 'Log a reading',
  fields: [
    { kind: 'number', name: 'value', label: 'Reading', ...(value && { value }) },
    { kind: 'longtext', name: 'note', label: 'Note', optional: true },
  ],
  submit: { label: 'Save', press: { verb: 'kpi.log', form: true, token: 'token-log' } },
});
