/** E-mail is plain text: titles and links. Its HTML twin says the same with links that can be pressed. */

/** A piece of a text: words, or a link. */
export type Piece = { text: string; url?: string };

/** Only what ends before a space, without the full stop of the sentence around it. */
const LINK = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)]/gu;

/** Splits a text at its links; joined again the pieces are the text. */
export const pieces = (text: string): Piece[] => {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: match[0], url: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
};

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] as string);

/** The HTML twin of a text. Everything in it is escaped; nothing is loaded from anywhere. */
export const emailHtml = (text: string): string => {
  const body = pieces(text)
    .map((piece) => (piece.url ? `<a href="${escaped(piece.url)}">${escaped(piece.text)}</a>` : escaped(piece.text)))
    .join('');
  return `<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Common Cause</title></head><body style="font:16px/1.5 Arial,sans-serif;color:#0b0c0c;max-width:40em"><div style="white-space:pre-wrap">${body}</div></body></html>`;
};
