import { closeSync, openSync } from 'node:fs';
import type { Cause } from './causes.ts';

export const opensnoop: Readonly<Record<string, Cause>> = {
  open: {
    args: ['-p', `${process.pid}`],
    async happen() {
      const path = '/dev/null';
      const fd = openSync(path, 'r+');
      closeSync(fd);
      return { type: 'open', pid: process.pid, fd, err: 0, path };
    },
  },
};
