import type { Routes } from './routes.ts';

export const placePages = (_routes: Routes): void => {};
