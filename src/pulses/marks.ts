import { isNoName } from '../people/identifiers.ts';
import { GIVEN_NAMES, WORDS_AND_NAMES } from './given-names.ts';

/** What a comment looks as if it named (point 9 of the rule). A hint to whoever reads it: of people rather too many marks than too few. */

type Mark = 'person' | 'school' | 'pupil';

/** What can be named in the places of a wave. */
export type Known = {
  /** Names of organisations. */
  organisations: readonly string[];
  /** Posts that so few hold that they tell who it is. */
  posts: readonly string[];
  /** Names of localities, groups, projects and the like: of no person. */
  places: readonly string[];
};

/** `starts`: it is the first of a sentence, where any word has a capital. */
type Word = { text: string; from: number; to: number; starts: boolean };
const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;
/** What lies between two sentences, or before what somebody said. */
const BREAK = /[.!?…:;\n\r"“‘•*(]|^\s*[-–]\s*$/u;
const wordsOf = (text: string): Word[] => {
  let end = 0;
  return [...text.matchAll(WORD)].map((found, at) => {
    const starts = at === 0 || BREAK.test(text.slice(end, found.index));
    end = found.index + found[0].length;
    return { text: found[0], from: found.index, to: end, starts };
  });
};
/** As a word is compared with another: Carr’s, carrs and Carr are one. */
const plain = (word: string) => word.toLowerCase().replaceAll(/['’]/gu, '').replace(/s$/u, '');
const plainWords = (text: string) => wordsOf(text).map((word) => plain(word.text));

/** Before a name in whatever case; and those that are words of a sentence too, before a capital alone. */
const TITLE = /^(?:mr|mrs|ms|mx|dr|prof|cllr|rev)$/iu;
const TITLE_OF_CAPITAL = /^(?:miss|professor|sir|dame|reverend|councillor|father|sister|brother|uncle|aunt|auntie)$/iu;
const CAPITAL = /^\p{Lu}(?:['’]\p{Lu})?\p{Ll}/u;
const CAPITALS = /^\p{Lu}[\p{Lu}'’-]{2,}$/u;
const INITIAL = /^\p{Lu}$/u;
/** A saint of a school’s name is nobody there. */
const SAINT = /^(?:st|ss|saint)$/iu;

/** What a school is called besides its own name: "Kettlethorpe High", "Carr Lane Primary". */
const SCHOOL = /^(?:schools?|academy|primary|secondary|college|infants?|juniors?|high|nursery|grammar|upper|lower|middle|first)$/iu;
/** After a word with a capital it is a school of that name. */
const SCHOOL_AFTER = /^(?:school|academy|primary|secondary|college|infants?|juniors?|high|nursery|grammar)$/iu;
const CHURCH =
  /\b(?:c\.? ?of ?e\.?|church of england|roman catholic|catholic|c\.?e\.?|r\.?c\.?|voluntary (?:aided|controlled)|v\.?[ac]\.?)(?![\p{L}])/giu;
const CHURCH_OR_AID = /^(?:community|special|foundation|free|trust|and|the|for|girls|boys|sixth|form|centre|pru)$/iu;

/** Words that have a capital in anybody’s sentence; besides those of NOT_A_NAME, src/people/identifiers.ts. */
const ORDINARY = new Set(
  [
    'i im ive ill id a an and or but if in on at of for to with we you he she it they them us me my your his her its their these those there here',
    'is are was were be been has have had do does did not no yes please thank thanks also more less most some many much very too so then than that',
    'what when where who why how which would could should can will may might must please sorry hello hi dear ok okay well maybe perhaps only just',
    'local authority authorities la lea sen send sendco senco sencos senca ehcp ehcps ehc camhs nhs icb mash tac taf ofsted dfe esfa rsc cqc hmi mat mats sat',
    'pru prus ap ceo ceos cpd ks key stage eyfs reception year years gcse gcses sat sats btec alevel phonics maths english science history geography',
    'french german spanish polish urdu punjabi arabic romanian ukrainian british england britain uk wales scotland ireland london europe european',
    'christian muslim catholic jewish hindu sikh anglican god ramadan eid diwali hanukkah covid brexit lockdown pupil pupils premium pp fsm eal',
    'children child families family parents parent carers governors governor governing body chair head heads deputy assistant teacher teachers',
    'director directors manager managers officer officers coordinator coordinators adviser advisers evaluator evaluators executive chief social',
    'worker workers nurse nurses psychologist educational welfare attendance safeguarding behaviour inclusion transition mental wellbeing wellness',
    'support action actions priority priorities network forum committee working strategy strategic national regional government department',
    'minister parliament labour conservative tory green amber red teams slack zoom microsoft google excel word outlook whatsapp facebook twitter',
    'internet youtube powerpoint sharepoint email pilot pilots locality localities hubs clusters boards trusts councils services youth justice',
    'multi agency virtual fund funding budget pathfinder kpi kpis rag pdf csv it ict ai hr pe pshe rse dt re',
  ]
    .join(' ')
    .split(' '),
);

/** Eight digits or more, however they are parted, or what stands before a date of birth. */
const NUMBER = /\d(?:[ -]{0,3}\d){7}/u;
const BIRTH = /\b(?:d\.? ?o\.? ?b\b|date of birth|born on)/iu;

/** What an organisation is called by whoever knows it: without what kind of school it is. */
const ownName = (name: string): string[] =>
  wordsOf(name.replaceAll(CHURCH, ' '))
    .filter(({ text }) => !SCHOOL.test(text) && !CHURCH_OR_AID.test(text))
    .map(({ text }) => plain(text));

/** Names by how many words they have, so that however many there are a comment is looked at once. */
type Names = ReadonlyMap<number, ReadonlySet<string>>;

/** One word alone that every sentence may have tells nothing. */
const namesBy = (found: readonly string[][], isUsual: (word: string) => boolean): Names => {
  const telling = found.filter(({ length, 0: first = '' }) => length > 1 || (length === 1 && !isUsual(first)));
  const byLength = Map.groupBy(telling, ({ length }) => length);
  return new Map([...byLength].map(([length, names]) => [length, new Set(names.map((words) => words.join(' ')))]));
};

/** Places of the words that are one of these names; one word alone may be any word, and is a name only where it begins with a capital. */
const placesIn = (words: readonly Word[], known: readonly string[], names: Names): Set<number> => {
  const found = new Set<number>();
  for (const [at, { text }] of words.entries())
    for (const [length, some] of names)
      if (some.has(known.slice(at, at + length).join(' ')) && (length > 1 || CAPITAL.test(text) || CAPITALS.test(text)))
        for (let index = 0; index < length; index += 1) found.add(at + index);
  return found;
};

/** Marks comments against what is known. */
export const marking = ({ organisations, posts, places }: Known): ((comment: string) => Mark[]) => {
  const ofPlaces = new Set(places.flatMap(plainWords));
  const isUsual = (word: string) => ORDINARY.has(word) || isNoName(word) || ofPlaces.has(word);
  const named = namesBy(
    organisations.flatMap((name) => [plainWords(name), ownName(name)]),
    isUsual,
  );
  const held = namesBy(posts.map(plainWords), isUsual);

  /** Where it says a name of a school that is not known: "Sandal Magna Primary". */
  const otherSchools = (words: readonly Word[], isBeside: (at: number) => boolean, isName: (at: number) => boolean): Set<number> => {
    const found = new Set<number>();
    for (const [at, { text }] of words.entries()) {
      if (!SCHOOL_AFTER.test(text) || !CAPITAL.test(text)) continue;
      let first = at;
      while (isBeside(first - 1) && isName(first - 1)) first -= 1;
      if (first < at) for (let index = first; index <= at; index += 1) found.add(index);
    }
    return found;
  };

  return (comment) => {
    const words = wordsOf(comment);
    const known = words.map(({ text }) => plain(text));
    const organisationsThere = placesIn(words, known, named);
    const letters = comment.replaceAll(/[^\p{L}]/gu, '');
    /** Somebody who writes everything in capitals says nothing with them. */
    const shouts = letters.length > 0 && [...letters].filter((letter) => /\p{Lu}/u.test(letter)).length > 0.7 * letters.length;

    const textAt = (at: number) => words[at]?.text ?? '';
    const isOrdinary = (at: number) => isUsual(known[at] ?? '') || isUsual(textAt(at).toLowerCase());
    const isCapital = (at: number) => CAPITAL.test(textAt(at)) || (!shouts && CAPITALS.test(textAt(at)));
    /** A word that may be a name: with a capital, and none of those that always have one. */
    const isName = (at: number) => isCapital(at) && !organisationsThere.has(at) && !isOrdinary(at);
    /** Whether nothing but a space, or the full stop of a title, lies between a word and the next. */
    const isBeside = (at: number) => at >= 0 && /^(?:\.? |\.)$/u.test(comment.slice(words[at]?.to, words[at + 1]?.from));
    const schools = otherSchools(words, isBeside, isName);
    const isOther = (at: number) => isName(at) && !schools.has(at);

    const isPersonAt = (at: number): boolean => {
      const text = textAt(at);
      if (organisationsThere.has(at)) return false;
      const saint = SAINT.test(textAt(at - 1));
      const bare = text.toLowerCase().replace(/['’]s?$/u, '');
      const isGiven = bare.split('-').some((part) => GIVEN_NAMES.has(part) || (WORDS_AND_NAMES.has(part) && CAPITAL.test(text)));
      if (isGiven && !saint) return true;
      if (isBeside(at)) {
        if (TITLE.test(text) && words[at + 1] && !organisationsThere.has(at + 1)) return true;
        if (TITLE_OF_CAPITAL.test(text) && isOther(at + 1)) return true;
        const isArticle = (text === 'A' || text === 'I') && comment[words[at]?.to ?? 0] !== '.';
        if (INITIAL.test(text) && !isArticle && isOther(at + 1)) return true;
        // The first word of a sentence is a name only beside another.
        if (isOther(at) && isOther(at + 1) && comment.slice(words[at]?.to, words[at + 1]?.from) === ' ') return true;
      }
      return !words[at]?.starts && CAPITAL.test(text) && isOther(at) && !saint;
    };

    const isPerson = placesIn(words, known, held).size > 0 || words.some((_, at) => isPersonAt(at));
    return [
      ...(isPerson ? (['person'] as const) : []),
      ...(organisationsThere.size > 0 || schools.size > 0 ? (['school'] as const) : []),
      ...(NUMBER.test(comment) || BIRTH.test(comment) ? (['pupil'] as const) : []),
    ];
  };
};
