import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pupilIdentifier, withoutNumbers } from '../../src/people/identifiers.ts';

/** Reckoned apart from the product: by repeated subtraction, from a written table of letters. */
const LETTER_VALUES: [string, number][] = [
  ['A', 0],
  ['B', 1],
  ['C', 2],
  ['D', 3],
  ['E', 4],
  ['F', 5],
  ['G', 6],
  ['H', 7],
  ['J', 8],
  ['K', 9],
  ['L', 10],
  ['M', 11],
  ['N', 12],
  ['P', 13],
  ['Q', 14],
  ['R', 15],
  ['T', 16],
  ['U', 17],
  ['V', 18],
  ['W', 19],
  ['X', 20],
  ['Y', 21],
  ['Z', 22],
];
const checkLetter = (twelve: string) => {
  let sum = 0;
  for (let place = 2; place <= 13; place += 1) {
    const character = twelve.charAt(place - 2);
    sum += place * (LETTER_VALUES.find(([letter]) => letter === character)?.[1] ?? Number.parseInt(character, 10));
  }
  while (sum >= 23) sum -= 23;
  return LETTER_VALUES.find(([, value]) => value === sum)?.[0] as string;
};
/** The tenth digit makes the whole weighted sum, the check digit with weight 1, a multiple of 11; none may exist. */
const checkDigit = (nine: string): string | undefined => {
  for (let digit = 0; digit <= 9; digit += 1) {
    let sum = digit;
    for (let place = 0; place < 9; place += 1) sum += (10 - place) * Number.parseInt(nine.charAt(place), 10);
    if (sum % 11 === 0) return String(digit);
  }
  return undefined;
};
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const seeded = { seed: 93_2, numRuns: 300 };

describe('a pupil is not named in a note', () => {
  test.each([
    'B801200005001 was away all week', // the published example of a Python library's documentation
    'away: b801200005001.',
    'UPN B 801 2000 05 001',
    'B801-2000-05-001',
    'B80\u200B12000\u200E05001',
    'Ｂ８０１２０００05001',
    'P207000016049', // its worked sum is 266, 13 above a multiple of 23
    '(B801200005001)',
    'UPN A801200005001', // a check letter off, but it says what it is
    "the pupil's UPN is: I 8012 0000 5001.",
    'upn no. b801200005002',
    'UPN: A82345678901', // a digit too few
    'UPN A8234567890123', // one too many
    'UPN B8012000050012',
    'UPN A 8234 5678 9012 34',
    'unique pupil number A823456789012',
    'Unique Pupil Numbers: a8234567890',
    'unique-pupil-number A823456789012',
    'UPN A8O12OOOO5OO1', // O for 0
    "the UPN's A823456789012",
    'https://example.org/?pupil_upn=A823456789012',
  ])('"%s" holds a UPN', (note) => {
    expect(pupilIdentifier(note)).toBe('UPN');
  });

  test.each([
    'see 943 476 5919', // the example of the NHS Data Dictionary
    '9434765919',
    '943-476-5919',
    '943 4765919',
    '94347 65919',
    '943\u00A0476\u20115919',
    'seen by 3 people, 943 476 5919, twice',
    'nhs:9434765919;',
    '84 943 476 5919',
    '401 023 2137',
    'NHS number 943 476 5918', // a digit off, but it says what it is
    'nhs no: 0434765918',
    'NHS: 9434765910',
    'NHS 943 476 5910',
    'NHS numbers 9434765910',
    'NHS numbers are: 943 476 5910',
    'NHS-number 9434765910',
    'NHS-no. 943-476-5910',
    'NHS nos. 9434765910',
    'NHS number 943476591', // a digit too few
    'NHS number 94347659100', // one too many
    'NHS number 09434765919',
    'NHS 943 476 5910 12 times',
    'https://example.org/?nhs_number=9434765910',
  ])('"%s" holds an NHS number', (note) => {
    expect(pupilIdentifier(note)).toBe('NHS number');
  });

  test.each([
    'Jane Smith 12/03/2014',
    'Jane Smith (12/03/2014) was away',
    'Jane Smith, 12.03.14',
    "Siobhán O'Neill-Jones 12 March 2014",
    'Mary Ann Evans - 2014-03-12',
    '12/03/2014 Jane Smith',
    'J. is away, dob 12/03/2014',
    'child D.O.B. 1 Mar 2014',
    'born 12 March 2014',
    'date of birth: 12-03-2014',
    'jane smith dob 12/3/14',
  ])('"%s" is a date of birth beside a name', (note) => {
    expect(pupilIdentifier(note)).toBe('date of birth beside a name');
  });

  test('every permanent and temporary UPN with its own check letter is found, in the middle of words', () => {
    fc.assert(
      fc.property(digits(11), fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUVWXYZ'), (eleven, last) => {
        const upn = `${checkLetter(eleven + last)}${eleven}${last}`;
        expect(pupilIdentifier(`about ${upn}, twice`)).toBe('UPN');
      }),
      seeded,
    );
  });

  test('every number with a valid NHS check digit is found', () => {
    fc.assert(
      fc.property(digits(9), (nine) => {
        const digit = checkDigit(nine);
        fc.pre(digit !== undefined && !nine.startsWith('0'));
        expect(pupilIdentifier(`about ${nine}${digit}, twice`)).toBe('NHS number');
      }),
      seeded,
    );
  });
});

