import { openStage, type Request } from '../harness/stage.ts';
import type { Cause } from './causes.ts';

/** One program that a process of our own starts. */
async function started(request: Request): Promise<{ pid: number; ppid: number }> {
  await using stage = openStage();
  const { pid } = await stage.run(request);
  return { pid, ppid: stage.pid };
}

/** What a descendant starts that was there before, and what one starts that was not. */
const descendants: Cause = {
  get args() {
    return ['--pid', `${process.pid}`, '--follow'];
  },
  async happen() {
    const args = ['true', 'in a tree'];
    return { ...(await started({ file: '/bin/true', args })), type: 'exec', args };
  },
};

export const execsnoop: Readonly<Record<string, Cause>> = {
  tree: descendants,
  exec: {
    args: [],
    async happen() {
      const args = ['true', 'and more'];
      return { ...(await started({ file: '/bin/true', args })), type: 'exec', ret: 0, args };
    },
  },
  failed: {
    args: ['-x'],
    async happen() {
      const args = ['nothing', 'at all'];
      const file = '/nonexistent/nothing';
      return { ...(await started({ file, args })), type: 'exec', error: 'ENOENT', exe: file, args };
    },
  },
};
