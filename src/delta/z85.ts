/** Z85: bytes as printable text, five characters for four bytes (ZeroMQ RFC 32; Delta protocol, "Deletion Vectors"). Pure. */

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

const DIGITS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((character, digit) => [character, digit]));

/** Bytes past the last group of four are followed by zeros, which the reader has to cut off. @example encodeZ85(Uint8Array.of(0, 0, 0, 1)) // "00001" */
export function encodeZ85(bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let text = "";
  for (let offset = 0; offset < padded.length; offset += 4) {
    let group = view.getUint32(offset);
    let characters = "";
    for (let i = 0; i < 5; i++) {
      characters = `${ALPHABET[group % 85]}${characters}`;
      group = Math.floor(group / 85);
    }
    text += characters;
  }
  return text;
}

/** Undefined where the text is no Z85. */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let offset = 0; offset < text.length; offset += 5) {
    let group = 0;
    for (const character of text.slice(offset, offset + 5)) {
      const digit = DIGITS.get(character);
      if (digit === undefined) return undefined;
      group = group * 85 + digit;
    }
    if (group > 0xffff_ffff) return undefined;
    view.setUint32((offset / 5) * 4, group);
  }
  return bytes;
}
