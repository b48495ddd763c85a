/**
 * Words before a command that make it a user's without any right but one: to look into the folder that the tests lie
 * in, which may be somebody's home.
 */
export const asNobody: readonly string[] = [
  'setpriv',
  ...['--reuid=65534', '--regid=65534', '--clear-groups'],
  ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
];

/** Root, but for what tracing needs. */
export const powerless: readonly string[] = ['setpriv', '--bounding-set=-sys_admin,-bpf,-perfmon'];

/** As on a kernel that does not tell its types. */
export const withoutBtf: readonly string[] = [
  ...['unshare', '-m', '/bin/sh', '-c'],
  'mount -t tmpfs none /sys/kernel/btf && exec "$@"',
  'sh',
];
