import { add, type Comparison, measure } from '../figures.ts';
import type { Loading } from '../flood/loading.ts';
import type { Figures } from '../flood/tell.ts';
import type { Part } from '../part.ts';
import { runScript } from '../script.ts';

interface Results {
  readonly sent: number;
  /** By `dropper/networks`. */
  readonly flood: Readonly<Record<string, readonly Figures[]>>;
  readonly loading: readonly Loading[];
}

/** Network namespaces and pins that nobody else sees, and that end with the command. */
const alone = `
  mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && mount -t bpf bpf /sys/fs/bpf &&
  exec "$0" "$@"`;

const isPeer = (name: string) => /^(xdp-filter|nft|ipset|iptables)/.test(name);

const part: Part = async (run) => {
  const results = await runScript<Results>('flood.ts', run, { before: ['unshare', '-m', 'sh', '-c', alone] });
  const lists = [...new Set(Object.keys(results.flood).map((key) => Number(key.split('/').at(-1))))];
  return [...lists.map((count) => flood(results, count)), loading(results.loading)];
};
export default part;

function flood({ sent, flood }: Results, count: number): Comparison {
  const rate = measure('rate', 'million packets/s', { digits: 2, better: 'more' });
  const softirq = measure('softirq', 'softirqs, ns per packet', { better: 'less' });
  const good = measure('good', "others' packets that arrive, %");
  const names = Object.keys(flood).flatMap((key) => (key.endsWith(`/${count}`) ? [key.replace(/\/\d+$/, '')] : []));
  for (const name of names) {
    for (const figures of flood[`${name}/${count}`]) {
      add(rate, name, 1000 / figures.cpu);
      add(softirq, name, figures.softirq);
      add(good, name, 100 * figures.legitimate);
    }
  }
  const from = count === 1 ? 'one address' : `${count} networks`;
  return {
    part: 'flood',
    title: `A flood from ${from}`,
    traced: `${sent} of the shortest packets each, sent by one CPU that also takes care of them; one in 4096 is from somebody else.`,
    rows: names,
    peers: names.filter(isPeer),
    measures: [rate, softirq, good],
    charts: ['rate'],
  };
}

function loading(ways: readonly Loading[]): Comparison {
  const wall = measure('wall', 'until they are in force, s', { digits: 2, better: 'less' });
  const cpu = measure('cpu', 'CPU, s', { digits: 2, better: 'less' });
  for (const way of ways) {
    add(wall, way.name, way.wall);
    add(cpu, way.name, way.cpu);
  }
  return {
    part: 'flood',
    title: 'Loading a list of networks',
    traced: `${ways[0].count} networks, from a file; the least of the rounds.`,
    rows: ways.map(({ name }) => name),
    peers: ways.map(({ name }) => name).filter(isPeer),
    measures: [wall, cpu],
    charts: ['wall'],
  };
}
