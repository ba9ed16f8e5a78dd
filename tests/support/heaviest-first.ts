import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, the longest first: begun last, each would go on alone while the other worker has nothing left. The first two
 * have no database of the demonstration, which whoever comes first makes.
 */
const HEAVIEST = [
  'dumps-twins',
  'sheet-refused',
  'browser',
  'accessibility',
  'start',
  'commands',
  'pulses',
  'script',
  'setup',
  'disclosure-attack',
].map((name) => `${name}.test.ts`);

const weight = ({ moduleId }: TestSpecification) => {
  const at = HEAVIEST.indexOf(basename(moduleId));
  return at < 0 ? HEAVIEST.length : at;
};

export class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => weight(one) - weight(other));
  }
}
