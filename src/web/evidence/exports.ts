import type { Routes } from './routes.ts';

export const exportPages = (_routes: Routes): void => {};
