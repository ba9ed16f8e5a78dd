import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../support/engines.ts';
import { printed } from './figures.ts';
import { runStretch } from './year.ts';

/** `npm run year`: the whole school year 2026/27, on a PostgreSQL of its own. Prints what happened; fails if anything is not as promised. */

const folder = await mkdtemp(join(tmpdir(), 'common-cause-year-database-'));
await chmod(folder, 0o755); // as root, the server runs as another user and must get in
const database = await startServer(folder);
try {
  const outcome = await runStretch({
    databaseUrl: database.url,
    from: process.argv[2] ?? '2026-09-01',
    to: process.argv[3] ?? '2027-08-31',
    seed: 2026,
    hello: true,
    processes: 2,
    rates: { refused: 0.02, lost: 0.01 },
    outage: { from: ['2026-11-17', '08:30'], to: ['2026-11-20', '07:00'] },
    kills: ['2026-09-15', '2026-10-06', '2026-12-08', '2027-01-12', '2027-02-02', '2027-03-16', '2027-05-11', '2027-06-22'],
    say: (day) => process.stderr.write(`${day} `),
  });
  console.log(printed(outcome));
  process.exitCode = outcome.broken.length > 0 ? 1 : 0;
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}
