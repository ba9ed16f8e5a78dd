import { describe, expect, test } from 'vitest';
import type { ActionDraft } from '../../src/actions/change.ts';
import { draftChanges, mergeDrafts } from '../../src/actions/versions.ts';

// Two people in one form: what only one of them changed is kept, what both changed is asked.

const BASE: ActionDraft = {
  title: 'Share data',
  successMeasure: '',
  due: '2026-12-18',
  ownerId: 'a',
  deputyId: null,
  criterionId: null,
  projectId: null,
  kpiIds: ['k1', 'k2'],
  steps: [{ text: 'One', due: null, done: null }],
};
const changed = (patch: Partial<ActionDraft>): ActionDraft => ({ ...BASE, ...patch });

describe('what is saved when two changed an action', () => {
  test.each([
    ['nobody changed anything', {}, {}, {}, []],
    ['only I did', { title: 'Mine' }, {}, { title: 'Mine' }, []],
    ['only they did', {}, { due: '2027-03-01' }, { due: '2027-03-01' }, []],
    ['each something else', { title: 'Mine' }, { due: '2027-03-01' }, { title: 'Mine', due: '2027-03-01' }, []],
    ['both the same', { title: 'Ours' }, { title: 'Ours' }, { title: 'Ours' }, []],
    ['both, and not the same', { title: 'Mine' }, { title: 'Theirs' }, { title: 'Mine' }, ['title']],
    ['a step of mine, a KPI of theirs', { steps: [] }, { kpiIds: ['k1'] }, { steps: [], kpiIds: ['k1'] }, []],
    ['nothing but an empty date of mine', { due: null }, {}, { due: null }, []],
  ] as [string, Partial<ActionDraft>, Partial<ActionDraft>, Partial<ActionDraft>, string[]][])('%s', (_, mine, theirs, expected, both) => {
    const merged = mergeDrafts(BASE, changed(mine), changed(theirs));
    expect(merged.draft).toEqual(changed(expected));
    expect(merged.both).toEqual(both);
  });

  test('the keys of a step may stand in any order', () => {
    expect(draftChanges(BASE, changed({ steps: [{ done: null, due: null, text: 'One' }] }))).toEqual([]);
  });

  // The broken twin: a form that is simply written would take back what others did meanwhile.
  test('simply writing the form would lose their date', () => {
    const simply = changed({ title: 'Mine' });
    expect(simply.due).not.toBe(mergeDrafts(BASE, simply, changed({ due: '2027-03-01' })).draft.due);
  });
});
