import { constants } from 'node:os';

/** Sends a line of peer/peer.h's, and waits for the answer. */
export type Ask = (line: string) => Promise<string>;

export type Words = Readonly<Record<string, string | number | boolean | undefined>>;

/** Settings of a socket, under the names that tcp(7) and socket(7) have for them. */
export interface SocketOptions {
  /** TCP_USER_TIMEOUT, ms. */
  readonly user_timeout?: number;
  /** TCP_SYNCNT: SYNs sent again before a connect has timed out; the first one after 1 s. */
  readonly syncnt?: number;
  readonly nodelay?: boolean;
  readonly linger2?: number;
  readonly keepalive?: boolean;
  /** s */
  readonly keepidle?: number;
  /** s */
  readonly keepintvl?: number;
  readonly keepcnt?: number;
  readonly sndbuf?: number;
  readonly rcvbuf?: number;
  readonly reuseport?: boolean;
  readonly v6only?: boolean;
}

/** Where to listen; any address and port of IPv4 if it is left out. */
export interface ListenOptions extends SocketOptions {
  readonly addr?: string;
  readonly port?: number;
  /** So many connections, and one more, wait to be accepted. */
  readonly backlog?: number;
  /** An accept fails where there is nothing to accept. */
  readonly nonblock?: boolean;
}

export interface ConnectOptions extends SocketOptions {
  readonly addr: string;
  readonly port: number;
  readonly from?: string;
  /** Named, the port is also known of a connect that fails. */
  readonly from_port?: number;
  /** Descriptor of a socket that there is already. */
  readonly socket?: number;
  /** Does not wait: see connected(). */
  readonly nonblock?: boolean;
}

/** A socket of a peer's, with its own address. */
export interface Socket {
  /** Its descriptor. */
  readonly fd: number;
  readonly addr: string;
  readonly port: number;
}

/** Where a socket of a peer's is, for another one to connect to. */
export const placeOf = ({ addr, port }: Socket) => ({ addr, port });

/** A connect that has been tried; one that failed has a socket too, which is to be closed. */
export interface Connected extends Socket {
  /** Such as ECONNREFUSED; null: it is established. */
  readonly error: string | null;
}

export interface Accepted extends Socket {
  readonly remote: { readonly addr: string; readonly port: number };
}

/** TCP_INFO, under its names; and the socket's cookie and inode. */
export interface Info extends Readonly<Record<string, number>> {
  /** TCP_ESTABLISHED and so on, by number. */
  readonly state: number;
  readonly unacked: number;
  readonly total_retrans: number;
  readonly cookie: number;
  readonly ino: number;
}

/** What a peer can do; each method waits until it is done. A failure that is no result is an error, named by errno. */
export type Calls = ReturnType<typeof calls>;

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
const errorName = (errno: string) => names.get(Number(errno)) ?? `errno ${errno}`;

export function calls(ask: Ask) {
  const call = async (verb: string, words: Words = {}): Promise<string[]> => {
    const given = Object.entries(words).filter(([, value]) => value !== undefined);
    const pairs = given.map(([key, value]) => `${key}=${typeof value === 'boolean' ? Number(value) : value}`);
    const line = [verb, ...pairs].join(' ');
    const [status, ...answer] = (await ask(line)).split(' ');
    if (status !== 'ok') throw new Error(`${line}: ${errorName(answer[0])}`);
    return answer;
  };
  const socket = ([fd, error, addr, port]: string[]): Connected => ({
    fd: Number(fd),
    error: error === '0' ? null : errorName(error),
    addr,
    port: Number(port),
  });
  const of = (verb: string) => async (on: Pick<Socket, 'fd'>) => void (await call(verb, { fd: on.fd }));
  return {
    /** Any call of peer/peer.h. */
    call,
    listen: async (options: ListenOptions = {}): Promise<Socket> => socket(await call('listen', { ...options })),
    connect: async (options: ConnectOptions): Promise<Connected> => socket(await call('connect', { ...options })),
    /** Waits for the end of a connect that does not. */
    connected: async ({ fd }: Socket): Promise<Connected> => socket(await call('connected', { fd })),
    accept: async ({ fd }: Socket, options: SocketOptions = {}): Promise<Accepted> => {
      const answer = await call('accept', { fd, ...options });
      return { ...socket(answer), remote: { addr: answer[4], port: Number(answer[5]) } };
    },
    /** Another process's socket becomes one of this peer's too. */
    take: async (pid: number, { fd }: Socket): Promise<Socket> => socket(await call('take', { pid, fd })),
    /** Where others may leave sockets for this peer. @param place a name of its own */
    await: async (place: string): Promise<Pick<Socket, 'fd'>> => socket(await call('await', { place })),
    /** Gives a socket to who waits there, as SCM_RIGHTS. */
    pass: async ({ fd }: Socket, place: string) => void (await call('pass', { fd, place })),
    /** The next socket that comes. */
    receive: async ({ fd }: Pick<Socket, 'fd'>): Promise<Socket> => socket(await call('receive', { fd })),
    set: async ({ fd }: Socket, options: SocketOptions) => void (await call('set', { fd, ...options })),
    /** Sends so many bytes; several times, without a pause. */
    send: async ({ fd }: Socket, bytes: number, times = 1) => void (await call('send', { fd, bytes, times })),
    /** Reads so many bytes, or all up to the end. @returns how many, and what ended it: such as ECONNRESET */
    recv: async ({ fd }: Socket, bytes?: number) => {
      const [got, error] = await call('recv', { fd, bytes });
      return { bytes: Number(got), error: error === '0' ? null : errorName(error) };
    },
    /** Waits until there is something to read, or the end, and leaves it there. */
    readable: of('readable'),
    shutdown: async ({ fd }: Socket, how: 'rd' | 'wr') => void (await call('shutdown', { fd, how })),
    /** What has not been read makes the kernel send RST. */
    closeSocket: of('close'),
    /** Closes with RST. */
    reset: of('reset'),
    info: async ({ fd }: Socket): Promise<Info> => {
      const pairs = (await call('info', { fd })).map((pair) => pair.split('='));
      return Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)])) as Info;
    },
    /** Sequence number of the next byte that is sent, as root knows it. */
    sequence: async ({ fd }: Socket) => Number((await call('sequence', { fd }))[0]),
    /** A socket for datagrams, at this address; `connect` takes it as its `socket`. */
    bind: async (at: { readonly addr: string; readonly port?: number }): Promise<Socket> =>
      socket(await call('bind', { ...at })),
    /** Sends so many datagrams of so many bytes. */
    sendTo: async ({ fd }: Socket, to: { readonly addr: string; readonly port: number }, bytes: number, times = 1) =>
      void (await call('sendto', { fd, ...to, bytes, times })),
    /** Sends a datagram, and waits for the answer. @param how it is read; the first two of a socket that is connected */
    exchange: async (
      to: { readonly addr: string; readonly port: number },
      data: Buffer,
      how?: 'read' | 'recv' | 'recvfrom' | 'recvmsg',
    ) => void (await call('exchange', { ...to, data: data.toString('hex'), how })),
    /** So many connections, each closed at once, as fast as it goes; accepted from the peer's own listener if it is given. */
    storm: async (to: { addr: string; port: number; accept_from?: number; times: number }) =>
      void (await call('storm', { ...to })),
    /** The other side of a storm of another peer's. */
    drain: async ({ fd }: Socket, times: number) => void (await call('drain', { fd, times })),
  };
}
