import type { Routes } from './routes.ts';

export const accountPages = (_routes: Routes): void => {};
