const PAIRS: Record<string, string> = {
  '\u202A': '\u202C',
  '\u202B': '\u202C',
  '\u202D': '\u202C',
  '\u202E': '\u202C',
  '\u2066': '\u2069',
  '\u2067': '\u2069',
  '\u2068': '\u2069',
};
const CLOSERS = new Set(Object.values(PAIRS));

/**
 * Text as typed, with every change of direction that it opens closed at its end: a note that turns the writing round
 * must not turn the words that follow it on the same line, such as a button's.
 */
export const closeDirections = (text: string): string => {
  const open: string[] = [];
  for (const character of text) {
    const closer = PAIRS[character];
    if (closer) open.push(closer);
    else if (CLOSERS.has(character) && open.includes(character)) open.splice(open.lastIndexOf(character));
  }
  return text + open.reverse().join('');
};
