import { basename } from 'node:path/win32';
import type { Request } from 'express';
import { LIMITS } from '../imports/sheet/limits.ts';

/** Reading a form that carries a file: the platform's own parser, after a reading that counts what comes. */

/** More than the file: the other fields, and what parts them. */
const MOST = LIMITS.bytes + 10_000;
const MOST_NAME = 200;

/** It is not kept in memory; what still comes of it is let go by, so that the browser reads the answer. */
export class TooLarge extends Error {
  override name = 'TooLarge';
  readonly status = 413;
}

class Unreadable extends Error {
  override name = 'Unreadable';
  readonly status = 400;
}

/** All that comes, at most `MOST` bytes of it, whatever the headers promise. */
const readBody = (request: Request): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const refuse = () => {
      pieces.length = 0;
      request.off('data', take).resume();
      reject(new TooLarge());
    };
    const take = (piece: Buffer) => {
      length += piece.length;
      if (length > MOST) return refuse();
      pieces.push(piece);
    };
    if (Number(request.headers['content-length'] ?? 0) > MOST) return refuse();
    request.on('data', take).once('end', () => resolve(new Uint8Array(Buffer.concat(pieces))));
    request.once('error', () => reject(new Unreadable())).once('aborted', () => reject(new Unreadable()));
  });

export type Posted = { fields: Record<string, string>; file?: { name: string; bytes: Uint8Array } };

/**
 * The fields of a form, and the one file in it; a file that was left empty is none.
 * @throws TooLarge over the limit of a file; an error with the status 400 for what is no form of ours
 */
export const readMultipart = async (request: Request): Promise<Posted> => {
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data;/iu.test(contentType)) throw new Unreadable();
  const body = await readBody(request);
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new Unreadable();
  });
  const posted: Posted = { fields: {} };
  for (const [name, value] of form) {
    if (typeof value === 'string') posted.fields[name] = value;
    else if (value.size > LIMITS.bytes) throw new TooLarge();
    // Some browsers send the whole path.
    else if (value.name !== '') posted.file = { name: basename(value.name).slice(0, MOST_NAME), bytes: await value.bytes() };
  }
  return posted;
};
