import { createAction } from '../../src/actions/change.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { TestBot } from '../support/bot.ts';

/** A small plan with known owners, in place of whatever plan the demonstration has. */

/** Somebody by their address before the @. */
export const idOf = async ({ database }: TestBot, who: string) =>
  (await database.db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } })).id;

export type Line = { place: string; number: number; owner: string | null; deputy?: string | null };

/** Empties every plan, then adds these lines: their titles are "Line 7". */
export const planOf = async (bot: TestBot, lines: Line[]): Promise<void> => {
  const { db } = bot.database;
  await db.$executeRawUnsafe('truncate action, worry, news cascade');
  const person = async (who: string | null | undefined) => (who ? idOf(bot, who) : null);
  for (const { place, number, owner, deputy } of lines) {
    const { id } = await db.locality.findUniqueOrThrow({ where: { name: place } });
    const draft = {
      title: `Line ${number}`,
      successMeasure: 'It is done',
      due: '2027-03-26',
      ownerId: await person(owner),
      deputyId: await person(deputy),
      criterionId: null,
      projectId: null,
      kpiIds: [],
      steps: [],
    };
    await inTransaction(db, (tx) =>
      createAction({ tx, now: bot.core.now(), newId: bot.core.newId, personId: null }, id, draft, { number }),
    );
  }
};

/** Gives every KPI of the programme to nobody, but for these: name → owner and deputy. */
export const kpisOf = async (bot: TestBot, owners: Record<string, [owner: string, deputy?: string]>): Promise<void> => {
  const { db } = bot.database;
  await db.kpiOwner.deleteMany({});
  for (const [name, [owner, deputy]] of Object.entries(owners)) {
    const { kpiId } = await db.kpiDefinition.findFirstOrThrow({ where: { name, kpi: { locality: { name: 'Wakefield' } } } });
    const data = { kpiId, version: 1, ownerId: await idOf(bot, owner), deputyId: deputy ? await idOf(bot, deputy) : null };
    await db.kpiOwner.create({ data: { ...data, recordedAt: new Date(bot.core.now().epochMilliseconds) } });
  }
};

/** Who has what now: "WAK-7" or a KPI's name → [owner, deputy], by address before the @. */
export const handsIn = async (bot: TestBot): Promise<Record<string, [string | null, string | null]>> => {
  const rows = await bot.database.db.$queryRawUnsafe<{ name: string; owner: string | null; deputy: string | null }[]>(`
    select l.prefix || '-' || a.number as name, split_part(o.email, '@', 1) as owner, split_part(d.email, '@', 1) as deputy
    from action a join locality l on l.id = a.locality_id
      join lateral (select * from action_version v where v.action_id = a.id order by version desc limit 1) v on true
      left join person o on o.id = v.owner_id left join person d on d.id = v.deputy_id
    union all
    select x.name, split_part(o.email, '@', 1), split_part(d.email, '@', 1)
    from (select distinct kpi_id from kpi_owner) k
      join lateral (select * from kpi_owner v where v.kpi_id = k.kpi_id order by version desc limit 1) v on true
      join lateral (select name from kpi_definition y where y.kpi_id = k.kpi_id order by version desc limit 1) x on true
      left join person o on o.id = v.owner_id left join person d on d.id = v.deputy_id`);
  return Object.fromEntries(rows.map(({ name, owner, deputy }) => [name, [owner, deputy]]));
};
