/** Bytes that a number may take, at most. */
const NUMBER = 32;
/** ASCII. */
const [MINUS, POINT, ZERO, QUOTE] = [0x2d, 0x2e, 0x30, 0x22];
const INT_MAX = 2 ** 31 - 1;
const BILLION = 1e9;
/** JavaScript shows numbers below 1e-6 with an exponent; in billionths. */
const SMALLEST = 1000;
/** Of decimals with up to 15 digits, each means a double of its own. */
const EXACT = 1e15;

/** Text that is gathered as bytes: a string for each of its pieces would cost more than all else. */
export class RowBytes {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #at = 0;

  /** How many there are. */
  get length(): number {
    return this.#at;
  }

  /** All of them; they change when others are written. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = 0;
  }

  /** What was written there once more. */
  copy(from: number, to: number): void {
    this.#need(to - from);
    this.#bytes.copyWithin(this.#at, from, to);
    this.#at += to - from;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Text of ASCII only. */
  ascii(text: string): void {
    this.#need(text.length);
    this.#at += this.#bytes.write(text, this.#at, 'latin1');
  }

  /** The same between double quotes. */
  quoted(text: string): void {
    this.#need(text.length + 2);
    this.#bytes[this.#at] = QUOTE;
    this.#at += 1 + this.#bytes.write(text, this.#at + 1, 'latin1');
    this.#bytes[this.#at++] = QUOTE;
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    this.#need(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** A number as JavaScript has it. */
  number(value: number): void {
    this.#need(NUMBER);
    if (Number.isSafeInteger(value)) this.#integer(value);
    else if (!this.#decimal(value)) this.ascii(`${value}`);
  }

  /** The last `count` digits of an integer from 0 to 2^31-1, with zeros before it. */
  digits(value: number, count: number): void {
    this.#need(NUMBER);
    this.#digits(value, count);
  }

  #digits(value: number, count: number): void {
    let left = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const rest = (left / 10) | 0;
      this.#bytes[at] = ZERO + left - rest * 10;
      left = rest;
    }
    this.#at += count;
  }

  #integer(value: number): void {
    if (value < 0) this.#bytes[this.#at++] = MINUS;
    const left = Math.abs(value);
    if (left > INT_MAX) {
      const high = Math.floor(left / BILLION);
      this.#integer(high);
      this.#digits(left - high * BILLION, 9);
      return;
    }
    let count = 1;
    for (let power = 10; power <= left; power *= 10) count++;
    this.#digits(left, count);
  }

  /** A fraction of up to 15 digits, 9 of them behind the point: times in seconds are such ones. */
  #decimal(value: number): boolean {
    const billionths = Math.round(value * BILLION);
    if (billionths < SMALLEST || billionths >= EXACT || billionths / BILLION !== value) return false;
    const whole = Math.floor(billionths / BILLION);
    this.#integer(whole);
    this.#bytes[this.#at++] = POINT;
    let fraction = billionths - whole * BILLION;
    let count = 9;
    for (; fraction % 10 === 0; fraction /= 10) count--;
    this.#digits(fraction, count);
    return true;
  }

  #need(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
