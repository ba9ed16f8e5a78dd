import type pg from 'pg';
import { buttonsOn, type Shown } from '../support/slack-stub.ts';
import { buttonsOf, inputsOf } from '../support/teams-cards.ts';
import { inTeams, type YearPerson } from './people.ts';
import type { YearServer } from './servers.ts';
import type { Stubs } from './stubs.ts';

/** What the simulated people say and press, where they are met. */

export type Act = { at: number; personId: string; platform: YearPerson['platform']; what: string };

type Owned = { personId: string; kind: 'kpi' | 'action'; name: string; value: string };

/** What each person answers for just now, with a plausible thing to say of it. */
export const ownedNow = async (database: pg.Client): Promise<Owned[]> => {
  const { rows } = await database.query<Owned>(`
    select o.owner_id as "personId", 'kpi' as kind, d.name,
      coalesce((select case when r.numerator is not null then round(r.numerator)::text || ' of ' || round(r.denominator)::text else round(r.value, d.decimals)::text end
        from reading r where r.kpi_id = o.kpi_id and r.value is not null order by r.period_start desc, r.version desc limit 1), '12') as value
    from kpi_owner o join kpi_definition d on d.kpi_id = o.kpi_id
    where not exists (select from kpi_owner l where l.kpi_id = o.kpi_id and l.version > o.version)
      and not exists (select from kpi_definition l where l.kpi_id = d.kpi_id and l.version > d.version) and d.coverage is null and not d.retired
    union all
    select v.owner_id, 'action', l.prefix || '-' || a.number, 'green'
    from action_version v join action a on a.id = v.action_id join locality l on l.id = a.locality_id
    where v.until > '9999-01-01' and v.owner_id is not null
    order by 1, 3`);
  return rows;
};

/** Words of the buttons that answer a line by themselves, or open a form that we know how to fill in. */
const ANSWERS = /^(Same as before|Green|Log)$/u;

/** Nobody scrolls further back than so many messages. */
const LOOKED_AT = 3;

export const createActs = (stubs: Stubs, server: () => YearServer, { random, clock }: { random: () => number; clock: () => number }) => {
  const acts: Act[] = [];
  /** What went otherwise than the person meant: a button that had gone, a form that asked for more. */
  const failed: Record<string, number> = {};
  let said = 0;

  const note = (person: YearPerson, what: string) => acts.push({ at: clock(), personId: person.id, platform: person.platform, what });

  /** Says it where the person is met; a leading slash is Slack's own. */
  const say = async (person: YearPerson, text: string) => {
    note(person, `says ${text}`);
    said += 1;
    if (person.platform === 'slack') {
      await stubs.slack.dm(text, { user: person.slackUser });
      return;
    }
    if (person.platform === 'teams') {
      await stubs.teams.say(text, inTeams(stubs, person));
      return;
    }
    await server().ask({ do: 'say', at: clock(), key: `said-${said}`, personId: person.id, text });
  };

  const fail = (why: string) => {
    failed[why] = (failed[why] ?? 0) + 1;
  };

  const pressInSlack = async (person: YearPerson, message: Shown, values: string) => {
    const label = buttonsOn(message).find((each) => ANSWERS.test(each));
    if (!label) return false;
    note(person, `presses ${label}`);
    const { view } = await stubs.slack.press(message, label, { user: person.slackUser });
    if (!view) return true;
    const [value = '', of] = values.split(' of ');
    const asksOf = JSON.stringify(view.view).includes('Of how many?');
    const { errors } = await stubs.slack.submit(view, { value, ...(of && asksOf ? { of } : {}) });
    if (errors) fail(`a form: ${Object.values(errors).join('; ')}`);
    return true;
  };

  const pressInTeams = async (person: YearPerson, values: string) => {
    const by = inTeams(stubs, person);
    const message = stubs.teams.seen(by).at(-1);
    const label = buttonsOf(message?.card)
      .map(({ title }) => String(title))
      .find((each) => ANSWERS.test(each));
    if (!message || !label) return false;
    note(person, `presses ${label}`);
    if (label !== 'Log') {
      const shown = await stubs.teams.press(message, label, by);
      // Teams puts the answer in the place of the card.
      if ('card' in shown && shown.card)
        Object.assign(stubs.teams.messages.find(({ id }) => id === message.id) ?? {}, { card: shown.card });
      return true;
    }
    const form = await stubs.teams.openDialog(message, label, by);
    const send = buttonsOf('card' in form ? form.card : undefined)[0];
    if (!send || !('card' in form)) return false;
    const [value = '', of] = values.split(' of ');
    const asksOf = form.lines?.some((line) => line.startsWith('Of how many?'));
    const typed = { Value: value, ...(of && asksOf ? { 'Of how many?': of } : {}) };
    const result = await stubs.teams.submitDialog(form, String(send.title), typed, by);
    if ('card' in result && inputsOf(result.card).length > 0) fail(`a dialog stayed open: ${result.lines[0]}`);
    return true;
  };

  return {
    acts,
    failed,
    say,
    /** Has the summary posted in a channel of Slack every week, after the preview. */
    subscribeIn: async (channel: string, person: YearPerson) => {
      note(person, `subscribes in ${channel}`);
      stubs.slack.channel(channel, 'wakefield', [person.slackUser]);
      const { message } = await stubs.slack.command('/summary', 'subscribe', { user: person.slackUser, channel });
      const label = message && buttonsOn(message).find((each) => each.startsWith('Every week in'));
      if (message && label) await stubs.slack.press(message, label, { user: person.slackUser });
      else fail(`no preview to subscribe from: ${message?.text}`);
    },
    /** Answers the first thing on the last card that can be answered by a press. */
    press: async (person: YearPerson, value: string): Promise<boolean> => {
      try {
        if (person.platform === 'teams') return await pressInTeams(person, value);
        const channel = stubs.slack.directChannel(person.slackUser);
        const latest = stubs.slack.shown.filter((shown) => shown.channel === channel).slice(-LOOKED_AT);
        const message = latest.findLast((shown) => buttonsOn(shown).some((label) => ANSWERS.test(label)));
        return message ? await pressInSlack(person, message, value) : false;
      } catch (error) {
        fail(`${person.platform}: ${error instanceof Error ? error.message.slice(0, 160) : 'unknown'}`);
        return false;
      }
    },
    random,
  };
};
