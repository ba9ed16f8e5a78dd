import { readDemonstration } from '../src/programme/format.ts';
import { peopleOf } from '../src/programme/people.ts';

// Lists who is in the demonstration. The data are in prisma/demo, so it makes no difference whether a server runs.
const people = peopleOf(readDemonstration());
const widths = {
  address: Math.max(...people.map(({ address }) => address.length)),
  post: Math.max(...people.map(({ post }) => post.length)),
};
for (const { address, post, role, scopeName } of people)
  console.log(`${address.padEnd(widths.address)}  ${post.padEnd(widths.post)}  ${role} for ${scopeName}`);
