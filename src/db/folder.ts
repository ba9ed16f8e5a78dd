import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError } from '../config.ts';

/**
 * The lock of an embedded database's folder is a listening socket in it. A process that dies stops listening, so its lock ends with it;
 * and a script that finds the folder taken can hand its request to whoever holds it.
 *
 * Each lock is a new name, `lock-1`, `lock-2`, …: the highest is the one that counts. A process may make the next only when nobody
 * answers at the highest, and a name can be made only once, so of many that start together exactly one gets in. (Moving a dead lock
 * out of the way instead would let a slow process move a living one.) The highest is never removed, only followed.
 */

/** What a script asks of the process that holds the folder. */
export type Request = { script: string; args: string[] };
/** Says how far a long script has come, in one line. */
export type Say = (line: string) => void;
/** Answers a request with what the script is to print. */
export type Answer = (request: Request, say: Say) => Promise<string>;

/** Another process is using the folder. Nothing was touched. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/** Bytes that a socket's path may have on every system (sun_path). */
const LONGEST_PATH = 100;
/** Characters of a request or a reply. */
const LONGEST_LINE = 16 * 1024 * 1024;

const hasCode = (error: unknown, ...codes: string[]) => codes.includes(String((error as NodeJS.ErrnoException).code));

/** The numbers of the locks there, lowest first. */
const locksIn = async (folder: string): Promise<number[]> => {
  const names = await readdir(folder).catch((error) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  return names.flatMap((name) => (/^lock-\d+$/u.test(name) ? [Number(name.slice(5))] : [])).sort((a, b) => a - b);
};
const lockName = (folder: string, number: number) => join(resolve(folder), `lock-${number}`);

/** A path too long for a socket is reached through a short link to its folder. */
const reach = async <T>(path: string, use: (short: string) => Promise<T>): Promise<T> => {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return use(path);
  const place = await mkdtemp(join(tmpdir(), 'cc-'));
  try {
    await symlink(dirname(path), join(place, 'd'));
    return await use(join(place, 'd', basename(path)));
  } finally {
    await rm(place, { recursive: true });
  }
};

/** A connection to whoever listens there; undefined when nobody does any more. */
const dial = (path: string): Promise<Socket | undefined> =>
  reach(
    path,
    (short) =>
      new Promise((found, failed) => {
        const socket = connect(short);
        socket.once('connect', () => found(socket));
        socket.once('error', (error) => (hasCode(error, 'ENOENT', 'ECONNREFUSED') ? found(undefined) : failed(error)));
      }),
  );

/** The first line that comes; undefined when the other side goes away before it is whole, or it is too long to be one of ours. */
const firstLineFrom = (socket: Socket): Promise<string | undefined> =>
  new Promise((came) => {
    const pieces: string[] = [];
    let length = 0;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const end = chunk.indexOf('\n');
      pieces.push(end >= 0 ? chunk.slice(0, end) : chunk);
      length += chunk.length;
      if (end >= 0) came(pieces.join(''));
      else if (length > LONGEST_LINE) came(undefined);
    });
    socket.on('error', () => came(undefined)).on('close', () => came(undefined));
  });

/** The lines that come, until the other side goes away, or one is too long to be one of ours. Whoever stops listening ends the connection. */
async function* linesFrom(socket: Socket): AsyncGenerator<string> {
  let text = '';
  try {
    for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) {
      const [first = '', ...others] = chunk.split('\n');
      text += first;
      for (const next of others) {
        yield text;
        text = next;
      }
      if (text.length > LONGEST_LINE) return;
    }
  } catch {
    // A connection that breaks has said all that it will.
  }
}

const answerOne = async (socket: Socket, answer: Answer): Promise<void> => {
  const line = await firstLineFrom(socket);
  if (line === undefined) return void socket.destroy();
  const say: Say = (progress) => void (socket.writable && socket.write(`${JSON.stringify({ progress })}\n`));
  const reply = await Promise.try(() => answer(JSON.parse(line), say)).then(
    (output) => ({ output }),
    (error) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  socket.end(`${JSON.stringify(reply)}\n`);
};

const listen = (path: string, answer: Answer) =>
  reach(path, async (short) => {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket.once('close', () => open.delete(socket)));
      void answerOne(socket, answer);
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(short, listening);
    });
    return (): Promise<void> =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of open) socket.destroy(); // whoever still asks is told that the server stopped
      });
  });

const inUse = (folder: string) =>
  new FolderInUse(
    `Common Cause is already running on the data folder ${folder}. Stop it first, or give this one its own DATA_DIR; several servers can share one programme with DATABASE_URL.`,
  );

/** Gives our socket the next name, or throws because another process answers at the last one. */
const take = async (ours: string, folder: string): Promise<void> => {
  for (;;) {
    const last = (await locksIn(folder)).at(-1) ?? 0;
    const holder = last > 0 ? await dial(lockName(folder, last)) : undefined;
    if (holder) {
      holder.destroy();
      throw inUse(folder);
    }
    const name = lockName(folder, last + 1);
    try {
      await link(ours, name);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue;
      throw error;
    }
    const now = await locksIn(folder);
    // Ours is the last, unless we were so slow that others have come, gone, and tidied our name away in between.
    if (now.at(-1) === last + 1) return void (await Promise.all(now.slice(0, -1).map((old) => rm(lockName(folder, old), { force: true }))));
    await rm(name, { force: true });
  }
};

/** The folder cannot be made, or nothing can be put into it: whoever set it up can mend that. */
const unusable =
  (folder: string) =>
  (error: NodeJS.ErrnoException): never => {
    const why = hasCode(error, 'EEXIST', 'ENOTDIR') ? 'a file is in the way' : `${error.code}`;
    throw new ConfigError([
      `DATA_DIR: the folder ${resolve(folder)} cannot be made or written to (${why}). Choose another, or put that right`,
    ]);
  };

/**
 * Takes the folder for this process, making it if need be, and answers the requests of scripts until it is released.
 * @throws FolderInUse; ConfigError when the folder cannot be made or written to
 */
export const lockFolder = async (folder: string, answer: Answer): Promise<{ release: () => Promise<void> }> => {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(unusable(folder));
  const ours = join(resolve(folder), `taking-${randomUUID()}`);
  const close = await listen(ours, answer).catch(unusable(folder));
  try {
    await chmod(ours, 0o600);
    await take(ours, folder);
  } catch (error) {
    await close();
    throw error;
  } finally {
    await rm(ours, { force: true });
  }
  return { release: close };
};

/**
 * Hands a request to the process that holds the folder. `say` is given what it says of how far it has come.
 * @returns what to print; undefined when nobody holds it
 * @throws Error with the words of whoever answered
 */
export const askHolder = async (folder: string, request: Request, say: Say = () => {}): Promise<string | undefined> => {
  const last = (await locksIn(folder)).at(-1);
  const socket = last === undefined ? undefined : await dial(lockName(folder, last));
  if (!socket) return undefined;
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const line of linesFrom(socket)) {
    const reply = JSON.parse(line) as { progress: string } | { output: string } | { error: string };
    if ('error' in reply) throw new Error(reply.error);
    if ('output' in reply) return reply.output;
    say(reply.progress);
  }
  throw new Error('The server stopped before it had answered.');
};
