/** NUL-terminated names, as ELF and BTF keep them. */
export function stringTable() {
  const offsets = new Map([['', 0]]);
  let text = '\0';
  return {
    offset(name: string): number {
      const known = offsets.get(name);
      if (known !== undefined) return known;
      offsets.set(name, text.length);
      text += `${name}\0`;
      return text.length - name.length - 1;
    },
    bytes: () => Buffer.from(text, 'latin1'),
  };
}
