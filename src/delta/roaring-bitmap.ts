/** One 32-bit roaring bitmap in the portable format of the Roaring format specification: containers of 2^16 values each. Pure. */

const COOKIE = 12346;
const COOKIE_WITH_RUNS = 12347;
/** With runs and fewer containers than that, the format leaves the offsets out. */
const OFFSETS_FROM = 4;
const LONGEST_ARRAY = 4096;
const BITMAP_BYTES = 8192;
const MOST_CONTAINERS = 65536;

/** The bytes are no bitmap; says how. */
export class MalformedBitmap extends Error {}

/** Where a decoder puts the values; they come ascending. */
export type ValueSink = (value: number) => void;

/** Reads one bitmap that begins at the offset; gives the offset behind it. */
export function decodeBitmap(view: DataView, start: number, sink: ValueSink): number {
  const reader = new Reader(view, start);
  const cookie = reader.uint32();
  const withRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS;
  if (!withRuns && cookie !== COOKIE) throw new MalformedBitmap(`its cookie is ${cookie}`);
  const count = withRuns ? (cookie >>> 16) + 1 : reader.uint32();
  if (count > MOST_CONTAINERS) throw new MalformedBitmap(`it names ${count} containers`);
  const runFlags = withRuns ? reader.bytes(Math.ceil(count / 8)) : undefined;
  const headers = Array.from({ length: count }, () => ({ key: reader.uint16(), cardinality: reader.uint16() + 1 }));
  if (!withRuns || count >= OFFSETS_FROM) reader.bytes(4 * count);
  let previous = -1;
  headers.forEach(({ key, cardinality }, i) => {
    if (key <= previous) throw new MalformedBitmap("its containers are not in order");
    previous = key;
    const isRun = runFlags !== undefined && ((runFlags[i >>> 3] ?? 0) & (1 << (i & 7))) !== 0;
    const base = key * 65536;
    if (isRun) decodeRuns(reader, base, sink);
    else if (cardinality <= LONGEST_ARRAY) decodeArray(reader, base, cardinality, sink);
    else decodeBits(reader.bytes(BITMAP_BYTES), base, sink);
  });
  return reader.offset;
}

function decodeArray(reader: Reader, base: number, cardinality: number, sink: ValueSink): void {
  let previous = -1;
  for (let i = 0; i < cardinality; i++) {
    const low = reader.uint16();
    if (low <= previous) throw new MalformedBitmap("the values of a container are not in order");
    previous = low;
    sink(base + low);
  }
}

function decodeRuns(reader: Reader, base: number, sink: ValueSink): void {
  const runs = reader.uint16();
  let next = 0;
  for (let i = 0; i < runs; i++) {
    const first = reader.uint16();
    const last = first + reader.uint16();
    if (first < next || last > 0xffff) throw new MalformedBitmap("the runs of a container are not in order");
    for (let low = first; low <= last; low++) sink(base + low);
    next = last + 1;
  }
}

function decodeBits(bytes: Uint8Array, base: number, sink: ValueSink): void {
  for (let i = 0; i < BITMAP_BYTES; i++) {
    for (let byte = bytes[i] ?? 0; byte !== 0; byte &= byte - 1) {
      sink(base + i * 8 + 31 - Math.clz32(byte & -byte));
    }
  }
}

/** The values of one container: the lower 16 bits, ascending, as a part of the array of all. */
interface Container {
  readonly key: number;
  readonly from: number;
  readonly to: number;
  readonly runs: number;
  readonly kind: "array" | "bits" | "runs";
  readonly size: number;
}

/** The bitmap of `values[from..to)`, unsigned, ascending, none twice; each container in its smallest form. */
export function encodeBitmap(values: ArrayLike<number>, from: number, to: number): Uint8Array {
  const containers = containersOf(values, from, to);
  const withRuns = containers.some(({ kind }) => kind === "runs");
  const withOffsets = !withRuns || containers.length >= OFFSETS_FROM;
  const flags = withRuns ? Math.ceil(containers.length / 8) : 0;
  const header = (withRuns ? 4 : 8) + flags + containers.length * (withOffsets ? 8 : 4);
  const bytes = new Uint8Array(containers.reduce((sum, { size }) => sum + size, header));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, withRuns ? (COOKIE_WITH_RUNS | ((containers.length - 1) << 16)) >>> 0 : COOKIE, true);
  if (!withRuns) view.setUint32(4, containers.length, true);
  const pairs = (withRuns ? 4 : 8) + flags;
  let offset = header;
  containers.forEach((container, i) => {
    if (container.kind === "runs") bytes[4 + (i >>> 3)] = (bytes[4 + (i >>> 3)] ?? 0) | (1 << (i & 7));
    view.setUint16(pairs + 4 * i, container.key, true);
    view.setUint16(pairs + 4 * i + 2, container.to - container.from - 1, true);
    if (withOffsets) view.setUint32(pairs + 4 * containers.length + 4 * i, offset, true);
    encodeContainer(view, offset, values, container);
    offset += container.size;
  });
  return bytes;
}

function containersOf(values: ArrayLike<number>, from: number, to: number): readonly Container[] {
  const containers: Container[] = [];
  for (let start = from; start < to; ) {
    const key = (values[start] as number) >>> 16;
    let runs = 1;
    let end = start + 1;
    while (end < to && (values[end] as number) >>> 16 === key) {
      if (values[end] !== (values[end - 1] as number) + 1) runs++;
      end++;
    }
    containers.push({ key, from: start, to: end, runs, ...smallest(end - start, runs) });
    start = end;
  }
  return containers;
}

function smallest(cardinality: number, runs: number): Pick<Container, "kind" | "size"> {
  const plain = cardinality <= LONGEST_ARRAY ? 2 * cardinality : BITMAP_BYTES;
  const asRuns = 2 + 4 * runs;
  if (asRuns < plain) return { kind: "runs", size: asRuns };
  return { kind: cardinality <= LONGEST_ARRAY ? "array" : "bits", size: plain };
}

function encodeContainer(view: DataView, offset: number, values: ArrayLike<number>, container: Container): void {
  const { kind, from, to } = container;
  if (kind === "runs") {
    encodeRuns(view, offset, values, container);
    return;
  }
  for (let i = from; i < to; i++) {
    const low = (values[i] as number) & 0xffff;
    if (kind === "array") view.setUint16(offset + 2 * (i - from), low, true);
    else view.setUint8(offset + (low >>> 3), view.getUint8(offset + (low >>> 3)) | (1 << (low & 7)));
  }
}

function encodeRuns(view: DataView, offset: number, values: ArrayLike<number>, { from, to, runs }: Container): void {
  view.setUint16(offset, runs, true);
  let at = offset + 2;
  for (let start = from; start < to; ) {
    let end = start + 1;
    while (end < to && values[end] === (values[end - 1] as number) + 1) end++;
    view.setUint16(at, (values[start] as number) & 0xffff, true);
    view.setUint16(at + 2, end - start - 1, true);
    at += 4;
    start = end;
  }
}

class Reader {
  constructor(
    private readonly view: DataView,
    public offset: number,
  ) {}

  uint16(): number {
    const at = this.#take(2);
    return this.view.getUint16(at, true);
  }

  uint32(): number {
    const at = this.#take(4);
    return this.view.getUint32(at, true);
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + at, length);
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.view.byteLength) throw new MalformedBitmap("it ends too early");
    this.offset = at + length;
    return at;
  }
}
