import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Command } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import { conversationsOf } from '../../src/people/conversations.ts';
import { createTeams } from '../../src/platforms/teams/teams.ts';
import { testBot } from './bot.ts';
import { createTeamsStub, type TeamsConversation, type TeamsUser } from './teams-stub.ts';

/** The whole bot behind Teams: the demonstration programme, every command, the outbox and its relay, against the stub. */
export const teamsWorld = async ({
  as,
  env = { DEMO: '1' },
}: {
  /** A twin of the commands, to be found out. */
  as?: (commands: readonly Command[]) => readonly Command[];
  env?: Record<string, string>;
} = {}) => {
  const teams = await createTeamsStub();
  const bot = await testBot({ env: { ...teams.environment, ...env } });
  const { core } = bot;
  const platform = createTeams({
    core,
    config: core.config.teams as NonNullable<typeof core.config.teams>,
    dispatch: as ? createDispatch({ core, commands: as(bot.commands), kick: () => {} }) : bot.dispatch,
    conversations: conversationsOf(core, 'teams'),
    isLocal: () => false,
    timer: () => () => undefined, // nobody grows impatient while the tests' machine is busy
  });
  const mails: { to: string; subject: string; text: string }[] = [];
  const outbox = createOutbox({
    ...core,
    send: async (message) => {
      if (message.kind !== 'email') return platform.send(message);
      mails.push(message);
      return {};
    },
  });
  const web = express();
  platform.mount(web);
  await platform.start();
  const server = createServer(web);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  teams.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  return {
    teams,
    bot,
    mails,
    relay: outbox.drain,
    /** Posts something unasked, past the outbox. */
    send: platform.send,
    /** Waits for what is done after an answer; a stop does no more than that. */
    learnt: () => platform.stop(),
    /** Somebody with the address NAME@example.org, in a chat with the bot. */
    person: (name: string) => {
      const user = teams.user(`${name}@example.org`);
      return { user, conversation: teams.chat(user) };
    },
    /** Types something and reads the newest answer. */
    say: async (text: string, by: { user: TeamsUser; conversation: TeamsConversation; slash?: boolean; id?: string }) => {
      const { status } = await teams.say(text, by);
      if (status !== 200) throw new Error(`Unable to reach app (${status})`);
      await outbox.drain();
      const answer = teams.seen(by).at(-1);
      if (!answer) throw new Error('there was no answer');
      return answer;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await platform.stop();
      await outbox.stop();
      await teams.close();
      await bot.close();
    },
  };
};
export type TeamsWorld = Awaited<ReturnType<typeof teamsWorld>>;