describe('what is no pupil passes', () => {
  test.each([
    'flu in two schools',
    'call 0113 496 0123', // telephone numbers kept for drama by Ofcom
    'call 0113 496 0123 or 0191 498 0987',
    'mobile 07700 900123',
    'mobile +44 7700 900123',
    'office (020) 7946 0958',
    '9434765918', // a digit off
    '943 476 5918',
    'A801200005001', // a check letter off
    'B8012000050012', // too long
    'a UPN is A and twelve digits',
    'UPN B801200005001234', // far too long, whatever it says
    'UPN A823456789', // far too short
    'UPN not known',
    'UPNs are not known, nor 12 of 30 names',
    'a unique pupil number is asked of all 131 schools in 2026',
    'NHS 24 teams',
    'NHS 111',
    'NHS 111 2026-11-19',
    'NHS 111 0800 1111',
    'NHS 24: 12 teams, 131 schools, 2026',
    'NHS trust 2026/27',
    'NHS 2026/27, 2027/28 and 2028/29',
    'seen by the NHS 2026-11-19 10:30',
    'NHS 19-11-2026 45 pupils',
    'NHS 0113 496 0123',
    'NHS +44 113 496 012',
    'NHS £943476591',
    'NHS numbers were asked in 12 of 131 schools',
    'NHS no 12 and 13',
    'NHSX 9434765910 and UPNX A823456789012',
    'NHS 111 had 2,026 calls in 2025 and 1,900 in 2026',
    'NHS number 0113 496 0123', // a telephone's
    'XB801200005001',
    '94347659191',
    '£9,434,765,919 in all',
    '9434765919.5 pence',
    'WAK-12 is 1,765 pupils in 84 of 131 schools',
    'Ofsted visited on 12/03/2026',
    'Autumn Term 12/10/2026',
    'Headteachers Meeting 12/11/2026',
    'St Mary Primary School 12/11/2026',
    'Year 6 moved on 14 November 2026',
    'North Tyneside 12/11/2026',
    'Week of 16 Nov 2026',
    '',
    '👩🏽‍🏫 and a child',
  ])('"%s"', (note) => {
    expect(pupilIdentifier(note)).toBeNull();
  });

  test('a number of ten digits that begins with 0, as telephone numbers do, even when its last digit agrees', () => {
    fc.assert(
      fc.property(digits(8), (eight) => {
        const digit = checkDigit(`0${eight}`);
        fc.pre(digit !== undefined);
        expect(pupilIdentifier(`call 0${eight}${digit}`)).toBeNull();
      }),
      seeded,
    );
  });

  test('a UPN with any other check letter, an NHS number with any other digit', () => {
    fc.assert(
      fc.property(digits(12), digits(9), fc.integer({ min: 1, max: 22 }), fc.integer({ min: 1, max: 9 }), (twelve, nine, letters, more) => {
        const right = LETTER_VALUES.findIndex(([letter]) => letter === checkLetter(twelve));
        expect(pupilIdentifier(`${LETTER_VALUES[(right + letters) % 23]?.[0]}${twelve}`)).toBeNull();
        const digit = checkDigit(nine);
        if (digit !== undefined) expect(pupilIdentifier(`${nine}${(Number(digit) + more) % 10}`)).toBeNull();
      }),
      seeded,
    );
  });

  test('a note of any length is read at once, whatever it is made of', { timeout: 5_000 }, () => {
    for (const piece of [
      '1 ',
      '1',
      'A1 ',
      'Aa ',
      "A'",
      '1/1/',
      'born ',
      '- ',
      'dob 1 of ',
      'UPN is no ',
      'UPN A1 ',
      'NHS no 1 ',
      'NHS - number ',
      'NHS 12345678, ',
    ])
      expect(pupilIdentifier(piece.repeat(3000))).toBeNull();
  });
});

