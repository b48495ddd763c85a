/** A step of loading or attaching failed, in the kernel or in libbpf. */
export class BpfError extends Error {
  override readonly name = 'BpfError';
  /**
   * @param what failed, lower case: 'load execsnoop'
   * @param errno of the failure, positive; 0 when it was no system call that failed
   * @param code the errno's name ('EPERM'), or 'LAYOUT': the object file is not the one the code was generated from
   * @param cause the failure in plain words, one line
   * @param log what libbpf said during this one step, with the verifier's log when there is one
   * @param program the program the kernel refused, when libbpf named one
   */
  constructor(
    readonly what: string,
    readonly errno: number,
    readonly code: string,
    cause: string,
    readonly log = '',
    readonly program?: string,
  ) {
    super(`${what}: ${cause}`);
  }
}
