import { createHash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';

/** A zip that is written as it grows, so that as much memory is needed for a million rows as for ten. */

/** Takes the next bytes of the file; the next ones come when it has them. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

export type Part = {
  write: (text: string | Uint8Array) => Promise<void>;
  /** Nothing more comes. @returns what was written, in bytes, and its SHA-256 in hexadecimal */
  end: () => Promise<{ bytes: number; sha256: string }>;
};

export type ZipWriter = {
  /** Begins the next file in it; the one before has ended. */
  part: (name: string) => Part;
  end: () => Promise<void>;
};

/** 8 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.5 */
const DEFLATE = 8;
/** Of 9: nearly as small as the most, and twice as fast. */
const LEVEL = 4;

/** @param at the moment that every file in it says it was written, ISO 8601 */
export const createZip = (sink: Sink, at: string): ZipWriter => {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    made.push(bytes);
  });
  const pass = async () => {
    for (let bytes = made.shift(); bytes; bytes = made.shift()) await sink(bytes);
  };

  return {
    part: (filename) => {
      // fflate writes the container; the deflating is Node's own, in another thread.
      const deflate = createDeflateRaw({ level: LEVEL });
      const file: ZipInputFile = { filename, size: 0, crc: 0, compression: DEFLATE, mtime: at };
      zip.add(file);
      deflate.on('data', (bytes: Buffer) => file.ondata?.(null, new Uint8Array(bytes), false));
      const hash = createHash('sha256');
      // What is read next is read while this is deflated, and no more than that.
      let before: Promise<void> = Promise.resolve();
      return {
        write: async (text) => {
          const bytes = typeof text === 'string' ? Buffer.from(text) : text;
          hash.update(bytes);
          file.crc = crc32(bytes, file.crc);
          file.size += bytes.length;
          await before;
          before = new Promise((resolve, reject) => deflate.write(bytes, (error) => (error ? reject(error) : resolve())));
          await pass();
        },
        end: async () => {
          await before;
          deflate.end();
          await finished(deflate);
          file.ondata?.(null, new Uint8Array(), true);
          await pass();
          return { bytes: file.size, sha256: hash.digest('hex') };
        },
      };
    },
    end: async () => {
      zip.end();
      await pass();
    },
  };
};
