import { type EventLayout, recordView } from '../../../src/btf/layout.ts';

/** Random numbers from 0 to 1, the same ones for a seed (Marsaglia's xorshift). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What traced programs may put into their strings: plain words, what has to be escaped, what is no text at all. */
const WORDS = ['/usr/lib', 'a', '\0', '.', '"', '\\', '\n\t\x1b[A', ',', ' ', '日本', 'é', '\u202e', '\x7f', '😀'];
const WORD_BYTES = [...WORDS.map((word) => Buffer.from(word)), Buffer.of(0xff), Buffer.of(0xc3, 0x28)];
/** Random bytes would hardly ever name a container. */
const CGROUPS = ['/', '/user.slice', `/docker-${'0a'.repeat(32)}.scope`, `/kubepods/${'b1'.repeat(32)}`];
/** Of the longest tail. */
const TAIL = 96;

/**
 * Events decoded from random records. Each is made from the one before, as those of a storm are: most of them differ
 * from it in some bytes only, or not at all.
 */
export function randomEvents<E extends object>(layout: EventLayout<E>, count: number, random: () => number): E[] {
  const bytes = new Uint8Array((layout.size + TAIL + 7) & ~7);
  const view = recordView(bytes.buffer);
  const below = (limit: number) => Math.floor(random() * limit);
  let length = layout.size;
  let time = 1e9;
  const mutations = [
    () => {},
    () => {
      bytes[below(layout.size)] = below(4);
    },
    () => {
      bytes[below(layout.size)] = below(256);
    },
    () => {
      const word = WORD_BYTES[below(WORD_BYTES.length)];
      const at = layout.size + below(TAIL);
      bytes.set(word.subarray(0, bytes.length - at), at);
    },
    () => {
      length = layout.size + below(TAIL);
    },
    () => {
      bytes.fill(0, 0, layout.size);
    },
  ];
  return Array.from({ length: count }, () => {
    for (let changes = below(4); changes > 0; changes--) mutations[below(mutations.length)]();
    if (random() < 0.7) time += below(random() < 0.1 ? 2e9 : 3000);
    const event = layout.decode(view, 0, length);
    const times = Object.entries<{ meaning: string }>(layout.fields).filter(([, { meaning }]) => meaning === 'time_ns');
    const cgroup = 'cgroup' in event && { cgroup: CGROUPS[below(CGROUPS.length)] };
    return { ...event, ...cgroup, ...Object.fromEntries(times.map(([name]) => [name, time])) };
  });
}
