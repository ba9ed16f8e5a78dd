import type { Routes } from './routes.ts';

export const registerPages = (_routes: Routes): void => {};
