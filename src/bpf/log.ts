/** What libbpf said since this was last asked, for -v. */
export declare function takeLog(): string;

/** The lines of libbpf's and the verifier's log that say why, in order; at most a handful. */
export declare function summariseVerifier(log: string): string[];
