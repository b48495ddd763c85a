/** Lines that say only that it failed, not why; and a guess at the memory-lock limit, which is mostly wrong. */
const NOISE =
  /^(prog '[^']+': (BPF program load failed|failed to load|failed to prepare)|failed to load object|permission error)/;
const INSTRUCTION = /^\d+: (\([0-9a-f]{2}\)|<)/;
const STATE = /^(\d+: )?(R\d+[_=]|from \d+ to \d+|; |frame\d+:|mark_precise|last_idx|regs=|caller:|callee:)/;
/** Statistics, which end every log of the verifier. */
const STATISTICS = /^(processed \d+ insns|verification time|stack depth)/;

/**
 * The lines of libbpf's log that say why it failed. Of a verifier's log: the line of C, the instruction, and what the
 * verifier said about it; so the last one is the reason.
 */
export function summariseVerifier(log: string): string[] {
  const summary: string[] = [];
  let verifier: string[] | undefined;
  for (const line of log.split('\n').map((text) => text.replace(/^libbpf: /, '').trim())) {
    if (/-- BEGIN PROG LOAD LOG --$/.test(line)) verifier = [];
    else if (line === '-- END PROG LOAD LOG --') {
      summary.push(...verdict(verifier ?? []));
      verifier = undefined;
    } else if (verifier) verifier.push(line);
    else if (line && !NOISE.test(line)) summary.push(line);
  }
  return [...new Set(summary)];
}

/** The last thing that the verifier said, with the instruction that it said it about. */
function verdict(log: readonly string[]): string[] {
  const lines = log.slice(0, log.findIndex((line) => STATISTICS.test(line)) >>> 0);
  const last = lines.findLastIndex((line) => INSTRUCTION.test(line));
  const messages = lines.slice(last + 1).filter((line) => line && !STATE.test(line));
  if (last < 0) return messages.slice(-3);
  const source = lines.slice(0, last).findLast((line) => line.startsWith('; '));
  // behind the semicolon stand the registers
  const instruction = lines[last].replace(/\s+; .*/, '');
  return [...(source ? [source.slice(2)] : []), instruction, ...messages.slice(0, 4)];
}
