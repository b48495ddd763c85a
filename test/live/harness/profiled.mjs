// The command under a profiler, which interrupts it with a signal every 100 µs.
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 100 });
session.post('Profiler.start');
await import('../../../bin/ebpf-kit.js');
