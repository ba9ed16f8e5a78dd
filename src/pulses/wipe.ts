import type { Core } from '../app.ts';

/**
 * Writes the tables of open waves anew: what was deleted from them, or was there before a change, lies on the disk until then. `vacuum full`
 * would keep what anybody who looks at the database meanwhile might still see; a table that is emptied and filled again keeps nothing.
 * Takes as long as what is in them; answering waits for it.
 */
export const wipe = async ({ db }: Pick<Core, 'db'>): Promise<void> => {
  await db.$executeRaw`
    do $$ begin
      lock table pulse_seat in access exclusive mode;
      create temporary table kept_seats on commit drop as table pulse_seat;
      truncate pulse_seat;
      insert into pulse_seat table kept_seats;
    end $$`;
  await db.$executeRaw`
    do $$ begin
      lock table pulse_box in access exclusive mode;
      create temporary table kept_boxes on commit drop as table pulse_box;
      truncate pulse_box;
      insert into pulse_box table kept_boxes;
    end $$`;
};

/** Bytes of what boxes were before, from which on it is time to be rid of them: a few hundred answers. */
const TOO_MUCH = 64_000_000;

/**
 * Keeps the disk from filling: each answer writes a whole box anew, up to 240 kilobytes, and the embedded database never tidies by itself,
 * neither its tables nor its log.
 */
export const wipeWhenLarge = async ({ db, config }: Pick<Core, 'db' | 'config'>): Promise<void> => {
  const [size] = await db.$queryRaw<{ spare: number }[]>`
    select (pg_total_relation_size('pulse_box') - coalesce((select sum(octet_length(sealed)) from pulse_box), 0) * 2)::float8 as spare`;
  if ((size?.spare ?? 0) < TOO_MUCH) return;
  await wipe({ db });
  if (config.databaseUrl === undefined) await db.$executeRaw`checkpoint`;
};
