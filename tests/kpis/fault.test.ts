import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { TestBot } from '../support/bot.ts';

// A fault of ours in finding the period is told and logged as one: never as a mistake of who fills in the form.

const fault = vi.hoisted(() => ({ now: undefined as Error | undefined }));
vi.mock('../../src/kpis/period.ts', async (original) => {
  const actual = await original<typeof import('../../src/kpis/period.ts')>();
  const choosePeriod: typeof actual.choosePeriod = (...given) => {
    if (fault.now && given[1]) throw fault.now; // a form that is shown again asks for no period
    return actual.choosePeriod(...given);
  };
  return { ...actual, choosePeriod };
});

// Test files share what they have loaded: here the bot is loaded anew, over the period that can fail, and given up again.
vi.resetModules();
const { testBot } = await import('../support/bot.ts');
const { UserError } = await import('../../src/errors.ts');
afterAll(() => vi.resetModules());

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(() => {
  fault.now = undefined;
});

test.each([
  ['a form that is sent', true],
  ['a figure that is not clear', false],
])('%s meets a fault of ours: it is answered with a reference', async (_, isForm) => {
  const form = isForm ? await lead.press(await lead.say('/kpi'), 'Log') : undefined;
  const ask = () => (form ? lead.submit(form, { value: '18.4' }) : lead.say('/kpi attendance 93,2 last week'));
  fault.now = new TypeError('its own words');
  const seen = await ask();
  expect(seen.answer).toMatchObject({ failed: 'bug' });
  expect(seen.title).toMatch(/^Not saved: something went wrong on our side \(ref [0-9A-F]{6}\)\.$/);
  expect(seen.text).not.toContain('its own words');

  fault.now = new UserError('Not saved. That week has not come yet.');
  const control = await ask();
  expect(control.answer, 'control: what a person can mend is still theirs').not.toMatchObject({ failed: 'bug' });
  if (form) expect(control.fields()).toEqual({ when: 'That week has not come yet.' });
});
