import { v5 } from 'uuid';

/** Any UUID, the same for ever: the ids of the demonstration are made from it. */
const NAMESPACE = '6f0b7c52-5a0f-4c39-9d0e-5b6f0a3b8c11';

/**
 * The id of a row of the demonstration, the same in every database: `demoId('person', 'wakefield.lead@example.org')`,
 * `demoId('locality', 'wakefield')`, `demoId('kpi', 'wakefield', 'Attendance')`.
 */
export const demoId = (kind: string, ...key: string[]): string => v5([kind, ...key].join('\n'), NAMESPACE);
