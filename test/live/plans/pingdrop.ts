import type { Cause } from './causes.ts';

export const pingdrop: Readonly<Record<string, Cause>> = {};
