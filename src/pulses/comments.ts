import { randomInt, randomUUID } from 'node:crypto';
import type { Tx } from '../db/client.ts';

/** Comments when a wave closes (point 9 of the rule): in which cells they are read, and what they look as if they named. */

/** The fewest comments that are read together, and the fewest organisations of those who answered there. */
const FEWEST_COMMENTS = 10;
const FEWEST_ORGANISATIONS = 3;

/** A cell with what there is of those who are in it and in none of its children. */
export type CommentedCell = {
  id: string;
  parentId: string | null;
  /** Who answered at all, by organisation. */
  answered: ReadonlyMap<string, number>;
  comments: readonly string[];
};

type Pool = { answered: Map<string, number>; comments: string[] };

const mayBeRead = ({ answered, comments }: Pool, fewest: number): boolean => {
  const people = [...answered.values()];
  const all = people.reduce((sum, some) => sum + some, 0);
  return comments.length >= fewest && answered.size >= FEWEST_ORGANISATIONS && people.every((some) => 2 * some <= all);
};

/**
 * The comments of each cell that are read there: ten or more, from those of it that are read in none of its parts. What is left at the top is
 * read by nobody. Pure.
 * @param cells each parent before its children
 * @param k the smallest base of the wave: where it was raised beyond ten, it holds for comments too
 */
export const readIn = (cells: readonly CommentedCell[], k: number): Map<string, string[]> => {
  const pools = new Map<string, Pool>(
    cells.map(({ id, answered, comments }) => [
      id,
      { answered: new Map([...answered].filter(([, some]) => some > 0)), comments: [...comments] },
    ]),
  );
  const read = new Map<string, string[]>();
  for (const { id, parentId } of cells.toReversed()) {
    const pool = pools.get(id) as Pool;
    const above = parentId === null ? undefined : pools.get(parentId);
    if (mayBeRead(pool, Math.max(FEWEST_COMMENTS, k))) read.set(id, pool.comments);
    else if (above) {
      above.comments.push(...pool.comments);
      for (const [organisation, some] of pool.answered) above.answered.set(organisation, (above.answered.get(organisation) ?? 0) + some);
    }
  }
  return read;
};

/** What a comment looks as if it named. */
export type Mark = 'person' | 'school' | 'pupil';

type Word = { text: string; from: number; to: number };
const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
const wordsOf = (text: string): Word[] =>
  [...text.matchAll(WORD)].map((found) => ({ text: found[0], from: found.index, to: found.index + found[0].length }));
/** As a word is compared: Carr’s, carr's and Carr are one. */
const plain = (word: string) => word.toLowerCase().replace(/['’]s?$/u, '');

const TITLE = /^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev|reverend|cllr|councillor)$/iu;
const CAPITAL = /^\p{Lu}\p{Ll}+/u;
/** What a school is called after its own name: "Kettlethorpe High". */
const SCHOOL = /^(?:school|academy|primary|secondary|college|infants?|juniors?|high|nursery|grammar)$/iu;
/** Eight digits or more, however they are parted, or what stands before a date of birth. */
const NUMBER = /\d(?:[ -]{0,3}\d){7}/u;
const BIRTH = /\b(?:d\.? ?o\.? ?b\b|date of birth|born on)/iu;

/** Marks comments against these names of organisations. */
export const marking = (organisations: readonly string[]): ((comment: string) => Mark[]) => {
  const names = organisations.map((name) => wordsOf(name).map(({ text }) => plain(text))).filter((name) => name.length > 0);
  const byFirst = Map.groupBy(names, ([first]) => first as string);

  /** The words of a comment that are an organisation's name, by their place. */
  const namedIn = (words: readonly Word[]): Set<number> => {
    const known = words.map(({ text }) => plain(text));
    const named = new Set<number>();
    for (const [at, first] of known.entries())
      for (const name of byFirst.get(first) ?? [])
        if (name.every((word, index) => known[at + index] === word))
          for (let index = 0; index < name.length; index += 1) named.add(at + index);
    return named;
  };

  return (comment) => {
    const words = wordsOf(comment);
    const named = namedIn(words);
    /** Whether nothing but a space, or the full stop of a title, lies between a word and the next. */
    const isBeside = (at: number) => /^\.? $/u.test(comment.slice(words[at]?.to, words[at + 1]?.from));
    const isName = (at: number) => words[at] !== undefined && !named.has(at) && CAPITAL.test(words[at].text);
    const schools = new Set(words.flatMap(({ text }, at) => (SCHOOL.test(text) && isName(at - 1) && isBeside(at - 1) ? [at - 1, at] : [])));
    const isPerson = words.some(
      ({ text }, at) =>
        isBeside(at) &&
        isName(at + 1) &&
        !schools.has(at + 1) &&
        (TITLE.test(text) || (isName(at) && !schools.has(at) && comment.slice(words[at]?.to, words[at + 1]?.from) === ' ')),
    );
    return [
      ...(isPerson ? (['person'] as const) : []),
      ...(named.size > 0 || schools.size > 0 ? (['school'] as const) : []),
      ...(NUMBER.test(comment) || BIRTH.test(comment) ? (['pupil'] as const) : []),
    ];
  };
};

/** Every organisation's name. */
const organisationNames = async (tx: Tx): Promise<string[]> =>
  (await tx.$queryRaw<{ name: string }[]>`select name from organisation order by id`).map(({ name }) => name);

/** Keeps what is read of a wave's comments: in no order, from nobody, with ids that say nothing of when. */
export const keepComments = async (tx: Tx, cells: readonly CommentedCell[], k: number): Promise<void> => {
  const read = readIn(cells, k);
  if (read.size === 0) return;
  const marksOf = marking(await organisationNames(tx));
  const rows = [...read].flatMap(([cellId, comments]) =>
    comments.map((text) => ({ id: randomUUID() as string, cellId, text, marks: marksOf(text) })),
  );
  for (let at = rows.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [rows[at], rows[other]] = [rows[other] as (typeof rows)[number], rows[at] as (typeof rows)[number]];
  }
  await tx.$executeRaw`
    insert into pulse_comment (id, cell_id, text, marks)
    select id, "cellId", text, array(select jsonb_array_elements_text(marks)) from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (id uuid, "cellId" uuid, text text, marks jsonb)`;
};
