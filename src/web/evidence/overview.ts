import type { Routes } from './routes.ts';

export const overviewPages = (_routes: Routes): void => {};
