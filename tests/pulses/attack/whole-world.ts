import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { inTransaction } from '../../../src/db/transaction.ts';
import { conversationsOf } from '../../../src/people/conversations.ts';
import { createTeams } from '../../../src/platforms/teams/teams.ts';
import type { Answers, Wave } from '../../../src/pulses/pulse.ts';
import { waveById } from '../../../src/pulses/queries.ts';
import { linkToken } from '../../../src/pulses/seat.ts';
import { fieldOf } from '../../../src/pulses/sent.ts';
import { createMetrics } from '../../../src/web/health.ts';
import { testBot } from '../../support/bot.ts';
import { type Head, pulseWorld } from '../../support/pulse-world.ts';
import { slackWith } from '../../support/slack.ts';
import type { Shown, ShownView } from '../../support/slack-stub.ts';
import { createTeamsStub } from '../../support/teams-stub.ts';
import { field, visitor } from '../../support/visitor.ts';
import { startWeb } from '../../support/web.ts';
import { onFiles } from './files.ts';

/** The whole bot behind Slack, Teams and the web, over a database whose files can be read; and headteachers who answer a pulse in each of them. */

/** One of each scale, and one twice. */
const ITEMS = ['trust', 'recommend', 'know-who-to-ask', 'what-would-help', 'clear-focus'];

export type WholeWorld = Awaited<ReturnType<typeof wholeWorld>>;

