import type { Readable } from 'node:stream';

/** All that comes out of a stream, while it comes. */
export interface Capture {
  /** So far. */
  readonly text: string;
  /** Waits for a piece of text. @throws Error when the stream ends without it */
  until(wanted: string | RegExp): Promise<void>;
  /** Everything, when the stream has ended. */
  readonly whole: Promise<Buffer>;
}

export function capture(stream: Readable): Capture {
  const chunks: Buffer[] = [];
  const looks: (() => void)[] = [];
  let ended = false;
  const text = () => Buffer.concat(chunks).toString();
  const look = () => {
    for (const again of looks.splice(0)) again();
  };
  const whole = new Promise<Buffer>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      look();
    });
    stream.on('close', () => {
      ended = true;
      look();
      resolve(Buffer.concat(chunks));
    });
  });
  return {
    get text() {
      return text();
    },
    until(wanted) {
      return new Promise((resolve, reject) => {
        const check = () => {
          if (text().match(wanted)) resolve();
          else if (ended) reject(new Error(`it ended without ${wanted}: ${text()}`));
          else looks.push(check);
        };
        check();
      });
    },
    whole,
  };
}
