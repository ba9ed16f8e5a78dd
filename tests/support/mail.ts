import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

// A mail server on loopback that takes, refuses, or falls silent where a test says.

type ReceivedMail = { from: string; to: string[]; source: string };

export type Mood =
  | 'takes'
  /** Refuses the sender's words with this reply code. */
  | { refusesRecipient: number }
  | { refusesMessage: number }
  | { refusesLogin: true }
  /** Hangs up when it has the whole message, without a word. */
  | 'hangs up after the message'
  /** Takes the message and never answers. */
  | 'is silent after the message';

const reply = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
const read = async (stream: SMTPServerDataStream) => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

/** @param chance asked at every message: how the server is just then, if otherwise than it was told to be */
export const mailServer = async ({ chance }: { chance?: () => Mood | undefined } = {}) => {
  const received: ReceivedMail[] = [];
  const taken: ReceivedMail[] = [];
  let mood: Mood = 'takes';
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      typeof mood === 'object' && 'refusesLogin' in mood ? done(reply(535)) : done(null, { user: auth.username ?? '' }),
    onRcptTo: (_address, _session, done) =>
      typeof mood === 'object' && 'refusesRecipient' in mood ? done(reply(mood.refusesRecipient)) : done(),
    onData: (stream, session, done) => {
      void read(stream).then((source) => {
        const mail = {
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          source,
        };
        const just = chance?.() ?? mood;
        received.push(mail);
        if (typeof just === 'object' && 'refusesMessage' in just) return done(reply(just.refusesMessage));
        taken.push(mail);
        if (just === 'is silent after the message') return;
        if (just !== 'hangs up after the message') return done();
        for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
      }, done); // a client that goes away in the middle
    },
  });
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('error', () => {}); // a client that goes away is a test's doing
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** What listens, for whoever makes it unreachable for a while. */
    server: server.server,
    /** Every message that was handed over. */
    received,
    /** Those of them that it did not refuse. */
    taken,
    becomes: (next: Mood) => {
      mood = next;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
