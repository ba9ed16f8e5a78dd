import { describe, expect, test } from 'vitest';
import { clip, summary, typed } from '../../src/platforms/slack/text.ts';

describe('what Slack sends, as it was typed', () => {
  test.each([
    ['attendance 93.2', 'attendance 93.2'],
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&amp;lt;', '&lt;'],
    ['see <https://example.org/a?b=1&amp;c=2>', 'see https://example.org/a?b=1&c=2'],
    ['see <https://example.org|example.org>', 'see example.org'],
    ['<mailto:a@example.org|a@example.org>', 'a@example.org'],
    ['owner <@U0LEAD>', 'owner <@U0LEAD>'],
    ['owner <@U0LEAD|wakefield.lead>', 'owner <@U0LEAD>'],
    ['in <#C0WAKE|wakefield>', 'in #wakefield'],
    ['<!channel> <!subteam^S1|@heads>', '@channel @heads'],
    ['&lt;!channel&gt;', '<!channel>'],
    ['_flu_ *two* `schools`', '_flu_ *two* `schools`'],
  ])('%s', (sent, was) => {
    expect(typed(sent)).toBe(was);
  });
});

describe('what is too long', () => {
  test('ends in an ellipsis, with no character cut in two', () => {
    expect(clip('a😀😀', 3)).toBe('a…');
    expect(clip('a😀😀', 4)).toBe('a😀…');
    expect(clip('a😀😀', 5)).toBe('a😀😀');
  });
  test('and turns its direction does not turn what follows', () => {
    expect(clip('\u202Eabcdef', 5)).toBe('\u202Eab…\u202C');
  });
  test('in a notification is escaped whole, never in the middle of a sign', () => {
    const said = summary('<'.repeat(4_000));
    expect(said.length).toBeLessThanOrEqual(3_900);
    expect(said).toMatch(/^(?:&lt;)+…$/u);
  });
});
