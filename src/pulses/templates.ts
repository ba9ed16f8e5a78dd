/** Pulses that are ready to be asked: a title, and at most five of the product's questions. */

export type Template = {
  id: string;
  title: string;
  /** Ids of src/pulses/bank.ts, in their order. */
  items: readonly string[];
  comment: boolean;
};

export const TEMPLATES: readonly Template[] = [
  {
    id: 'trust',
    title: 'Trust and working together',
    items: ['responsible-for-all', 'trust', 'a-say', 'keep-promises', 'recommend'],
    comment: true,
  },
  {
    id: 'commitment',
    title: 'A shared commitment to the locality',
    items: ['responsible-for-all', 'belonging', 'same-locality', 'trust', 'recommend'],
    comment: true,
  },
  {
    id: 'leadership',
    title: 'Leadership and governance',
    items: ['a-say', 'credible-leaders', 'right-people', 'involved', 'know-who-to-ask'],
    comment: true,
  },
  {
    id: 'clarity',
    title: 'Clarity of focus and approach',
    items: ['clear-focus', 'matters-here', 'under-the-skin', 'fits-other-work', 'know-my-part'],
    comment: true,
  },
  {
    id: 'impact',
    title: 'Sustainability and impact',
    items: ['sufficient-capacity', 'kept-informed', 'barriers-dealt-with', 'keep-promises', 'makes-a-difference'],
    comment: true,
  },
  {
    id: 'year-1',
    title: 'The year 1 survey',
    items: ['lack-of-trust', 'some-dominate', 'visible-to-leaders', 'sufficient-information', 'holding-to-account'],
    comment: true,
  },
  { id: 'capacity', title: 'Capacity', items: ['sufficient-capacity', 'skills', 'what-would-help'], comment: true },
];
