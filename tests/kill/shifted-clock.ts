import { Temporal as Real } from 'temporal-polyfill';

const milliseconds = Number(process.env.CLOCK_SHIFT);
if (!Number.isInteger(milliseconds)) throw new Error('CLOCK_SHIFT is not set');

export const Temporal = { ...Real, Now: { ...Real.Now, instant: () => Real.Now.instant().add({ milliseconds }) } };
