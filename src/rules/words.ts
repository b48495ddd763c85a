/** An array of elements of so many 32-bit words each, which grows. */
export class Words {
  readonly #size: number;
  #words = new Uint32Array(1024);
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get count(): number {
    return this.#count;
  }

  /** @returns the number of a new element, all zeros */
  add(): number {
    if ((this.#count + 1) * this.#size > this.#words.length) {
      const more = new Uint32Array(2 * this.#words.length);
      more.set(this.#words);
      this.#words = more;
    }
    return this.#count++;
  }

  /** @param word of the element, or of those behind it */
  set(element: number, word: number, value: number): void {
    this.#words[element * this.#size + word] = value;
  }

  bytes(): Buffer {
    return Buffer.from(this.#words.buffer, 0, this.#count * this.#size * 4);
  }
}
