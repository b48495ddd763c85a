import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../root.ts';
import { BpfError } from './error.ts';

/**
 * The C functions in use, with result and parameter types as the FFI library knows them. `uint64` carries handles:
 * addresses of user space are exact as numbers. Those of libbpf and libc are found through the shim, which needs them.
 * A call without arguments leaves 250 bytes, until the event loop's next turn; one with arguments leaves some for good.
 * `close` is for descriptors that Node does not know: its own would warn of them in a worker thread.
 */
const functions = {
  kit_init: ['int', ['pointer', 'uint32', 'uint32', 'uint32', 'uint32']],
  kit_open: ['int64', ['pointer', 'uint64', 'string']],
  kit_set_rodata: ['int', ['uint64', 'uint32', 'pointer', 'uint32']],
  kit_load: ['int', ['uint64']],
  kit_attach: ['int64', ['uint64']],
  kit_attach_kprobe: ['int64', ['uint64', 'int', 'string']],
  kit_attach_raw_tracepoint: ['int64', ['uint64', 'string']],
  kit_attach_uprobe: ['int64', ['uint64', 'int', 'int', 'string', 'string', 'uint64']],
  kit_attach_perf: ['int64', ['uint64', 'uint32', 'uint64', 'uint64', 'int', 'int', 'int']],
  kit_attach_cgroup: ['int64', ['uint64', 'int']],
  kit_attach_iter: ['int64', ['uint64', 'int', 'uint32']],
  kit_attach_xdp: ['int', ['int', 'int', 'uint32']],
  kit_attach_tcx: ['int', ['int', 'int', 'int']],
  kit_next_link: ['int', ['uint32']],
  kit_link_state: ['int', []],
  kit_link_update: ['int', ['int', 'int', 'int']],
  kit_program_facts: ['int', ['int', 'pointer']],
  kit_map_name: ['int', ['int', 'pointer']],
  kit_bind_map: ['int', ['int', 'int']],
  kit_interface: ['int', ['string', 'pointer']],
  kit_xdp_query: ['int', ['int', 'pointer']],
  kit_xdp_try: ['int', ['int', 'int', 'uint32']],
  kit_private_mount: ['int', ['string']],
  kit_return_blocks: ['int', ['uint32']],
  kit_widen_pipe: ['int', ['int', 'uint32']],
  kit_reader_open: ['int64', ['pointer', 'uint32', 'int', 'uint32', 'int']],
  kit_reader_close: ['void', ['uint64']],
  kit_drain: ['void', []],
  kit_arm: ['int', []],
  kit_map_batch: ['int', []],
  kit_map_batch_folded: ['int', []],
  kit_map_lookup_many: ['int', []],
  kit_map_delete_many: ['int', []],
  kit_map_next: ['int', []],
  kit_map_lookup: ['int', []],
  kit_map_update: ['int', []],
  kit_map_delete: ['int', []],
  kit_map_fill: ['int', ['int', 'pointer', 'uint64']],
  kit_program_info: ['int', []],
  kit_run: ['int', []],
  kit_clocks: ['void', []],
  bpf_object__close: ['void', ['uint64']],
  bpf_object__find_program_by_name: ['uint64', ['uint64', 'string']],
  bpf_object__find_map_by_name: ['uint64', ['uint64', 'string']],
  bpf_program__set_autoload: ['int', ['uint64', 'bool']],
  bpf_program__autoload: ['bool', ['uint64']],
  bpf_program__fd: ['int', ['uint64']],
  bpf_program__insn_cnt: ['uint64', ['uint64']],
  bpf_map__set_max_entries: ['int', ['uint64', 'uint32']],
  bpf_map__fd: ['int', ['uint64']],
  bpf_map__set_pin_path: ['int', ['uint64', 'uint64']],
  bpf_map__reuse_fd: ['int', ['uint64', 'int']],
  bpf_link__fd: ['int', ['uint64']],
  bpf_link__destroy: ['int', ['uint64']],
  bpf_iter_create: ['int', ['int']],
  bpf_link_get_fd_by_id: ['int', ['uint32']],
  bpf_prog_get_fd_by_id: ['int', ['uint32']],
  bpf_map_get_fd_by_id: ['int', ['uint32']],
  bpf_obj_pin: ['int', ['int', 'string']],
  bpf_obj_get: ['int', ['string']],
  close: ['int', ['int']],
} as const;

type Functions = typeof functions;
type Values = { string: string; pointer: Uint8Array; bool: boolean; void: undefined };
type ValueOf<T> = T extends keyof Values ? Values[T] : number;
type Parameters<A extends readonly string[]> = { -readonly [I in keyof A]: ValueOf<A[I]> };

/** The functions of libbpf and of the shim. */
export type Native = {
  readonly [N in keyof Functions]: (...a: Parameters<Functions[N][1]>) => ValueOf<Functions[N][0]>;
};

/** What is used of @2060.io/ffi-napi. */
interface Ffi {
  DynamicLibrary(path: string, mode: number): { get(symbol: string): Buffer };
  ForeignFunction(address: Buffer, result: string, parameters: readonly string[]): (...a: never[]) => never;
  RTLD_NOW: number;
}

const shim = fileURLToPath(packageFile('dist/native/libebpf-kit.so'));
let loaded: Native | undefined;

/** Loads libbpf at the first call. @throws BpfError with the code 'LIBRARY' when it cannot be loaded */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  const ffi = attempt('the FFI library', () => createRequire(import.meta.url)('@2060.io/ffi-napi') as Ffi);
  if (!existsSync(shim)) throw unloadable(`${shim} is missing, run npm run build`);
  const library = attempt('libbpf', () => ffi.DynamicLibrary(shim, ffi.RTLD_NOW));
  return lazily((name) => {
    const [result, parameters] = functions[name];
    return ffi.ForeignFunction(library.get(name), result, parameters);
  });
}

/** Each function is looked up at its first use: that costs 0.1 ms. */
function lazily(find: (name: keyof Functions) => (...a: never[]) => never): Native {
  const native = {} as Native;
  for (const name of Object.keys(functions) as (keyof Functions)[]) {
    Object.defineProperty(native, name, {
      configurable: true,
      get() {
        const value = find(name);
        Object.defineProperty(native, name, { value });
        return value;
      },
    });
  }
  return native;
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    // the FFI library opens what the linker could not find, to see whether it is a linker script
    if (code === 'ENOENT' && path) throw unloadable(`${path} is not installed`);
    throw unloadable(`${what} cannot be loaded: ${message.split('\n')[0].replace(/^Dynamic Linking Error: /, '')}`);
  }
}

function unloadable(cause: string): BpfError {
  return new BpfError('load libbpf', 0, 'LIBRARY', cause);
}
