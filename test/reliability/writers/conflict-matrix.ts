/** Delta's conflict matrix for the operations of R5, by Delta's rules of which commit forbids which. */

export interface Setting {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  /** By winner: a letter for each of {@link LATE_OPERATIONS}. */
  readonly matrix: Readonly<Record<string, string>>;
}

/** A checkpoint commits nothing, and can lose to nobody. */
export const LATE_OPERATIONS: readonly string[] = [
  "append",
  "append-self",
  "overwrite",
  "replace-where",
  "delete",
  "delete-neighbour",
  "update",
  "merge",
  "optimize",
  "alter",
  "upgrade",
  "txn",
];

const OUTCOMES: Readonly<Record<string, string>> = {
  ".": "committed",
  A: "DELTA_CONCURRENT_APPEND",
  R: "DELTA_CONCURRENT_DELETE_READ",
  D: "DELTA_CONCURRENT_DELETE_DELETE",
  M: "DELTA_METADATA_CHANGED",
  P: "DELTA_PROTOCOL_CHANGED",
  T: "DELTA_CONCURRENT_TRANSACTION",
};

const WRITE_SERIALIZABLE: Readonly<Record<string, string>> = {
  //                  append self over replW del delN upd merge opt alter upgr txn
  append: ".  .  .  .  .  .  .  .  .  .  .  .",
  // No blind append; its row is of day 1 and no other's key.
  "append-self": ".  A  A  A  .  .  .  .  .  .  .  .",
  overwrite: ".  A  A  A  R  R  R  R  R  .  .  .",
  "replace-where": ".  A  A  A  R  R  R  .  R  .  .  .",
  // What is left of its file has id 2.
  delete: ".  A  A  A  R  A  .  .  R  .  .  .",
  "delete-neighbour": ".  A  A  A  A  R  .  .  R  .  .  .",
  update: ".  A  A  A  .  .  A  .  R  .  .  .",
  merge: ".  A  A  .  .  .  .  A  R  .  .  .",
  // Rows that only moved: whoever read a file of them, or removes one, has to look again.
  optimize: ".  R  R  D  R  R  R  R  R  .  .  .",
  alter: "M  M  M  M  M  M  M  M  M  M  M  M",
  upgrade: ".  .  .  .  .  .  .  .  .  .  P  .",
  txn: ".  .  .  .  .  .  .  .  .  .  .  T",
  checkpoint: ".  .  .  .  .  .  .  .  .  .  .  .",
};

const VECTORS = { "delta.enableDeletionVectors": "true" };

export const SETTINGS: readonly Setting[] = [
  { name: "WriteSerializable", properties: {}, matrix: WRITE_SERIALIZABLE },
  {
    name: "Serializable",
    properties: { "delta.isolationLevel": "Serializable" },
    matrix: {
      ...WRITE_SERIALIZABLE,
      // Blind appends count, too, where the row is of the part that was read.
      append: ".  A  A  A  .  .  .  .  .  .  .  .",
      txn: ".  A  A  A  .  .  .  .  .  .  .  T",
    },
  },
  {
    name: "deletion vectors",
    properties: VECTORS,
    matrix: {
      ...WRITE_SERIALIZABLE,
      // The file is there again with its old statistics, less some rows: two vectors for one file never meet.
      delete: ".  A  A  A  A  A  .  .  R  .  .  .",
      "delete-neighbour": ".  A  A  A  A  A  .  .  R  .  .  .",
    },
  },
];

export function expectedOutcome({ matrix }: Setting, winner: string, late: string): string {
  const letters = matrix[winner]?.split(/\s+/) ?? [];
  return OUTCOMES[letters[LATE_OPERATIONS.indexOf(late)] ?? ""] ?? `no entry for ${winner}, ${late}`;
}
