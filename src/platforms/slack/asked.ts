import type { AckFn, ViewResponseAction } from '@slack/bolt';
import { z } from 'zod';
import type { Core } from '../../app.ts';
import type { Answer, Command, Dispatch, Incoming } from '../../bot/contract.ts';
import { type Patience, startPatience, type Timer } from '../../bot/patience.ts';
import { route } from '../../bot/route.ts';
import type { SealedCard } from '../../cards/card.ts';
import { type SlackApi, SlackCallError } from './client.ts';
import {
  type Asked,
  fromCommand,
  fromPress,
  fromShortcut,
  fromSubmission,
  type Pressed,
  type ProfileOf,
  type Submitted,
} from './receive.ts';
import { chartsApart, fieldError, mistakesCard, renderCard, renderForm, renderFormAgain, renderNotice, waitingView } from './render.ts';
import { type createSend, drawnEitherWay } from './send.ts';

/**
 * What people ask of us where Slack waits for an answer: commands, buttons, forms and shortcuts.
 * An acknowledgement says what has been committed; where that takes too long it says so, and the result follows.
 */

// biome-ignore lint/suspicious/noExplicitAny: what Bolt acknowledges with differs by payload; each function below sends what its own takes
type BoltAck = AckFn<any>;
export type Request = { body: unknown; ack: BoltAck };

/** An acknowledgement that is given once; `given` says whether it has been. */
type Ack = { given: () => boolean; give: (content?: Record<string, unknown>) => Promise<void> };

const once = (ack: BoltAck): Ack => {
  let given = false;
  return {
    given: () => given,
    give: async (content) => {
      if (given) return;
      given = true;
      await ack(content);
    },
  };
};

export type AskedParts = {
  core: Core;
  api: SlackApi;
  sender: ReturnType<typeof createSend>;
  commands: readonly Command[];
  dispatch: Dispatch;
  profileOf: ProfileOf;
  timer: Timer;
  /** Shows a person's home tab anew. */
  refreshHome: (asked: Asked) => Promise<void>;
  /** Told once an asking has had its answer, unless nothing of it is kept. */
  answered: (incoming: Incoming) => void;
};

const STILL_WORKING: SealedCard = {
  title: 'Still working, not saved yet…',
  parts: [{ type: 'text', text: 'The result follows here. There is no need to send it again.' }],
};
const NO_FORM: SealedCard = {
  title: 'Slack could not open the form just now. Nothing was saved.',
  parts: [{ type: 'text', text: 'Please try again.' }],
};
const FORM_COMING = 'One moment: the form is coming.';

const Opened = z.object({ view: z.object({ id: z.string() }) });

/** A refusal in one breath: its title and its first words. */
const refusalIn = ({ title, parts: [more] }: SealedCard) => (more?.type === 'text' ? `${title} ${more.text}` : title);

const cardOf = (answer: Answer): SealedCard =>
  answer.kind === 'card' ? answer.card : answer.kind === 'fields' ? mistakesCard(answer.form, answer.fields) : NO_FORM;

