/** The table of B13: wide rows that take a known number of bytes in the engine, and the changes to one in ten of them. */
export interface MemoryTable {
  readonly rows: number;
  /** In the engine; files are smaller. */
  readonly megabytes: number;
  /** In Spark's words. */
  readonly schema: string;
  readonly columns: readonly string[];
  readonly sums: readonly string[];
  /** First and end of each file's ids. */
  readonly parts: readonly (readonly [number, number])[];
}

/** Texts of 32 characters, which the engine holds by 16 bytes that point to them. */
const TEXTS = Array.from({ length: 3 }, (_, i) => `text_${i}`);
const ROW_BYTES = 8 + 8 + TEXTS.length * (16 + 32);
const FILES = 8;
const MEGABYTE = 2 ** 20;

export function memoryTable(megabytes: number): MemoryTable {
  const rows = Math.ceil((megabytes * MEGABYTE) / ROW_BYTES);
  const bound = (part: number) => Math.floor((rows * part) / FILES);
  return {
    rows,
    megabytes,
    schema: ["id BIGINT", "amount DECIMAL(12,2)", ...TEXTS.map((name) => `${name} STRING`)].join(", "),
    columns: ["id", "amount", ...TEXTS],
    sums: ["id", "amount"],
    parts: Array.from({ length: FILES }, (_, i) => [bound(i), bound(i + 1)] as const),
  };
}

export function tableRows(_: MemoryTable, [first, end]: readonly [number, number]): string {
  return rowsOf(`range(${first}, ${end})`, "0");
}

const IS_CHANGED = "hash(id) % 10 = 0";

/** One row in ten of the whole table with another amount and text, and a hundredth as many that are new. */
export function sourceRows({ rows }: MemoryTable): string {
  const changed = rowsOf(`range(0, ${rows})`, "1");
  return `SELECT * FROM (${changed}) WHERE ${IS_CHANGED} UNION ALL ${rowsOf(newIds(rows), "1")}`;
}

/** What the table has to be after the MERGE. */
export function changedRows({ rows }: MemoryTable): string {
  const ids = `range(0, ${rows})`;
  return [
    `SELECT * FROM (${rowsOf(ids, "0")}) WHERE NOT (${IS_CHANGED})`,
    `SELECT * FROM (${rowsOf(ids, "1")}) WHERE ${IS_CHANGED}`,
    rowsOf(newIds(rows), "1"),
  ].join(" UNION ALL ");
}

const newIds = (rows: number) => `range(${rows}, ${rows + Math.ceil(rows / 1000)})`;

/** `version` is another for other values. Eight characters four times, so that files stay small. */
function rowsOf(ids: string, version: string): string {
  const texts = TEXTS.map(
    (name, i) => `repeat(printf('%08x', hash(range * 32 + ${i * 2} + ${version}) % 4294967296), 4) AS ${name}`,
  );
  const amount = `((hash(range) % 1000000)::DECIMAL(14,2) / 100 + ${version})::DECIMAL(12,2) AS amount`;
  return `SELECT range::BIGINT AS id, ${amount}, ${texts.join(", ")} FROM ${ids}`;
}
