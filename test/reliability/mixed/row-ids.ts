/** The ids that Spark reads of a table's rows: none twice, none of another row before, and the same where commits say that they keep them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Peers } from "../../interop/peers.js";
import { shownValue } from "../differential/cell.js";

export class RowIds {
  readonly #known = new Map<string, string>();
  readonly #owners = new Map<string, string>();

  constructor(
    private readonly peers: Peers,
    private readonly path: string,
  ) {}

  /** What is wrong, one line each. `id` names a row for all time: no two inserts give the same. */
  async anomalies(versions: readonly number[]): Promise<readonly string[]> {
    const { rows } = await this.peers.spark(
      `SELECT id, _metadata.row_id, _metadata.row_commit_version FROM delta.\`${this.path}\``,
    );
    const kept = await this.#areKept(versions);
    const here = new Set<string>();
    return rows.flatMap((row) => {
      const [id = "", rowId = "", version = ""] = row.map(shownValue);
      const found: string[] = [];
      if (rowId === "NULL" || version === "NULL")
        found.push(`row ${id} has row id ${rowId}, commit version ${version}`);
      if (here.has(rowId)) found.push(`two rows have row id ${rowId}`);
      const before = this.#known.get(id);
      if (kept && before !== undefined && before !== rowId) {
        found.push(`row ${id} had row id ${before}, and has ${rowId}`);
      }
      const owner = this.#owners.get(rowId);
      if (owner !== undefined && owner !== id) found.push(`row id ${rowId} was row ${owner}'s, and is row ${id}'s`);
      here.add(rowId);
      this.#known.set(id, rowId);
      this.#owners.set(rowId, id);
      return found;
    });
  }

  /** A commit that does not keep the ids of rows that it writes again says so. */
  async #areKept(versions: readonly number[]): Promise<boolean> {
    const texts = await Promise.all(
      versions.map((version) =>
        readFile(join(this.path, "_delta_log", `${String(version).padStart(20, "0")}.json`), "utf8"),
      ),
    );
    return texts.every(
      (text) => !/"delta.rowTracking.preserved":"?false/.test(text) && !text.includes('"operation":"RESTORE"'),
    );
  }
}
