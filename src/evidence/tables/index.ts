import { PLACES } from './places.ts';
import { READINGS } from './readings.ts';
import type { Table } from './table.ts';

/** Every table there is, in the order in which they are listed. */
export const TABLES: readonly Table[] = [...PLACES, ...READINGS];

export const findTable = (name: string): Table | undefined => TABLES.find((table) => table.name === name);
