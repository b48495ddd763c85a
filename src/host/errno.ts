/** 'ENOENT' for 2 (or -2); 'errno 4095' for an unknown one. */
export declare function errnoName(errno: number): string;
/** 'no such file or directory'. */
export declare function errnoText(errno: number): string;
