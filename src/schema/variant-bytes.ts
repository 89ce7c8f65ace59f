/** The binary encoding of a VARIANT, as Parquet files of Spark and Delta hold it: a dictionary of names (`metadata`), and the value. */
import { javaDouble } from "./json-text.js";
import { type VariantNode, variantText } from "./variant-text.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The engine's text of an encoded value (see variant-text.ts). Throws where the bytes are no variant. */
export function variantOfBytes(metadata: Uint8Array, value: Uint8Array): string {
  return variantText(new Bytes(value, namesOf(metadata)).node(0));
}

class MalformedVariant extends Error {
  constructor() {
    super("[lakelet:MALFORMED_VARIANT|22023] A file holds a VARIANT whose bytes are damaged.");
  }
}

function namesOf(metadata: Uint8Array): readonly string[] {
  const header = metadata[0] ?? 0;
  if ((header & 0x0f) !== 1) throw new MalformedVariant();
  const size = (header >> 6) + 1;
  const count = unsigned(metadata, 1, size);
  const start = 1 + size * (count + 2);
  const offset = (i: number): number => start + unsigned(metadata, 1 + size * (i + 1), size);
  return Array.from({ length: count }, (_, i) => decoder.decode(metadata.subarray(offset(i), offset(i + 1))));
}

function unsigned(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function signed(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return BigInt.asIntN(size * 8, value);
}

class Bytes {
  readonly #view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly names: readonly string[],
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  node(at: number): VariantNode {
    const header = this.bytes[at];
    if (header === undefined) throw new MalformedVariant();
    const rest = header >> 2;
    switch (header & 3) {
      case 0:
        return this.primitive(rest, at + 1);
      case 1:
        return { kind: "string", text: this.text(at + 1, rest) };
      case 2:
        return this.object(rest, at + 1);
      default:
        return this.array(rest, at + 1);
    }
  }

  private object(header: number, at: number): VariantNode {
    const [offsetSize, idSize, countSize] = [(header & 3) + 1, ((header >> 2) & 3) + 1, (header >> 4) & 1 ? 4 : 1];
    const count = unsigned(this.bytes, at, countSize);
    const offsets = at + countSize + count * idSize;
    const values = offsets + (count + 1) * offsetSize;
    const entries = Array.from({ length: count }, (_, i) => {
      const name = this.names[unsigned(this.bytes, at + countSize + i * idSize, idSize)];
      if (name === undefined) throw new MalformedVariant();
      return [name, this.node(values + unsigned(this.bytes, offsets + i * offsetSize, offsetSize))] as const;
    });
    return { kind: "object", entries };
  }

  private array(header: number, at: number): VariantNode {
    const [offsetSize, countSize] = [(header & 3) + 1, (header >> 2) & 1 ? 4 : 1];
    const count = unsigned(this.bytes, at, countSize);
    const offsets = at + countSize;
    const values = offsets + (count + 1) * offsetSize;
    const items = Array.from({ length: count }, (_, i) =>
      this.node(values + unsigned(this.bytes, offsets + i * offsetSize, offsetSize)),
    );
    return { kind: "array", items };
  }

  private primitive(type: number, at: number): VariantNode {
    const whole = (size: number): string => String(signed(this.bytes, at, size));
    const doubleText = (value: number): string => javaDouble(value);
    switch (type) {
      case 0:
        return { kind: "null" };
      case 1:
      case 2:
        return { kind: "boolean", value: type === 1 };
      case 3:
      case 4:
      case 5:
      case 6:
        return { kind: "long", text: whole(2 ** (type - 3)) };
      case 7:
        return { kind: "double", text: doubleText(this.#view.getFloat64(at, true)) };
      case 8:
      case 9:
      case 10:
        return this.decimal(at, 2 ** (type - 6));
      case 11:
        return { kind: "date", text: whole(4) };
      case 12:
        return { kind: "timestamp", text: whole(8) };
      case 13:
        return { kind: "timestamp_ntz", text: whole(8) };
      case 14:
        return { kind: "float", text: floatText(this.#view.getFloat32(at, true)) };
      case 15:
      case 16:
        return this.sized(type, at);
      case 20:
        return { kind: "string", text: uuidText(this.bytes.subarray(at, at + 16)) };
      default:
        throw new MalformedVariant();
    }
  }

  private decimal(at: number, size: number): VariantNode {
    const scale = this.bytes[at] ?? 0;
    const value = signed(this.bytes, at + 1, size);
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
    const point = digits.length - scale;
    const text = `${value < 0n ? "-" : ""}${digits.slice(0, point)}.${scale === 0 ? "0" : digits.slice(point)}`;
    return { kind: "decimal", text };
  }

  private sized(type: number, at: number): VariantNode {
    const size = unsigned(this.bytes, at, 4);
    if (type === 16) return { kind: "string", text: this.text(at + 4, size) };
    return { kind: "binary", text: Buffer.from(this.bytes.subarray(at + 4, at + 4 + size)).toString("base64") };
  }

  private text(at: number, size: number): string {
    return decoder.decode(this.bytes.subarray(at, at + size));
  }
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The shortest digits that name the float, in Java's form. */
function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return javaDouble(short);
  }
  return javaDouble(value);
}
