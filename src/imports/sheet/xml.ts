import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { UserError } from '../../errors.ts';
import { LIMITS } from './limits.ts';
import { damaged } from './zip.ts';

/** Called in the order of the document. Names come without their prefix: some programs write `<x:row>` for `<row>`. */
type Handlers = {
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
};

export type WalkXml = (bytes: Uint8Array, handlers: Handlers) => Promise<void>;

const PIECE = 65_536;
/** More than any spreadsheet program writes: what goes beyond them is made to use up time or memory. */
const DEEPEST = 100;
const MOST_ATTRIBUTES = 100;
const local = (name: string) => name.slice(name.indexOf(':') + 1);

const utf8 = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (piece: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(piece, { stream });
    } catch {
      throw damaged();
    }
  };
};

/**
 * A way to walk through the XML parts of one workbook, counting what all of them hold. It gives way to other work between pieces.
 * @throws UserError when a part is not well-formed, when it is all too much, or when a part declares a document type: no workbook does,
 * and entities are how XML is made to explode.
 */
export const xmlWalker = (): WalkXml => {
  let elements = 0;
  return async (bytes, { open, text, close }) => {
    let depth = 0;
    let attributesOfOne = 0;
    const parser = new SaxesParser({ position: false, xmlns: false });
    parser.on('doctype', () => {
      throw new UserError('This workbook declares a document type (DOCTYPE), which no spreadsheet program writes, so it was not read.');
    });
    parser.on('error', () => {
      throw damaged();
    });
    parser.on('attribute', () => {
      attributesOfOne += 1;
      if (attributesOfOne > MOST_ATTRIBUTES) throw damaged();
    });
    parser.on('opentag', ({ name, attributes }) => {
      elements += 1;
      depth += 1;
      attributesOfOne = 0;
      if (elements > LIMITS.elements)
        throw new UserError(
          'This workbook has too many cells to be a plan. Delete the empty rows and columns around the plan, or copy it into a new workbook.',
        );
      if (depth > DEEPEST) throw damaged();
      open?.(local(name), attributes);
    });
    parser.on('closetag', ({ name }) => {
      depth -= 1;
      close?.(local(name));
    });
    if (text) {
      parser.on('text', text);
      parser.on('cdata', text);
    }
    const decode = utf8();
    for (let at = 0; at < bytes.length; at += PIECE) {
      parser.write(decode(bytes.subarray(at, at + PIECE), at + PIECE < bytes.length));
      await setImmediate();
    }
    parser.close();
  };
};
