/** An error that ends the command with one clear line: "what failed: cause", then the remedy. */
export class KitError extends Error {
  override readonly name: string = 'KitError';
  /**
   * @param message what failed and its cause, lower case, one line
   * @param exitCode the process's exit status (see ExitCode)
   * @param remedy what the user can do about it, a line or two
   * @param options the error behind it, as `cause`
   */
  constructor(
    message: string,
    readonly exitCode: number,
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The same with another exit status. */
  withStatus(exitCode: number): KitError {
    return new KitError(this.message, exitCode, this.remedy, { cause: this });
  }
}

/** The command line, or an option of the library, is wrong. */
export class UsageError extends KitError {
  override readonly name = 'UsageError';
  constructor(message: string, remedy?: string) {
    super(message, ExitCode.usage, remedy);
  }
}

/** Exit statuses: part of the command's interface, documented in the README. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** EX_UNAVAILABLE of sysexits.h: this kernel cannot do it. */
  unavailable: 69,
  /** EX_NOPERM of sysexits.h. */
  noPermission: 77,
  /** A shell's: the command behind `--` cannot be executed. */
  notExecutable: 126,
  /** A shell's: there is no such command. */
  notFound: 127,
  /** What --fail-if, --expect or --expect-count have asked for was not so. */
  assertion: 90,
  /** Events were lost or cut, and --require-complete was given. */
  incomplete: 91,
  /** As timeout(1) has it: what --wait-for waits for did not happen. */
  timeout: 124,
} as const;
