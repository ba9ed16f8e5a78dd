import { wall } from './days.ts';
import type { runStretch } from './year.ts';

/** What happened in a stretch, for people to read. */

const table = (counts: Record<string, number>) =>
  Object.entries(counts)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `  ${name.padEnd(34)}${String(count).padStart(7)}`)
    .join('\n');

const countBy = <T>(things: readonly T[], by: (thing: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(things, by)].map(([name, all]) => [name, all.length]));

export const printed = ({ figures, known, deliveries, outbox, broken, asked, ownsOne }: Awaited<ReturnType<typeof runStretch>>): string => {
  const unasked = known.filter(({ delivery }) => delivery);
  const most = [...Map.groupBy(unasked, ({ person }) => person?.key ?? 'a channel')]
    .map(([key, messages]) => ({ key, role: messages[0]?.person?.roles.map(({ role }) => role).join() ?? '', messages: messages.length }))
    .sort((one, other) => other.messages - one.messages);
  const ofRole = [...Map.groupBy(most, ({ role }) => role)].map(([role, all]) => `${role}: ${all[0]?.messages} (${all[0]?.key})`);
  return [
    `${figures.steps} moments, ${figures.acts} things that people did, ${figures.kills} kills, ${figures.seconds.toFixed(0)} s`,
    `Deliveries planned: ${deliveries.length}; messages in the outbox: ${outbox}; received: ${known.length}, of them unasked: ${unasked.length}`,
    table(countBy(deliveries, ({ kind, state }) => `${kind} ${state}`)),
    'Left or failed, why',
    table(
      countBy(
        deliveries.filter(({ why, state }) => why && state !== 'sent'),
        ({ kind, why }) => `${kind}: ${why}`,
      ),
    ),
    'Faults',
    table(figures.faults),
    'Unasked, by platform',
    table(countBy(unasked, ({ platform }) => platform)),
    'Unasked, by month',
    table(countBy(unasked, ({ at, delivery }) => `${wall(at, 'Europe/London').day.slice(0, 7)} ${delivery?.kind}`)),
    `Most in the year, by role: ${ofRole.join('; ')}`,
    `Headteachers who own one action: ${ownsOne.map(({ key, messages }) => `${key} ${messages}`).join(', ') || 'nobody'}`,
    `Waited and was looked for: ${Object.entries(asked)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    ...(Object.keys(figures.failedActs).length > 0 ? ['What people could not do', table(figures.failedActs)] : []),
    broken.length === 0 ? 'Everything held.' : `BROKEN (${broken.length}):\n${broken.slice(0, 60).join('\n')}`,
  ].join('\n');
};
