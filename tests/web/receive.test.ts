import { describe, expect, test } from 'vitest';
import { postedValues, receive } from '../../src/platforms/web/receive.ts';
import { safeUrl } from '../../src/platforms/web/render.ts';

const NONCE = 'n'.repeat(22);
const say = (text: string, nonce = NONCE) => receive({ nonce, ask: 'words', text }, 'person-1');

describe('what a page posts', () => {
  test('the same form sent twice is one asking', () => {
    expect(say('/kpi attendance 93.2')?.key).toBe(say('/kpi attendance 93.2')?.key);
  });

  test('other words typed into a page that was gone back to are another asking', () => {
    expect(say('/kpi attendance 93.2')?.key).not.toBe(say('/kpi attendance 94')?.key);
  });

  test('the same words from a new page are another asking', () => {
    expect(say('/kpi attendance 93.2')?.key).not.toBe(say('/kpi attendance 93.2', 'm'.repeat(22))?.key);
  });

  test('it is asked by the person whose session it is, whatever the page says', () => {
    const incoming = receive({ nonce: NONCE, ask: 'words', text: '/kpi', personId: 'person-2', user: 'person-2' }, 'person-1');
    expect(incoming?.account).toEqual({ platform: 'web', tenant: 'web', user: 'person-1' });
  });

  test.each([
    ['nothing', undefined],
    ['words without a nonce', { ask: 'words', text: '/kpi' }],
    ['a kind of asking that does not exist', { nonce: NONCE, ask: 'open', verb: 'kpi.log' }],
    ['a press without its token', { nonce: NONCE, ask: 'press' }],
    ['two values where one belongs', { nonce: NONCE, ask: 'words', text: ['a', 'b'] }],
    ['a token longer than any of ours', { nonce: NONCE, ask: 'press', token: 'x'.repeat(2_001) }],
  ])('%s is no asking', (_name, body) => {
    expect(receive(body, 'person-1')).toBeUndefined();
  });
});

describe('the fields of a form', () => {
  test('three boxes make one date', () => {
    expect(postedValues({ 'field.on.day': '4', 'field.on.month': '9', 'field.on.year': '2026' })).toEqual({ on: '2026-09-04' });
  });

  test('a date that was left empty is empty, and one that is none stays as it was typed', () => {
    expect(postedValues({ 'field.on.day': '', 'field.on.month': '', 'field.on.year': '' })).toEqual({ on: '' });
    expect(postedValues({ 'field.on.day': '31', 'field.on.month': 'Feb', 'field.on.year': '2026' })).toEqual({ on: '2026-Feb-31' });
  });

  test('nothing but fields is taken for a field', () => {
    expect(postedValues({ csrf: 'x', nonce: 'y', token: 'z', 'field.note': 'flu' })).toEqual({ note: 'flu' });
  });
});

describe('a link', () => {
  test.each(['https://example.org/a?b=1', 'http://example.org', 'mailto:a@example.org', '/evidence'])('%s may be followed', (url) => {
    expect(safeUrl(url)).toBe(url);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
    'nothing',
  ])('%s stays words', (url) => {
    expect(safeUrl(url)).toBeUndefined();
  });
});
