import { z } from 'zod';
import type { ImportFile } from './import.ts';
import { LIMITS, megabytes } from './sheet/limits.ts';

/** What the script hands to whoever holds the database: the files as bytes, because the server may not read where they lie. */

const Request = z.object({
  files: z.array(z.object({ name: z.string(), base64: z.string() })),
  locality: z.string().optional(),
  dryRun: z.boolean(),
});

type Asked = { files: ImportFile[]; locality?: string | undefined; dryRun: boolean };

/** @throws Error where the files are too much to be handed over at once */
export const writeImportRequest = ({ files, locality, dryRun }: Asked): string => {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > LIMITS.bytes)
    throw new Error(
      `${files.length === 1 ? 'This file is' : 'These files together are'} larger than ${megabytes(LIMITS.bytes)}, the most that is read at once.`,
    );
  const packed = files.map((file) => ({ name: file.name, base64: Buffer.from(file.bytes).toString('base64') }));
  return JSON.stringify({ files: packed, locality, dryRun });
};

/** @throws ZodError for what no script of ours wrote */
export const readImportRequest = (text: string): Asked => {
  const { files, ...asked } = Request.parse(JSON.parse(text));
  return { ...asked, files: files.map(({ name, base64 }) => ({ name, bytes: new Uint8Array(Buffer.from(base64, 'base64')) })) };
};
