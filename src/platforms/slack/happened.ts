import type { Core } from '../../app.ts';
import type { Dispatch, Incoming } from '../../bot/contract.ts';
import type { SealedCard } from '../../cards/card.ts';
import { SlackCallError } from './client.ts';
import { fromEvent, type Happened, type Ourselves, type ProfileOf } from './receive.ts';
import type { createSend } from './send.ts';

/**
 * Slack events. Bolt acknowledges them before anything has run, so they are handled in front of it:
 * acknowledged means committed, and what failed is not acknowledged, so that Slack delivers it again
 * (at once, after one minute, after five; https://docs.slack.dev/apis/events-api).
 */

/** The number that Slack gives its last delivery. */
const LAST_RETRY = 3;

/** The turn failed and nothing was saved: Slack is to deliver the event again. Holds no words of anybody. */
export class NotCommitted extends Error {
  override name = 'NotCommitted';
}

export type HappenedParts = {
  core: Core;
  dispatch: Dispatch;
  sender: ReturnType<typeof createSend>;
  profileOf: ProfileOf;
  us: () => Ourselves;
  removed: () => void;
};

/** The first failure: what was said is not lost yet. Sent at once and not through the database, which is what may have failed. */
const notSavedYet = (words: string): SealedCard => ({
  title: 'Not saved yet: something did not answer just now.',
  parts: [
    {
      type: 'text',
      text: 'I am trying again by myself for about six minutes and will tell you either way. There is no need to send it again.',
    },
    { type: 'text', text: `Your words: “${words}”` },
  ],
});

export const createHappened = ({ core, dispatch, sender, profileOf, us, removed }: HappenedParts) => {
  const tell = async (to: { channel?: string; user: string; thread?: string }, card: SealedCard) => {
    try {
      await sender.sendCard(to, card);
    } catch (error) {
      core.log.warn({ slack: error instanceof SlackCallError ? error.message : 'failed' }, 'a failure could not be told in Slack');
    }
  };

  const publishHome = async (incoming: Incoming, user: string) => {
    const answer = await dispatch(incoming);
    if (answer.kind !== 'card') return;
    await sender.publishHome(user, answer.card).catch((error: unknown) => {
      core.log.warn({ slack: error instanceof SlackCallError ? error.message : 'failed' }, 'a home tab could not be shown');
    });
    if (answer.failed === 'database' || answer.failed === 'bug') throw new NotCommitted('home');
  };

  /** Resolves once committed, with what somebody said unless nothing of it is kept. Throws NotCommitted where the event is to come again, and a ZodError where it is no event. */
  const onEvent = async (body: unknown, retry: number): Promise<Extract<Happened, { kind: 'said' }> | undefined> => {
    const happened = fromEvent(body, us(), profileOf);
    switch (happened.kind) {
      case 'nothing':
        return undefined;
      case 'removed':
        removed();
        return undefined;
      case 'home':
        await publishHome(happened.incoming, happened.user);
        return undefined;
      case 'said': {
        const answer = await dispatch(happened.incoming);
        if (answer.kind !== 'card' || (answer.failed !== 'database' && answer.failed !== 'bug')) return answer.quiet ? undefined : happened;
        const { ask } = happened.incoming;
        if (retry === 0) await tell(happened.to, notSavedYet(ask.kind === 'words' ? ask.text : ''));
        if (retry >= LAST_RETRY) await tell(happened.to, answer.card);
        throw new NotCommitted('said');
      }
    }
  };

  /** Shows the home tab as it is now, after a press on it. */
  const refreshHome = (user: string, pressed: Incoming) =>
    publishHome(
      {
        key: `${pressed.key}:home`,
        account: pressed.account,
        where: { kind: 'personal', seenByOthers: false },
        ask: { kind: 'words', text: us().home },
        answerBy: 'reply',
      },
      user,
    ).catch(() => {}); // what the press did is saved and shown; the tab is drawn anew whenever it is opened

  return { onEvent, refreshHome };
};
