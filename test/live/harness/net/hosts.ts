import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { onTestFinished } from 'vitest';

let made = 0;

/** A network namespace, with the end of a cable in it. */
export interface Host {
  /** Its name, for `ip netns`. */
  readonly netns: string;
  /** What the kernel calls the namespace: `net:[INODE]`. */
  readonly inode: number;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
  /** Words before a command that make it run there. */
  readonly inside: readonly string[];
  /** Runs a program there. @returns what it says */
  run(program: string, ...args: readonly string[]): string;
  /** The same for `ip`. */
  ip(...args: readonly string[]): string;
  /** Sets a variable of the namespace: 'net.ipv4.tcp_abort_on_overflow'. */
  sysctl(name: string, value: string | number): void;
}

/** Name of the interface in each of the two. */
export const CABLE = 'cable';

/**
 * Two network namespaces, joined by a cable, with addresses of both families. Nothing speaks there by itself: no
 * address is tried out, no router asked for, and the neighbours are fixed.
 */
export interface Net extends Disposable {
  readonly near: Host;
  readonly far: Host;
  /** Ends the namespaces, once nobody is in them any more. */
  close(): void;
}

export function openNet(): Net {
  const number = made++;
  const names = [1, 2].map((host) => `ebpf-kit-test-${process.pid}-${number}-${host}`);
  const cable = `link add ${CABLE} netns ${names[0]} type veth peer name ${CABLE} netns ${names[1]}`;
  batch([], [...names.map((name) => `netns add ${name}`), cable]);
  const [near, far] = names.map((name, i) => hostIn(name, number, i + 1));
  plug(near, far);
  plug(far, near);
  const close = () =>
    batch(
      [],
      names.map((name) => `netns delete ${name}`),
    );
  return { near, far, close, [Symbol.dispose]: close };
}

/** The same, for one test: they end with it. */
export function testNet(): Net {
  const net = openNet();
  onTestFinished(() => net.close());
  return net;
}

/** Many commands of `ip` by one process: to start one takes longer than what it does. */
function batch(args: readonly string[], commands: readonly string[]): void {
  execFileSync('ip', [...args, '-batch', '-'], { input: commands.map((line) => `${line}\n`).join('') });
}

function hostIn(netns: string, net: number, host: number): Host {
  const inside = ['ip', 'netns', 'exec', netns];
  const run = (...words: readonly string[]) => {
    const [program, ...args] = [...inside, ...words];
    return execFileSync(program, args, { encoding: 'utf8' });
  };
  return {
    netns,
    inode: statSync(`/run/netns/${netns}`).ino,
    ipv4: `10.77.${net % 256}.${host}`,
    ipv6: `fd77::${(net % 0xffff) + 1}:${host}`,
    mac: `02:77:00:00:00:0${host}`,
    inside,
    ip: (...args) => execFileSync('ip', ['-n', netns, ...args], { encoding: 'utf8' }),
    run,
    sysctl: (name, value) => void run('sysctl', '-qw', `${name}=${value}`),
  };
}

function plug(own: Host, other: Host): void {
  const quiet = ['accept_ra', 'router_solicitations'].map((name) => `net.ipv6.conf.${CABLE}.${name}=0`);
  own.run('sysctl', '-qw', ...quiet);
  batch(
    ['-n', own.netns],
    [
      'link set lo up',
      `link set ${CABLE} addrgenmode none`,
      `link set ${CABLE} address ${own.mac} up`,
      `address add ${own.ipv4}/24 dev ${CABLE}`,
      `address add ${own.ipv6}/64 dev ${CABLE} nodad`,
      ...neighbours(other, other.mac),
    ],
  );
}

/** Where `own` sends what is for the other's addresses. */
export function meet(own: Host, other: Host, mac: string): void {
  batch(['-n', own.netns], neighbours(other, mac));
}

const neighbours = ({ ipv4, ipv6 }: Host, mac: string) =>
  [ipv4, ipv6].map((address) => `neighbour replace ${address} lladdr ${mac} dev ${CABLE} nud permanent`);
