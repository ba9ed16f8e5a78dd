import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/client.ts';
import type { Scale } from '../statistics/disclosure.ts';

/**
 * The questions that come with the product. Sources: the statements of the year 1 survey, word for word, and Box 1 of the LocalEd year 1
 * evaluation (October 2023), each of its questions worded so that a headteacher can answer it in ten seconds.
 * A version is never changed (a golden file holds them): another wording is another version under the same id.
 */

export type BankItem = {
  item: string;
  version: number;
  text: string;
  scale: Scale;
  /** Of a single choice; else none. */
  options: readonly string[];
  /** Which of the evaluation's four criteria, from 1; null: none of them. */
  criterion: number | null;
};

const question = (
  criterion: number | null,
  item: string,
  text: string,
  scale: Scale = 'agree',
  options: readonly string[] = [],
): BankItem => ({
  item,
  version: 1,
  text,
  scale,
  options,
  criterion,
});

export const BANK: readonly BankItem[] = [
  // The year 1 survey
  question(1, 'lack-of-trust', 'A lack of trust between schools/MATs in this locality hinders meaningful collaboration'),
  question(2, 'some-dominate', 'Some schools/MATs tend to dominate local decision-making forums'),
  question(
    3,
    'visible-to-leaders',
    'The outcomes and experiences of children and young people who are vulnerable are made visible to all school and trust leaders',
  ),
  question(
    4,
    'sufficient-information',
    'Parents and pupils in this locality have sufficient information about school performance and quality',
  ),
  question(
    4,
    'holding-to-account',
    'Parents and pupils in this locality have sufficient opportunities and mechanisms for holding schools to account',
  ),

  // A shared commitment to the locality
  question(1, 'responsible-for-all', 'Schools here feel responsible for the success of all children in this locality.'),
  question(1, 'belonging', 'I feel that I belong to this locality.'),
  question(1, 'same-locality', 'People here mean the same thing when they say “our locality”.'),
  question(1, 'trust', 'Schools and services here trust one another.'),
  question(1, 'recommend', 'How likely is it that you would recommend working together here to a colleague?', 'ten'),

  // Leadership and governance of the partnership
  question(2, 'a-say', 'I have a say in what the partnership works on.'),
  question(2, 'credible-leaders', 'The people who lead the partnership are credible and skilled.'),
  question(2, 'right-people', 'The people who can change things are in the room when decisions are made.'),
  question(2, 'involved', 'It is clear how schools and services are involved in planning and doing the work.'),
  question(2, 'know-who-to-ask', 'Do you know whom to ask if something stands in the way?', 'yes_no'),

  // Clarity of partnership focus and approach
  question(3, 'clear-focus', 'The partnership has a clear focus.'),
  question(3, 'matters-here', 'The partnership works on something that people here really care about.'),
  question(3, 'under-the-skin', 'We understand what lies behind the problem, beyond the school gates too.'),
  question(3, 'fits-other-work', 'I can see how this work fits with my other priorities.'),
  question(3, 'know-my-part', 'Do you know what your own part in the plan is?', 'yes_no'),

  // Sustainability and impact
  question(4, 'kept-informed', 'I am kept informed of how the work is going.'),
  question(4, 'barriers-dealt-with', 'When something gets in the way, it is noticed and dealt with.'),
  question(4, 'keep-promises', 'Partners here do what they said they would do.'),
  question(4, 'makes-a-difference', 'This work is making a difference for children and young people.'),
  question(4, 'what-would-help', 'What would help this work most just now?', 'choice', [
    'More time',
    'More people or money',
    'Better data',
    'Clearer roles',
    'Training',
    'Nothing more',
  ]),

  // Capacity
  question(4, 'sufficient-capacity', 'Time and people are sufficient for what we have agreed to do.'),
  question(4, 'skills', 'Staff here have the skills that this work needs.'),
];

/**
 * Adds the product's questions that are not in the database, and says of those that are which criterion they belong to once there are
 * criteria. A version that is there stays, whoever worded it.
 */
export const loadBank = async ({ tx, now }: { tx: Tx; now: Temporal.Instant }): Promise<void> => {
  await tx.$executeRaw`
    insert into pulse_item (item, version, text, scale, options, criterion_id, recorded_at)
    select b.item, b.version, b.text, b.scale, array(select json_array_elements_text(b.options)), c.id, ${now.toString()}::timestamptz
    from json_to_recordset(${JSON.stringify(BANK)}::json) as b (item text, version int, text text, scale text, options json, criterion int)
      left join criterion c on c.position = b.criterion
    on conflict (item, version) do update set criterion_id = excluded.criterion_id
      where pulse_item.criterion_id is null and excluded.criterion_id is not null`;
};
