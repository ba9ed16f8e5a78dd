import type { Routes } from './routes.ts';

export const apiRoutes = (_routes: Routes): void => {};
