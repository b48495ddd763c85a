import { Socket } from 'node:net';

/**
 * Calls back for what arrives at the read end of a pipe, without a new buffer each time. It keeps the process alive.
 * @param onByte gets the last byte of what came at once
 * @returns stops watching and closes the descriptor
 */
export function watchBytes(fd: number, onByte: (byte: number) => void): () => void {
  const buffer = Buffer.alloc(16);
  const onread = {
    buffer,
    callback(length: number) {
      onByte(buffer[length - 1]);
      return true;
    },
  };
  // `onread` works with a descriptor as it does with a connection; the types know only the latter
  const socket = new Socket({ fd, readable: true, writable: false, onread } as ConstructorParameters<typeof Socket>[0]);
  socket.resume();
  return () => socket.destroy();
}