export const wholeWorld = async ({ schools }: { schools: number }) => {
  const teams = await createTeamsStub();
  const env = { ...teams.environment, DEMO: '1', OPERATOR_NAME: 'Learn Example Ltd' };
  const filled = await testBot({ env });
  const { database, folders } = await onFiles(filled.database);
  const bot = filled.database.dump ? await testBot({ env, database }) : filled;
  const { core } = bot;
  /** What left for Slack, Teams and browsers, as text. */
  const traffic: string[] = [];
  const say = (...what: unknown[]) => traffic.push(...what.map((one) => (typeof one === 'string' ? one : JSON.stringify(one ?? null))));

  const slack = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core, conversations: conversationsOf(core, 'slack') });
  const teamsPlatform = createTeams({
    core,
    config: core.config.teams as NonNullable<typeof core.config.teams>,
    dispatch: bot.dispatch,
    conversations: conversationsOf(core, 'teams'),
    isLocal: () => false,
    timer: () => () => undefined,
  });
  bot.senders.slack = slack.platform.send;
  bot.senders.teams = teamsPlatform.send;
  const forTeams = express();
  teamsPlatform.mount(forTeams);
  await teamsPlatform.start();
  const teamsServer = createServer(forTeams);
  await new Promise<void>((resolve) => teamsServer.listen(0, '127.0.0.1', resolve));
  teams.connect(`http://127.0.0.1:${(teamsServer.address() as AddressInfo).port}`);
  const site = await startWeb({ core, commands: bot.commands, dispatch: bot.dispatch });
  const metrics = createMetrics(() => core.db, core.now);

  const place = await pulseWorld(bot, { schools });
  const waveId = await place.open({ items: ITEMS.map((item) => ({ item, version: 1 })) });
  const wave = (await inTransaction(core.db, (tx) => waveById(tx, waveId))) as Wave;

  const valuesOf = ({ chosen, comment }: Answers, prefix = '') => ({
    ...Object.fromEntries(
      wave.questions.flatMap(({ item }, at) => (chosen.has(item) ? [[`${prefix}${fieldOf(at)}`, String(chosen.get(item))]] : [])),
    ),
    ...(comment === null ? {} : { [`${prefix}comment`]: comment }),
  });

  const inSlack = async ({ name }: Pick<Head, 'name'>) => {
    const user = `U0${name.replaceAll(/\W/gu, '').toUpperCase()}`;
    if (!slack.slack.users.has(user)) slack.slack.user(user, { email: `${name}@example.org` });
    return user;
  };
  const fromSlack = async (user: string, list: Shown, answers: Answers) => {
    const { view, ...pressed } = await slack.slack.press(list, 'Answer', { user });
    const sent = await slack.slack.submit(view as ShownView, valuesOf(answers));
    say(pressed.body, sent.body, sent.view?.view);
  };
  /** Teams fields go by what stands above them; a choice goes by its value. */
  const inTeams = (answers: Answers) => {
    const { comment, ...chosen } = valuesOf(answers) as Record<string, string>;
    return {
      ...Object.fromEntries(
        wave.questions.flatMap(({ text }, at) => (chosen[fieldOf(at)] ? [[`${at + 1}  ${text}`, chosen[fieldOf(at)] as string]] : [])),
      ),
      ...(comment ? { 'Anything else?': comment } : {}),
    };
  };

  /** From a page to what is sent from it. */
  const inChat = (page: { text: string } & Parameters<typeof field>[0]) => ({ csrf: field(page, 'csrf'), nonce: field(page, 'nonce') });

  const WAYS: Record<string, (head: Head, answers: Answers) => Promise<void>> = {
    'in Slack, by a command': async (head, answers) => {
      const user = await inSlack(head);
      const { message } = await slack.slack.command('/pulse', '', { user });
      await fromSlack(user, message as Shown, answers);
    },
    'by a personal link': async ({ personId }, answers) => {
      const who = visitor(site.origin);
      const path = `/pulse/${linkToken(core.secret, waveId, personId)}`;
      await who.get(path);
      const thanks = await who.post(path, valuesOf(answers, 'field.'));
      say(thanks.text);
      if (!thanks.text.includes('Thank you')) throw new Error(thanks.text);
    },
    'in Teams, in a dialog': async ({ name }, answers) => {
      const user = teams.user(`${name}@example.org`);
      const by = { user, conversation: teams.chat(user) };
      await teams.say('pulse', by);
      await bot.outbox.drain();
      const list = teams.seen(by).at(-1);
      if (!list) throw new Error('nothing was shown in Teams');
      const dialog = await teams.openDialog(list, 'Answer', by);
      const done = await teams.submitDialog(dialog, 'Send', inTeams(answers), by);
      say(list, done);
    },
    'in Slack, by a direct message': async (head, answers) => {
      const user = await inSlack(head);
      await slack.slack.dm('pulse', { user });
      await bot.outbox.drain();
      const list = await slack.slack.until(() => slack.slack.lastFor(user), 'the list of pulses');
      await fromSlack(user, list, answers);
    },
    'in the web chat': async ({ name }, answers) => {
      const who = visitor(site.origin);
      const path = `/chat?as=${encodeURIComponent(`${name}@example.org`)}`;
      const chat = await who.get(path);
      const list = await who.post(path, { ...inChat(chat), ask: 'words', text: '/pulse' });
      const form = await who.post(path, { ...inChat(list), ask: 'press', token: field(list, 'token'), label: 'Answer' });
      const thanks = await who.post(path, { ...inChat(form), ask: 'submit', token: field(form, 'token'), ...valuesOf(answers, 'field.') });
      say(thanks.text);
    },
  };

  let [calls, requests] = [0, 0];
  return {
    bot,
    core,
    folders,
    slack,
    place,
    waveId,
    wave,
    logs: [bot.logged, slack.logged],
    metrics: () => metrics.metrics(),
    traffic,
    ways: Object.keys(WAYS),
    /** Somebody answers in one of the ways, and everything that comes of it has come to its end. */
    answer: async (way: string, head: Head, answers: Answers) => {
      await WAYS[way]?.(head, answers);
      await bot.outbox.drain();
      say(...slack.slack.calls.slice(calls), ...teams.requests.slice(requests));
      [calls, requests] = [slack.slack.calls.length, teams.requests.length];
    },
    /** Somebody writes to the bot directly, and is answered. */
    typesInSlack: async (head: Pick<Head, 'name'>, text: string) => {
      const user = await inSlack(head);
      const before = slack.slack.shown.length;
      await slack.slack.dm(text, { user });
      await bot.outbox.drain();
      await slack.slack.until(() => slack.slack.shown.length > before, 'an answer');
      say(...slack.slack.calls.slice(calls));
      calls = slack.slack.calls.length;
    },
    close: async () => {
      await site.stop();
      await slack.stop();
      teamsServer.closeAllConnections();
      await new Promise((resolve) => teamsServer.close(resolve));
      await teamsPlatform.stop();
      await teams.close();
      await bot.close();
      if (bot !== filled) await filled.close().catch(() => {});
    },
  };
};
