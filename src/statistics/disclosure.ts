/** What may be published of counted answers: from counters to the publishable table, with the audit's verdict. Pure. */

/**
 * How a question is answered, and what its counters count, in this order:
 * `agree`: strongly agree, agree, neither, disagree, strongly disagree, don't know · `ten`: 0 to 10 · `yes_no`: yes, no · `choice`: its options.
 */
export type Scale = 'agree' | 'ten' | 'yes_no' | 'choice';

export type Question = { scale: Scale /** Of a choice: how many options it has. */; options?: number };

/** A reporting group with what was counted of those who are in it and in none of its children. */
export type Cell = {
  id: string;
  /** The cell that holds it wholly; null: the whole wave. */
  parent: string | null;
  /** People invited, those of its children too. */
  invited: number;
  /** How many of its own have answered at all, by organisation. */
  answered: ReadonlyMap<string, number>;
  /** Of each question the counters of its own, one for each option of its scale. */
  counts: readonly (readonly number[])[];
  /** By question: what the ledger says may be said in three words at most, and without a change. */
  coarse?: readonly boolean[];
};

/** What is published of one question in one cell. */
export type Shown =
  /**
   * Under 20 answers, or coarse. `most`: which group at least two thirds chose (agree, yes, 7 to 10 → 0; disagree, no, 0 to 3 → 1; of a choice the option's
   * index); null: mixed. `coarse`: the ledger said so, not the number of answers: no change from another wave is shown.
   */
  | { as: 'words'; most: number | null; coarse?: true }
  /**
   * To the nearest 10 % (20 to 49 answers) or whole percentages (50 and over), don't know left out. `shares`: agree, neither, disagree · 7 to 10,
   * 4 to 6, 0 to 3 · yes, no · the options. `base`: answers, to the nearest 5.
   */
  | { as: 'tens' | 'whole'; shares: number[]; base: number }
  /** Withheld: too few, or somebody could be told. `in`: the smallest cell that is published and holds it; null: none is. */
  | { as: 'c'; in: string | null };

/** The audit's verdict, without what is withheld. */
export type Verdict = {
  /** Statements that were looked at together, and groups smaller than k of which it was asked whether an answer can be told. */
  published: number;
  groups: number;
  /** How many cells were withheld: for being small, so that a small one cannot be told, and because the audit found an answer. */
  withheld: { small: number; complementary: number; audit: number };
};

export type Release = { /** By cell and question. */ shown: ReadonlyMap<string, readonly Shown[]>; verdict: Verdict };
