import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** One connection that this process made to itself. */
export interface Loopback {
  readonly client: number;
  readonly server: number;
}

/** Connects this process to itself, sends a little each way, and closes: first the client. @returns the ports */
export async function loopback(): Promise<Loopback> {
  const server = createServer((socket) => socket.end('and back').resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const { localPort } = socket;
  socket.end('there').resume();
  await once(socket, 'close');
  server.close();
  await once(server, 'close');
  return { client: localPort ?? 0, server: port };
}
