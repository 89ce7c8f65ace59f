/** delta-rs as a second reader: one process that stays up, asked for the rows of a table. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Peers, peers } from "../../interop/peers.js";
import type { TableState } from "./table-check.js";

const COLUMNS: readonly string[] = ["id", "name", "p"];

export class DeltaRs {
  private constructor(
    readonly missing: string | undefined,
    private readonly reader: Peers | undefined,
  ) {}

  /** @param wanted false: nothing is started, and nothing is compared */
  static start(wanted: boolean): DeltaRs {
    if (!wanted) return new DeltaRs("left out of the short form", undefined);
    try {
      execFileSync(join(import.meta.dirname, "../../interop/peers.sh"), ["--installed"]);
    } catch {
      return new DeltaRs("npm run test:interop has not installed it", undefined);
    }
    return new DeltaRs(undefined, peers());
  }

  /** Throws where delta-rs reads other rows than these, or none at all. */
  async checkSame(location: string, state: TableState): Promise<void> {
    if (this.reader === undefined || state === undefined) return;
    const { columns, rows } = await this.reader.read("datafusion", location);
    // It puts the columns of the partition last, which p is not in every table.
    const order = [
      ...COLUMNS.filter((name) => columns.includes(name)),
      ...columns.filter((name) => !COLUMNS.includes(name)),
    ];
    const found = rows.map((row) => JSON.stringify(order.map((name) => row[columns.indexOf(name)]))).sort();
    if (JSON.stringify(found) !== JSON.stringify(state)) throw new Error("delta-rs reads other rows");
  }
}
