import { dayWords } from '../../calendar/dates.ts';
import type { Form } from '../../cards/card.ts';
import { optionalDate } from '../../kpis/define.ts';
import type { Kpi } from '../../kpis/kpi.ts';
import { holdRebases, isRebased, rebase, rebaseProblems, rebasesChanged, rebasesSeen, withdrawRebase } from '../../kpis/rebase.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { showable } from '../../people/notes.ts';
import { may } from '../../people/permissions.ts';
import { postedValues } from '../../platforms/web/receive.ts';
import { formView } from '../../platforms/web/render.ts';
import { day } from '../../views/kpi-parts.ts';
import { rebaseForm } from '../../views/kpi-rebase.ts';
import { kpiShown, type Opened, openKpi } from './kpi-page.ts';
import type { Asked, Change, Page, Reader } from './page.ts';

/** Beginning a chart's limits anew from its page, and taking that back, for whoever may. */

type Values = { date?: string; reason?: string };

/** A form as it is drawn: its button is an ordinary one. */
const drawn = (form: Form, errors: Record<string, string>) =>
  formView({ ...form, submit: { ...form.submit, press: { verb: '', form: true, token: '' } } }, errors, 'rebase');

/** What the page has of it; nothing for whoever may not. */
const rebaseView = ({ actor, to }: Reader, { kpi, place }: Opened, values: Values = {}, errors: Record<string, string> = {}) =>
  may(actor, 'kpi.rebase', place)
    ? {
        rebase: {
          action: to(`/kpis/${kpi.id}/rebase`),
          seen: rebasesSeen(kpi),
          current: kpi.rebases.map(({ date, reason }) => ({ date, reason, on: dayWords(day(date)) })),
          form: drawn(rebaseForm(kpi, values), errors),
        },
      }
    : {};

/** What is said once it is done. */
const SAID = new Map([
  ['begun', 'Saved: the limits of this chart begin anew on the day you gave.'],
  ['back', 'Taken back: the limits of this chart no longer begin anew on that day.'],
]);

export const kpiPage: Page = async (reader, asked) => {
  const opened = await openKpi(reader, asked);
  return opened && kpiShown(reader, opened, asked, { ...rebaseView(reader, opened), said: SAID.get(asked.query('said')) });
};

const BOXES = ['.day', '.month', '.year'];

const postedOf = (asked: Asked) =>
  postedValues(Object.fromEntries([...BOXES.map((box) => `field.date${box}`), 'field.reason'].map((name) => [name, asked.posted(name)])));

/** What is wrong with what was posted, by field; or what is wished. */
const wishOf = (kpi: Kpi, { date = '', reason = '' }: Record<string, string>) => {
  const found = optionalDate(date);
  if (!found)
    return {
      errors: { date: 'Enter a day, as in 12 11 2026.', ...(reason.trim() === '' && { reason: 'Say why, in a few words: what changed?' }) },
    };
  const wish = { date: found, reason };
  const errors = rebaseProblems(kpi, wish);
  return Object.keys(errors).length > 0 ? { errors } : { wish };
};

/** What comes back of a reason that was refused: never a child's identifier. */
const again = (reason: string) => withoutNumbers(showable(reason)) ?? '';

const CHANGED = 'Somebody else has just changed where the limits of this chart begin anew. What stands now is below.';

export const rebaseChange =
  (newId: () => string): Change =>
  async (reader, asked) => {
    const opened = await openKpi(reader, asked);
    if (!opened || !may(reader.actor, 'kpi.rebase', opened.place)) return undefined;
    await holdRebases(reader.tx, opened.kpi.id);
    // Read once more: somebody may have been first.
    const { kpi, place } = (await openKpi(reader, asked)) ?? opened;
    const writer = { ...reader, newId, personId: reader.actor.personId };
    const done = (said: 'begun' | 'back') => ({ goTo: reader.to(`/kpis/${kpi.id}`, { said }) });
    const refused = async (status: 400 | 409, values: Values, errors: Record<string, string>) => {
      const page = await kpiShown(reader, { kpi, place }, asked, rebaseView(reader, { kpi, place }, values, errors));
      return { ...page, status, title: `Error: ${page.title}` };
    };
    const changed = rebasesChanged(kpi, asked.posted('seen'));
    if (asked.posted('act') === 'withdraw') {
      const date = asked.posted('date');
      if (changed && kpi.rebases.some((known) => known.date === date))
        return refused(409, {}, { changed: `${CHANGED} Take it back if that is still right.` });
      await withdrawRebase(writer, kpi, { date });
      return done('back');
    }
    const values = postedOf(asked);
    const { wish, errors } = wishOf(kpi, values);
    const kept = { date: values.date ?? '', reason: again(values.reason ?? '') };
    if (!wish) return refused(400, kept, errors);
    if (changed && !isRebased(kpi, wish)) return refused(409, kept, { changed: `${CHANGED} Save yours too if it is still right.` });
    await rebase(writer, kpi, wish);
    return done('begun');
  };
