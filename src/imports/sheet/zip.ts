import { setImmediate } from 'node:timers/promises';
import { Unzip, UnzipInflate, unzipSync } from 'fflate';
import { UserError } from '../../errors.ts';
import { count, LIMITS, megabytes } from './limits.ts';

/** How much packed data is handed to the inflater at once. Deflate grows at most 1,032 times, so one piece makes at most 17 MB. */
const PIECE = 16_384;

export const damaged = () =>
  new UserError('This workbook is damaged and could not be read. Open it, save it again as .xlsx, and try again.');

const checkSize = (unpacked: number, packed: number): void => {
  if (unpacked > LIMITS.unpackedBytes)
    throw new UserError(`This workbook unpacks to more than ${megabytes(LIMITS.unpackedBytes)}: too large to be a plan.`);
  if (unpacked > LIMITS.smallBytes && unpacked > LIMITS.ratio * packed)
    throw new UserError(
      `This workbook unpacks to more than ${count(LIMITS.ratio)} times its size, which no plan does. Copy the plan into a new workbook and try again.`,
    );
};

/** The names of all that is packed, by the zip's own list at its end; refuses what the list says is too much, with nothing unpacked. */
export const namesInZip = (bytes: Uint8Array): string[] => {
  const names: string[] = [];
  let unpacked = 0;
  const look = ({ name, originalSize }: { name: string; originalSize: number }) => {
    names.push(name);
    unpacked += originalSize;
    if (names.length > LIMITS.entries)
      throw new UserError(`This workbook holds more than ${count(LIMITS.entries)} parts: too many for a plan.`);
    checkSize(unpacked, bytes.length);
    return false;
  };
  try {
    unzipSync(bytes, { filter: look });
  } catch (error) {
    throw error instanceof UserError ? error : damaged();
  }
  return names;
};

const join = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));

/**
 * Unpacks the wanted parts. The list of a zip can lie, so what comes out is counted while it comes and the rest is left packed once
 * it is too much. Gives way to other work between pieces.
 */
export const unpack = async (bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Map<string, Uint8Array>> => {
  const parts = new Map<string, Uint8Array>();
  let unpacked = 0;
  let entries = 0;
  const unzip = new Unzip((file) => {
    entries += 1;
    if (entries > LIMITS.entries || parts.has(file.name)) throw damaged();
    if (!wanted(file.name)) return;
    const pieces: Uint8Array[] = [];
    file.ondata = (error, piece, final) => {
      if (error) throw error;
      unpacked += piece.length;
      checkSize(unpacked, bytes.length);
      pieces.push(piece);
      if (final) parts.set(file.name, join(pieces));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      unzip.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
      await setImmediate();
    }
  } catch (error) {
    throw error instanceof UserError ? error : damaged();
  }
  return parts;
};
