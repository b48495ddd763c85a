import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One connection that this process made to itself. */
export interface Loopback {
  readonly client: number;
  readonly server: number;
}

/** Connects this process to itself, sends a little each way, and closes: first the client. @returns the ports */
export async function loopback(): Promise<Loopback> {
  const { socket, accepted, ports } = await connectLoopback();
  accepted.end('and back').resume();
  socket.end('there').resume();
  await Promise.all([once(socket, 'close'), once(accepted, 'close')]);
  return ports;
}

/** A connection that this process made to itself, and on which it has done nothing since. */
export interface HeldLoopback extends Loopback {
  /** The client breaks it off; so a packet closes the server's socket. */
  reset(): Promise<void>;
}

export async function heldLoopback(): Promise<HeldLoopback> {
  const { socket, accepted, ports } = await connectLoopback();
  accepted.on('error', () => undefined);
  const reset = async () => {
    const closed = once(socket, 'close');
    socket.resetAndDestroy();
    await closed;
    accepted.destroy();
  };
  return { ...ports, reset };
}

async function connectLoopback() {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    unknown,
  ];
  server.close();
  return { socket, accepted, ports: { client: socket.localPort ?? 0, server: port } };
}
