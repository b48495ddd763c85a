import { openMourner } from '../harness/mourner.ts';
import type { Cause } from './causes.ts';

export const exitsnoop: Readonly<Record<string, Cause>> = {
  exit: {
    args: [],
    async happen() {
      await using mourner = openMourner();
      const { pid, maxrss } = await mourner.child({ how: 'signal', signal: 10 });
      const how = { exit_code: null, signal: 'USR1', core_dumped: false, status: 'signal 10 (USR1)' };
      return { type: 'exit', pid, tid: pid, ppid: mourner.pid, max_rss: maxrss, ...how };
    },
  },
};
