import { writeFileSync } from 'node:fs';
import { command } from '../contenders.ts';

/** Runs a program where the flood comes in. @returns what it says */
export type Inside = (words: readonly string[], input?: string) => string;

/** Something that drops what comes from a list of networks. */
export interface Dropper {
  readonly name: string;
  /** Whether it can have such a list. */
  takes?(list: readonly string[]): boolean;
  begin(list: readonly string[]): void;
  /** Packets that it has dropped so far. */
  dropped(): number;
  end(): void;
}

/** @param file where a list may be written @param dev the interface */
export function droppersOf(inside: Inside, file: string, dev: string): readonly Dropper[] {
  return [
    { name: 'nothing', begin: () => undefined, dropped: () => 0, end: () => undefined },
    xdpDrop('native'),
    xdpDrop('generic'),
    xdpFilter('native'),
    xdpFilter('skb'),
    nft('netdev', `hook ingress device "${dev}"`),
    nft('inet', 'hook input'),
    iptables(),
  ];

  function xdpDrop(mode: 'native' | 'generic'): Dropper {
    const tool = (...words: string[]) => inside([...command, 'xdp-drop', ...words]);
    return {
      name: `xdp-drop, ${mode}`,
      begin(list) {
        writeFileSync(file, list.join('\n'));
        tool('--rules', file, '--xdp-mode', mode, '--pin', '--background', dev);
      },
      dropped: () => sum(tool('stats', '--json', dev), /"packets":(\d+)/g),
      end: () => void tool('stop', dev),
    };
  }

  function xdpFilter(mode: 'native' | 'skb'): Dropper {
    return {
      name: `xdp-filter, ${mode === 'skb' ? 'generic' : mode}`,
      // it has no networks
      takes: (list) => list.length === 1,
      begin([address]) {
        inside(['xdp-filter', 'load', '-m', mode, '-p', 'allow', '-f', 'ipv4', dev]);
        inside(['xdp-filter', 'ip', '-m', 'src', address]);
      },
      dropped: () => sum(inside(['xdp-filter', 'status']), /XDP_DROP +(\d+)/g),
      end: () => void inside(['xdp-filter', 'unload', dev]),
    };
  }

  function nft(family: 'netdev' | 'inet', hook: string): Dropper {
    return {
      name: `nftables, ${family === 'netdev' ? 'ingress' : 'input'}`,
      begin(list) {
        const lines = [
          `table ${family} flood {`,
          `set listed { type ipv4_addr; flags interval; elements = { ${list.join()} } }`,
          `chain dropping { type filter ${hook} priority 0; ip saddr @listed counter drop`,
          '}',
          '}',
        ];
        inside(['nft', '-f', '-'], lines.join('\n'));
      },
      dropped: () => sum(inside(['nft', 'list', 'chain', family, 'flood', 'dropping']), /packets (\d+)/g),
      end: () => void inside(['nft', 'delete', 'table', family, 'flood']),
    };
  }

  function iptables(): Dropper {
    return {
      name: 'iptables with ipset, input',
      begin(list) {
        const lines = ['create listed hash:net maxelem 1000000', ...list.map((net) => `add listed ${net}`)];
        inside(['ipset', 'restore'], lines.join('\n'));
        inside(['iptables', '-A', 'INPUT', '-m', 'set', '--match-set', 'listed', 'src', '-j', 'DROP']);
      },
      dropped: () => sum(inside(['iptables', '-nvxL', 'INPUT']), /^ +(\d+) .* DROP /gm),
      end() {
        inside(['iptables', '-F', 'INPUT']);
        // it is in use until the rule is really gone
        inside(['ipset', 'destroy', 'listed']);
      },
    };
  }
}

const sum = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
