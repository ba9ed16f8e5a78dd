import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import type { Core, Message } from '../../src/app.ts';
import type { Answer, Dispatch, Incoming } from '../../src/bot/contract.ts';
import { parseConfig } from '../../src/config.ts';
import { createTeams, type TeamsParts } from '../../src/platforms/teams/teams.ts';
import { isLocalRequest } from '../../src/web/local.ts';
import { testClock, testIds } from '../support/clock.ts';
import { createTeamsStub } from '../support/teams-stub.ts';

/** The Teams platform with a dispatcher that the test writes, against the stub: what goes over the wire, and nothing behind it. */

type Options = {
  answer?: (incoming: Incoming) => Answer | Promise<Answer>;
  environment?: Record<string, string>;
  timer?: TeamsParts['timer'];
  outboundPatience?: number;
};

export const card = (title: string, ...labels: string[]): Answer => ({
  kind: 'card',
  card: {
    title,
    parts:
      labels.length > 0
        ? [
            {
              type: 'buttons',
              buttons: labels.map((label) => ({
                label,
                press: { verb: `kpi.${label.toLowerCase()}`, form: false, token: `sealed-${label}` },
              })),
            },
          ]
        : [],
  },
});

export const teamsOnTheWire = async (options: Options = {}) => {
  const teams = await createTeamsStub();
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  const config = parseConfig({ ...teams.environment, PORT: '3000', ...options.environment });
  const clock = testClock();
  const core = { now: clock.now, newId: testIds(), log, config } as Core;
  const asked: Incoming[] = [];
  const kept: { what: string; conversation: string; user?: string; why?: string }[] = [];
  const outbox: Message[] = [];

  const dispatch: Dispatch = async (incoming) => {
    asked.push(incoming);
    const answer = (await options.answer?.(incoming)) ?? card('Saved', 'Undo');
    // As the dispatcher does: an answer that is a message is in the outbox, unless the turn failed.
    if (incoming.answerBy !== 'reply' && answer.kind === 'card' && answer.failed !== 'database' && answer.failed !== 'bug') {
      outbox.push({ kind: 'card', ...incoming.answerBy, card: answer.card });
    }
    return answer;
  };
  const platform = createTeams({
    core,
    config: config.teams as NonNullable<typeof config.teams>,
    dispatch,
    conversations: {
      remember: async ({ conversation }, user) => void kept.push({ what: 'remembered', conversation, ...(user ? { user } : {}) }),
      close: async ({ conversation }, why) => void kept.push({ what: 'closed', conversation, why }),
      learnOutsiders: async () => {},
      foundOutsiders: async () => {},
    },
    isLocal: (request) => isLocalRequest(request, config),
    timer: options.timer ?? (() => () => undefined),
    ...(options.outboundPatience ? { outboundPatience: options.outboundPatience } : {}),
  });
  const web = express().disable('x-powered-by');
  platform.mount(web);
  await platform.start();
  const server = createServer(web);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  teams.connect(url);

  return {
    url,
    teams,
    platform,
    asked,
    kept,
    outbox,
    clock,
    lines,
    /** Sends what is in the outbox, as the relay would. */
    relay: async () => {
      for (const message of outbox.splice(0)) await platform.send(message);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await teams.close();
      await platform.stop();
    },
  };
};
export type OnTheWire = Awaited<ReturnType<typeof teamsOnTheWire>>;