export const createAsked = (parts: AskedParts) => {
  const { core, api, sender, commands, dispatch, profileOf, timer } = parts;

  /** A result that could not be shown is still saved: said in the log, and the person sees it the next time they ask. */
  const unheard = (error: unknown) =>
    core.log.warn(
      { slack: error instanceof SlackCallError ? `${error.message} (${error.outcome})` : 'failed' },
      'an answer could not be shown in Slack',
    );

  /** Counts from the request's arrival; nothing is waited for longer than Slack waits. */
  const request =
    <A extends Asked>(
      read: (body: unknown, profileOf: ProfileOf) => A,
      /** Resolves with the answer that was given, undefined where there was none. */
      handle: (asked: A, ack: Ack, patience: Patience) => Promise<Answer | undefined>,
    ) =>
    async ({ body, ack }: Request) => {
      const patience = startPatience(timer);
      try {
        const asked = read(body, profileOf);
        const answer = await handle(asked, once(ack), patience);
        if (answer && !answer.quiet) parts.answered(asked.incoming);
      } finally {
        patience.end();
      }
    };

  /** Says no more than that it arrived. Over a Socket Mode connection that has just closed it is lost, and the result is shown all the same. */
  const acknowledge = (ack: Ack) => ack.give().catch(unheard);

  /** Shows a card to who asked, outside an acknowledgement: in place, beside, or directly, whichever still works. */
  const show = async (asked: Asked, card: SealedCard, how: { replace: boolean; ts?: string }) => {
    const { responseUrl, channel, user } = asked;
    try {
      if (!responseUrl) return await sender.sendCard({ channel, user }, card);
      return await drawnEitherWay(card, 'message', (drawn) =>
        api.respond(responseUrl, {
          ...drawn,
          mrkdwn: false,
          replace_original: how.replace,
          ...(how.replace ? {} : { response_type: 'ephemeral' }),
        }),
      );
    } catch (error) {
      // Used up, too old or refused: shown in another way. Where it may have arrived, once is enough.
      if (!responseUrl || !(error instanceof SlackCallError) || error.outcome === 'unconfirmed') return unheard(error);
    }
    try {
      if (how.replace && how.ts && channel?.startsWith('D')) {
        return await drawnEitherWay(card, 'message', (drawn) => api.call('chat.update', { channel, ts: how.ts, ...drawn }));
      }
      return await sender.sendCard({ channel, user }, card);
    } catch (error) {
      unheard(error);
    }
  };

  /** Puts the answer into a view that is open. A person who has closed it gets cards directly, and forms not at all. */
  const showInView = async (view: string, asked: Asked, answer: Answer) => {
    const drawn =
      answer.kind === 'form'
        ? renderForm(answer.form, asked.channel)
        : answer.kind === 'fields'
          ? renderFormAgain(answer.form, answer.fields, asked.channel)
          : renderNotice(answer.card, asked.channel);
    try {
      await api.call('views.update', { view_id: view, view: drawn });
    } catch (error) {
      unheard(error);
      if (answer.kind === 'card' && error instanceof SlackCallError && error.outcome !== 'unconfirmed') {
        await sender.sendCard({ channel: asked.channel, user: asked.user }, answer.card).catch(unheard);
      }
    }
  };

  /** Opens a form, or a card where only a view can be: the view first, because a trigger lives for three seconds, then what is in it. */
  const openInView = async (asked: Asked, ack: Ack, patience: Patience, couldNot: () => Promise<unknown>): Promise<Answer | undefined> => {
    let view: string;
    try {
      const opening = api.call('views.open', { trigger_id: asked.trigger, view: waitingView(FORM_COMING) });
      if ((await patience.waitFor(opening)) === 'late') await acknowledge(ack);
      view = Opened.parse(await opening).view.id;
    } catch (error) {
      unheard(error);
      await couldNot();
      return undefined;
    }
    const turn = dispatch(asked.incoming);
    await patience.waitFor(turn);
    await acknowledge(ack);
    const answer = await turn;
    await showInView(view, asked, answer);
    return answer;
  };

  /** A form that nobody announced, as when words are tried again: opened if the trigger still lives. */
  const openLate = async (asked: Asked, answer: Extract<Answer, { kind: 'form' }>) => {
    try {
      await api.call('views.open', { trigger_id: asked.trigger, view: renderForm(answer.form, asked.channel) });
    } catch (error) {
      unheard(error);
      await show(asked, NO_FORM, { replace: false });
    }
  };

  /** The answer as the acknowledgement itself, its charts after it; where that is lost or was given before, the answer goes the other way. */
  const acknowledgeWith = async (asked: Asked, ack: Ack, card: SealedCard) => {
    if (ack.given()) return show(asked, card, { replace: false });
    const { said, charts } = chartsApart(card);
    try {
      await ack.give({ response_type: 'ephemeral', mrkdwn: false, ...renderCard(said, 'acknowledgement') });
    } catch (error) {
      unheard(error);
      return show(asked, card, { replace: false });
    }
    if (charts) await show(asked, charts, { replace: false });
  };

  const opensForm = (words: string) => {
    const found = route(commands, words);
    return found !== undefined && 'verb' in found && found.verb.opens === 'form';
  };

  const onCommand = request(fromCommand, async (asked, ack, patience) => {
    if (opensForm(asked.words)) return openInView(asked, ack, patience, () => acknowledgeWith(asked, ack, NO_FORM));
    const turn = dispatch(asked.incoming);
    if ((await patience.waitFor(turn)) === 'late') await acknowledgeWith(asked, ack, STILL_WORKING);
    const answer = await turn;
    if (answer.kind === 'form') {
      await acknowledge(ack);
      await openLate(asked, answer);
    } else await acknowledgeWith(asked, ack, cardOf(answer));
    return answer;
  });

  const answerInMessage = async (asked: Pressed, on: Extract<Pressed['on'], { kind: 'message' }>, ack: Ack, patience: Patience) => {
    const turn = dispatch(asked.incoming);
    const late = (await patience.waitFor(turn)) === 'late';
    await acknowledge(ack);
    if (late) await show(asked, STILL_WORKING, { replace: false });
    const answer = await turn;
    // What failed leaves the card and its button where they are, to be pressed again.
    const failed = answer.kind === 'card' && answer.failed !== undefined;
    await (answer.kind === 'form' ? openLate(asked, answer) : show(asked, cardOf(answer), { replace: on.own && !failed, ts: on.ts }));
    return answer;
  };

  const answerInModal = async (asked: Pressed, view: string, ack: Ack, patience: Patience) => {
    const turn = dispatch(asked.incoming);
    const late = (await patience.waitFor(turn)) === 'late';
    await acknowledge(ack);
    if (late) await api.call('views.update', { view_id: view, view: waitingView(STILL_WORKING.title) }).catch(unheard);
    const answer = await turn;
    await showInView(view, asked, answer);
    return answer;
  };

  const onPress = request(fromPress, async (asked, ack, patience) => {
    const { on } = asked;
    if (asked.deed === 'link') {
      await ack.give();
      return undefined;
    }
    if (on.kind === 'modal') return answerInModal(asked, on.view, ack, patience);
    if (on.kind === 'message' && asked.deed !== 'form') return answerInMessage(asked, on, ack, patience);
    const answer = await openInView(asked, ack, patience, async () => {
      await acknowledge(ack);
      await show(asked, NO_FORM, { replace: false });
    });
    // The tab drawn anew is an asking of its own, which is kept.
    if (on.kind === 'home' && answer && !answer.quiet) await parts.refreshHome(asked);
    return answer;
  });

  const submitted = (asked: Submitted, answer: Answer): ViewResponseAction & Record<string, unknown> => {
    if (answer.kind === 'form') return { response_action: 'update', view: renderForm(answer.form, asked.conversation) };
    if (answer.kind === 'fields') {
      const beside = Object.entries(answer.fields).filter(([name]) => asked.fields.includes(name));
      if (beside.length < Object.keys(answer.fields).length || beside.length === 0) {
        return { response_action: 'update', view: renderFormAgain(answer.form, answer.fields, asked.conversation) };
      }
      return { response_action: 'errors', errors: Object.fromEntries(beside.map(([name, message]) => [name, fieldError(message)])) };
    }
    const [first] = asked.fields;
    // What was not saved leaves the form open, with everything that was filled in.
    if (first !== undefined && answer.failed) {
      const why =
        answer.failed === 'user'
          ? refusalIn(answer.card)
          : `${answer.card.title} What you filled in is still here: please send it again in a minute.`;
      return { response_action: 'errors', errors: { [first]: fieldError(why) } };
    }
    return { response_action: 'update', view: renderNotice(answer.card, asked.conversation) };
  };

  const onSubmission = request(fromSubmission, async (asked, ack, patience) => {
    const turn = dispatch(asked.incoming);
    const inTime = await patience.waitFor(turn);
    if (inTime !== 'late') {
      await ack.give(submitted(asked, inTime.result));
      return inTime.result;
    }
    await ack.give({ response_action: 'update', view: waitingView(STILL_WORKING.title) }).catch(unheard);
    const answer = await turn;
    await showInView(asked.view, asked, answer);
    return answer;
  });

  const onShortcut = request(fromShortcut, async (asked, ack, patience) => {
    return openInView(asked, ack, patience, async () => {
      await acknowledge(ack);
      await show(asked, NO_FORM, { replace: false });
    });
  });

  return { onCommand, onPress, onSubmission, onShortcut };
};
