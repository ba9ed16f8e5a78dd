import { describe, expect, it } from 'vitest';
import { type CommentedCell, readIn } from '../../src/pulses/comments.ts';
import { marking } from '../../src/pulses/marks.ts';

/** Which comments are read, where; and what they look as if they named. */

/** A cell of so many organisations, each with one who answered, and so many comments. */
const cell = (id: string, parentId: string | null, comments: number, organisations = comments): CommentedCell => ({
  id,
  parentId,
  answered: new Map(Array.from({ length: organisations }, (_, n) => [`${id} ${n}`, 1])),
  comments: Array.from({ length: comments }, (_, n) => `${id} ${n}`),
});
const counts = (cells: readonly CommentedCell[], k = 5) => Object.fromEntries([...readIn(cells, k)].map(([id, some]) => [id, some.length]));

describe('comments are read', () => {
  it.each<[string, CommentedCell[], Record<string, number>]>([
    ['where ten commented', [cell('all', null, 10)], { all: 10 }],
    ['nowhere where nine did', [cell('all', null, 9)], {}],
    ['in each part that has ten', [cell('all', null, 0), cell('a', 'all', 10), cell('b', 'all', 12)], { a: 10, b: 12 }],
    ['one level up, of parts that have too few', [cell('all', null, 0), cell('a', 'all', 6), cell('b', 'all', 4)], { all: 10 }],
    [
      'nowhere, of what is left beside a part that has enough',
      [cell('all', null, 3), cell('a', 'all', 10), cell('b', 'all', 6)],
      { a: 10 },
    ],
    ['two levels up', [cell('all', null, 2), cell('p', 'all', 0), cell('a', 'p', 5), cell('b', 'p', 3)], { all: 10 }],
    ['nowhere, when those who answered are of two organisations', [cell('all', null, 12, 2)], {}],
    ['one level up, when those who answered there are of two organisations', [cell('all', null, 5), cell('a', 'all', 11, 2)], { all: 16 }],
  ])('%s', (_where, cells, read) => {
    expect(counts(cells)).toEqual(read);
  });

  it('nowhere, when more than half of those who answered are of one organisation', () => {
    const answered = new Map([
      ['one', 8],
      ['two', 3],
      ['three', 4],
    ]);
    const many = { ...cell('all', null, 12), answered };
    expect(counts([many])).toEqual({});
    expect(counts([{ ...many, answered: new Map(answered).set('one', 7) }])).toEqual({ all: 12 });
  });

  it('of an organisation that answers in two parts counts as one', () => {
    const same = (id: string): CommentedCell => ({
      ...cell(id, 'all', 5),
      answered: new Map([
        ['x', 3],
        ['y', 3],
      ]),
    });
    expect(counts([cell('all', null, 0), same('a'), same('b')])).toEqual({});
  });

  it('from twelve on, where so many answers are asked for', () => {
    expect(counts([cell('all', null, 11)], 12)).toEqual({});
    expect(counts([cell('all', null, 12)], 12)).toEqual({ all: 12 });
  });

  it('each once, and in no other place than its own or above', () => {
    const cells = [cell('all', null, 10), cell('a', 'all', 3), cell('b', 'all', 11), cell('c', 'all', 0)];
    const read = readIn(cells, 5);
    expect(read.get('b')?.every((text) => text.startsWith('b '))).toBe(true);
    expect(read.get('all')?.toSorted()).toEqual([...(cells[0]?.comments ?? []), ...(cells[1]?.comments ?? [])].toSorted());
  });
});

describe('a comment is marked', () => {
  const marks = marking({
    organisations: [
      'Kettlethorpe High School',
      'Carr Lodge',
      'Carr Lane Primary',
      'St Mary’s C of E Primary School',
      'Park School',
      'Wakefield Council: Early Help',
      'Outwood Grange Academy',
    ],
    posts: ['Director of Education', 'Head, Carr Lodge'],
    places: ['Wakefield', 'District 1 hub', 'Sheffield'],
  });

  it.each([
    ['Mrs Smith does not answer.', ['person']],
    ['Ask Dr. Jones', ['person']],
    ['I spoke with Sarah Khan about it', ['person']],
    ['Thanks to cllr Okafor', ['person']],
    ['Carr Lodge never comes', ['school']],
    ['carr lodge’s head never comes', ['school']],
    ['Kettlethorpe High School is fine', ['school']],
    ['The one at Sandal Magna Primary is fine', ['school']],
    ['Nothing from Highfield School', ['school']],
    ['Early help at Wakefield Council: Early Help is slow', ['school']],
    ['Her number is 1234 5678 90', ['pupil']],
    ['born on the third of May', ['pupil']],
    ['Sarah Khan of Carr Lodge, DOB later', ['person', 'school', 'pupil']],
    ['More time together, please.', []],
    ['We meet on Monday. Everybody comes.', []],
    ['Ofsted was here in 2026', []],
    ['', []],
    // People, however they are written
    ['Fatima never listens', ['person']],
    ['SARAH JONES shouts', ['person']],
    ['Ask J. Smith about it', ['person']],
    ['J Smith was there', ['person']],
    ['john smith never answers', ['person']],
    ['I think Okonkwo should lead this', ['person']],
    ['We asked Priya’s team', ['person']],
    ['mr okafor is late', ['person']],
    ['Khan and Brierley decide everything', ['person']],
    ['Nobody but O’Brien decides', ['person']],
    ['Grace shouts', ['person']],
    ['Anne-Marie’s emails go nowhere', ['person']],
    ['It was Ms. J. Brown', ['person']],
    ['thanks to sarah', ['person']],
    ['the director of education never listens', ['person']],
    ['It is slow. Jones Brierley holds it up', ['person']],
    // Organisations, as those who know them call them
    ['carr lane is bad', ['school']],
    ['Carr Lane is bad', ['school']],
    ['CARR LANE IS BAD', ['school']],
    ['st marys has closed its doors', ['school']],
    ['Outwood Grange takes all', ['school']],
    ['They go to Park', ['school']],
    ['Kettlethorpe decides', ['school']],
    // Neither
    ['The Local Authority is slow', []],
    ['The Local Authority and Ofsted ask for the same. SEND in Year 6 is what counts.', []],
    ['WE NEED MORE TIME', []],
    ['We need a MAT CEO in the room', []],
    ['In Wakefield we meet at the District 1 Hub on Thursday', []],
    ['The car park is full', []],
    ['Please: Meetings at another time! Teams is fine, I’d say. English and Maths come first', []],
    ['(Meetings) are long', []],
    ['Multi-agency work - More of it', []],
    ['We will mark our own progress and hope for grace', []],
    ['We miss the SENCOs, the Headteacher and the Chair of Governors', []],
  ])('“%s”: %j', (comment, expected) => {
    expect(marks(comment)).toEqual(expected);
  });
});
