import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { UserError } from '../../errors.ts';
import { damaged } from './zip.ts';

/** Called in the order of the document. Names come without their prefix: some programs write `<x:row>` for `<row>`. */
type Handlers = {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

const PIECE = 65_536;
const local = (name: string) => name.slice(name.indexOf(':') + 1);

/**
 * Walks through one XML part of a workbook, giving way to other work between pieces.
 * @throws UserError when it is not well-formed, or declares a document type: no workbook does, and entities are how XML is made to explode.
 */
export const walkXml = async (bytes: Uint8Array, { open, text, close }: Handlers): Promise<void> => {
  const parser = new SaxesParser({ position: false, xmlns: false });
  parser.on('doctype', () => {
    throw new UserError('This workbook declares a document type (DOCTYPE), which no spreadsheet program writes, so it was not read.');
  });
  parser.on('error', () => {
    throw damaged();
  });
  if (open) parser.on('opentag', ({ name, attributes }) => open(local(name), attributes));
  if (close) parser.on('closetag', ({ name }) => close(local(name)));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece: Uint8Array, stream: boolean) => {
    try {
      return decoder.decode(piece, { stream });
    } catch {
      throw damaged();
    }
  };
  for (let at = 0; at < bytes.length; at += PIECE) {
    parser.write(decode(bytes.subarray(at, at + PIECE), at + PIECE < bytes.length));
    await setImmediate();
  }
  parser.close();
};