describe('what is shown again to whoever wrote it', () => {
  test.each([
    ['B801200005001 did well', '… did well'],
    ['Two lines:\nUPN B8012 0000 5001, NHS 943 476 5919.\nOne more', 'Two lines:\nUPN …, NHS ….\nOne more'],
    ['UPN A801200005001 did well', 'UPN … did well'],
    ['nobody is named:\tflu in two schools', 'nobody is named:\tflu in two schools'],
  ])('"%s" without its numbers', (text, left) => {
    expect(withoutNumbers(text)).toBe(left);
  });

  test.each([
    ['UPNs A823456789012 and B823456789012 did well', 'UPNs … and … did well'],
    ['UPNs A82345678901, B8234567890123/C 8234 5678 9012 or D823456789012.', 'UPNs …, …/… or ….'],
    ['unique pupil numbers: A823456789012; B823456789012', 'unique pupil numbers: …; …'],
    ['NHS numbers 943 476 5910, 943 476 5911 and 9434765912', 'NHS numbers …, … and …'],
    ['NHS 9434765910/9434765911 did well', 'NHS …/… did well'],
    ['NHS: 9434765910, call 0113 496 0123', 'NHS: …, call 0113 496 0123'],
    ['NHS 9434765910 and 0113 496 0123', 'NHS … and 0113 496 0123'],
    ['UPNs:\r\n- A823456789012\r\n- B823456789012\r\nCame back', 'UPNs:\n- …\n- …\nCame back'],
    ['UPN A82345\n6789012 came back', 'UPN … came back'],
    ['UPNs "A823456789012" and *B823456789012*', 'UPNs "…" and *…*'],
    ['UPN A823456789012 a pupil of 12', 'UPN … a pupil of 12'],
    ['UPNs A823456789012 and 24 others', 'UPNs … and 24 others'],
  ])('every number after the words that name it: "%s"', (text, left) => {
    expect(withoutNumbers(text)).toBe(left);
  });

  test('a long list of numbers is read at once', { timeout: 5_000 }, () => {
    expect(withoutNumbers(`UPNs ${'A823456789012, '.repeat(3000)}`)).toBe(`UPNs ${'…, '.repeat(3000)}`.trimEnd());
    expect(withoutNumbers(`NHS ${'943 476 5910 and '.repeat(3000)}`)).toBe(`NHS ${'… and '.repeat(3000)}`.trimEnd());
  });

  test.each(['B801200005001', '(9434765919)', 'Ann Smith, born 3 May 2014', 'B801200005001, Ann Smith, 03/05/2014', 'B80120000\n5001'])(
    '"%s" not at all, because more than a number names somebody, or nothing is left',
    (text) => {
      expect(pupilIdentifier(text)).not.toBeNull();
      expect(withoutNumbers(text)).toBeUndefined();
    },
  );

  test('no number is left of any text in which there was one', () => {
    fc.assert(
      fc.property(digits(12), digits(9), fc.string(), (twelve, nine, said) => {
        const digit = checkDigit(nine);
        fc.pre(digit !== undefined && !nine.startsWith('0'));
        const left = withoutNumbers(`${said} ${checkLetter(twelve)}${twelve} and ${nine}${digit} came ${said}`) ?? '';
        expect(pupilIdentifier(left)).toBeNull();
        expect(left).not.toContain(twelve);
        expect(left).not.toContain(nine);
      }),
      seeded,
    );
  });
});
