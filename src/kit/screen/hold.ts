import { inForeground } from './foreground.ts';

/** What is done to a terminal while it is ours. Neither may throw. */
export interface Claim {
  /** May come again without a release between: somebody else has had the terminal meanwhile. */
  take(): void;
  /** Must not wait: the process may be about to end. */
  release(): void;
}

/** Signals that end a process unless it says otherwise. SIGKILL cannot be seen: after it, `reset` helps. */
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** How soon a process notices that it was brought to the foreground while it ran: no signal tells it. ms */
const LOOK = 300;
/** kill(2): all of this process's group. */
const ALL = 0;

export interface Hold extends Disposable {
  /**
   * Does what the terminal does for Ctrl-C, Ctrl-\ and Ctrl-Z where it is not in raw mode: sends a signal to all of
   * the foreground. Gives the terminal back before, because a shell that ends or stops first takes it.
   */
  signal(signal: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP'): void;
}

/**
 * Holds the terminal for as long as this process is in its foreground, and gives it back whatever ends or stops the
 * process: normal end, process.exit, an uncaught error, a signal, Ctrl-Z. Started in the background, it waits.
 */
export function holdTerminal(claim: Claim): Hold {
  let held = false;
  const take = () => {
    if (!inForeground()) return;
    held = true;
    process.off('SIGTSTP', onStop).on('SIGTSTP', onStop);
    claim.take();
  };
  const release = () => {
    if (held) claim.release();
    held = false;
  };

  const stop = (whom: number) => {
    release();
    process.off('SIGTSTP', onStop);
    process.kill(whom, 'SIGTSTP');
  };
  const onStop = () => stop(process.pid);
  // also after SIGSTOP, which cannot be seen: the shell has set the terminal as it wants it
  const onContinue = () => {
    held = false;
    take();
  };
  const onEnd = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return; // somebody else sees to an orderly end
    close();
    process.kill(process.pid, signal);
  };
  // an orphaned process group is not stopped (POSIX, 2.4.3), and `fg` sends nothing to a job that runs
  const looking = setInterval(() => {
    if (!held) take();
  }, LOOK);
  looking.unref();

  const close = () => {
    release();
    clearInterval(looking);
    process.off('exit', release).off('SIGCONT', onContinue).off('SIGTSTP', onStop);
    for (const signal of ENDS) process.off(signal, onEnd);
  };
  process.on('exit', release).on('SIGCONT', onContinue);
  for (const signal of ENDS) process.on(signal, onEnd);
  take();
  return {
    signal(signal) {
      if (signal === 'SIGTSTP') return stop(ALL);
      close();
      process.kill(ALL, signal);
    },
    [Symbol.dispose]: close,
  };
}
