const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signals {
  /** Whether one has come. */
  readonly received: boolean;
  /** Gives the signals back their usual effect. */
  close(): void;
}

/** The first signal asks for an orderly end; a second one ends the process as it is, and the kernel detaches. */
export function endOnSignals(end: AbortController): Signals {
  let received = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (received) close();
    if (received) process.kill(process.pid, signal);
    received = true;
    end.abort();
  };
  const close = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    get received() {
      return received;
    },
    close,
  };
}
