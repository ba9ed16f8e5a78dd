import { expect, test } from 'vitest';
import { kpi } from '../../commands/kpi.ts';
import { nameProblem } from '../../src/kpis/names.ts';

// The rule belongs to the feature, the verbs to the command: here they meet.

test('no KPI can be called by a word that means something else after kpi', () => {
  for (const word of [...Object.keys(kpi.verbs), 'help']) {
    expect(nameProblem(word), word).toContain('means something else');
    expect(nameProblem(`${word} readings`), word).toContain('means something else');
  }
});

test.each(['Attendance', 'Newcastle attendance', 'Undone referrals'])('%s is a name', (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

test.each(['9 months', '-3', 'A', 'x'.repeat(61)])('%s is none', (name) => {
  expect(nameProblem(name)).toContain('a name begins with a letter');
});
