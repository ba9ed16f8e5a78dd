import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { exportByScript } from '../../src/evidence/export/script.ts';
import type { TestBot } from './bot.ts';
import { field, visitor } from './visitor.ts';

/** An export as whoever has the file reads it: nothing of the product takes part in reading it. */

export type Cells = Record<string, string>;

export const exported = (zip: Uint8Array) => {
  const files = unzipSync(zip);
  const text = (name: string): string => {
    const file = files[name];
    if (!file) throw new Error(`${name} is not in it, only ${Object.keys(files).join(', ')}`);
    return strFromU8(file);
  };
  return {
    files,
    names: Object.keys(files),
    text,
    rows: (table: string): Cells[] => parse(text(`${table}.csv`), { columns: true, relax_column_count: false, bom: false }),
    sha256: (name: string) =>
      createHash('sha256')
        .update(files[name] as Uint8Array)
        .digest('hex'),
  };
};
export type Exported = ReturnType<typeof exported>;

/** What the script writes. */
export const byScript = async (
  { core }: Pick<TestBot, 'core'>,
  asked: { as?: string; scope?: string; freeText?: boolean; xlsx?: boolean; key?: boolean } = {},
) => {
  const bytes: Uint8Array[] = [];
  const said = await exportByScript(
    core,
    { out: 'out', as: asked.as, scope: asked.scope, freeText: asked.freeText ?? false, xlsx: asked.xlsx ?? false, key: asked.key ?? false },
    async (some) => void bytes.push(new Uint8Array(some)),
    () => {},
  );
  return { said, bytes: new Uint8Array(Buffer.concat(bytes)) };
};

/** Somebody of the demonstration at the pages of exports, by their address before the @. */
export const atExports = (origin: string, name: string) => {
  const browser = visitor(origin);
  const as = `?as=${name}@example.org`;
  const there = async (path: string) => browser.get(`${path}${as}`);
  const file = async (path: string) => {
    const answer = await fetch(`${origin}${path}${as}`);
    return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
  };
  const post = async (path: string, fields: Record<string, string>) => {
    const page = await there(path);
    return browser.post(`${path}${as}`, { csrf: field(page, 'csrf'), ...fields });
  };
  /** Asks for one and waits until it has ended. @returns the path of its page */
  const ask = async (fields: Record<string, string>): Promise<string> => {
    const begun = await post('/exports', fields);
    const path = new URL(begun.headers.location ?? '', origin).pathname;
    for (;;) {
      const { text } = await there(path);
      if (!text.includes('id="progress"')) return path;
    }
  };
  return { there, file, post, ask };
};
