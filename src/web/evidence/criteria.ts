import type { Routes } from './routes.ts';

export const criteriaPages = (_routes: Routes): void => {};
