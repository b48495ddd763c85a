import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A name as RFC 1035 4.1.4 has it in messages, without compression. */
export function wireName(...labels: readonly (string | Buffer)[]): Buffer {
  const parts = labels.map((label) => Buffer.from(label));
  return Buffer.concat([...parts.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

/** Types of records. */
export const TYPE = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** A record of an answer. @param owner its name; the bytes c0 0c point to that of the question */
export function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}

/** Points to the question's name. */
export const ASKED = Buffer.of(0xc0, 12);

/** The reply to a query: its id and question, and these records. */
export function reply(query: Buffer, records: readonly Buffer[]): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const message = Buffer.concat([query.subarray(0, end), ...records]);
  message.writeUInt16BE(0x8180, 2);
  for (const [i, count] of [1, records.length, 0, 0].entries()) message.writeUInt16BE(count, 4 + 2 * i);
  return message;
}

/** A query for the addresses of a name. */
export function query(name: Buffer, type: number = TYPE.A): Buffer {
  const head = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, name, Buffer.of(0, type, 0, 1)]);
}

/** A name server of this process's own, at port 53 of an address of the loopback; it goes with the test. */
export async function nameServer(address: string, answer: (query: Buffer) => Buffer): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (message: Buffer, from: RemoteInfo) => socket.send(answer(message), from.port, from.address));
  socket.bind(53, address);
  await once(socket, 'listening');
}
