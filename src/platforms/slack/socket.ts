import type { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Timer } from '../../bot/patience.ts';
import { asCallError } from './client.ts';

/**
 * Keeps one Socket Mode connection. The library's own reconnecting waits as long as its ping time-out even when Slack merely
 * refreshes the connection, and where Slack cannot be asked for a new one it rejects a promise that nobody holds, which ends
 * the process. So it is switched off (`autoReconnectEnabled: false`) and done here: at once, then ever more slowly.
 */

/** Milliseconds before the next try after so many failures in a row: 0, 1 s, 2 s, 4 s … at most a minute. */
export const pauseAfter = (failures: number) => (failures === 0 ? 0 : Math.min(1_000 * 2 ** (failures - 1), 60_000));

export type Connection = {
  /** Resolves when first connected, or when the first try has failed and the tries go on. */
  open: () => Promise<void>;
  close: () => Promise<void>;
};

export const keepConnected = (receiver: SocketModeReceiver, timer: Timer, log: Logger): Connection => {
  const { client } = receiver;
  let closing = false;
  let stopWaiting = () => {};
  let ended: Promise<void> = Promise.resolve();

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const cancel = timer(milliseconds, resolve);
      stopWaiting = () => {
        cancel();
        resolve();
      };
    });

  /** Connects, and resolves when the connection is lost. */
  const connectOnce = async (connected: () => void) => {
    const lost = Promise.withResolvers<void>();
    client.once('disconnected', lost.resolve);
    try {
      await client.start();
      connected();
      if (closing) await client.disconnect();
      await lost.promise;
    } finally {
      client.off('disconnected', lost.resolve);
    }
  };

  const run = async (tried: () => void) => {
    for (let failures = 0; !closing; ) {
      try {
        await connectOnce(() => {
          failures = 0;
          tried();
        });
      } catch (error) {
        failures += 1;
        if (!closing)
          log.warn(
            { failures, slack: asCallError('apps.connections.open', error).message },
            'no Socket Mode connection to Slack; trying again',
          );
        tried();
      }
      if (!closing) await pause(pauseAfter(failures));
    }
  };

  return {
    open: () =>
      new Promise<void>((resolve) => {
        ended = run(resolve);
      }),
    close: async () => {
      closing = true;
      stopWaiting();
      if (client.websocket !== undefined) await client.disconnect();
      await ended;
    },
  };
};
