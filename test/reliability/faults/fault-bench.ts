/** Where operations are made to fail: a template of each operation's table with what it holds before and after, and copies of it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { buildPackage } from "../../support/built-package.js";
import { OPERATIONS, type Operation, onTable } from "./operations.js";
import { filesOf, stateOf, type TableState } from "./table-check.js";

export interface PreparedOperation extends Operation {
  readonly template: string;
  readonly before: TableState;
  readonly after: TableState;
  readonly files: ReadonlySet<string>;
}

const ROOT = join(import.meta.dirname, "../../..");

/** Modules of src/ that the program needs beside the public ones. */
const JOB_STATE = ["jobs/run/run-store", "jobs/run/process-identity"];

export class FaultBench {
  readonly operations: PreparedOperation[] = [];
  /** Operations that the product does not have yet, with its own words. */
  readonly missing: string[] = [];
  #copies = 0;

  private constructor(
    readonly spark: LocalSession,
    readonly scratch: string,
    /** A copy of its own: a long run outlives what the tests keep of builds. */
    readonly packageFolder: string,
  ) {}

  static async open(only?: readonly string[]): Promise<FaultBench> {
    const scratch = mkdtempSync(join(tmpdir(), "lakelet-faults-"));
    const cache = join(ROOT, ".cache");
    mkdirSync(cache, { recursive: true });
    const packageFolder = mkdtempSync(join(cache, "faults-"));
    buildPackage(packageFolder, JOB_STATE);
    const spark = await createLocalSession({ warehouse: join(scratch, "lake"), threads: 1 });
    const bench = new FaultBench(spark, scratch, packageFolder);
    for (const operation of OPERATIONS) {
      if (only === undefined || only.includes(operation.name)) await bench.#prepare(operation);
    }
    return bench;
  }

  async #prepare(operation: Operation): Promise<void> {
    const template = join(this.scratch, "templates", operation.name, "t");
    mkdirSync(join(template, ".."), { recursive: true });
    try {
      if (operation.setup.length > 0) await this.spark.execute(onTable(operation.setup, template).join(";\n"));
      const before = await stateOf(this.spark, template);
      const done = this.copyOf(template);
      await this.spark.execute(onTable(operation.statements, done).join(";\n"));
      const after = await stateOf(this.spark, done);
      this.operations.push({ ...operation, template, before, after, files: new Set(filesOf(template)) });
    } catch (error) {
      this.missing.push(`${operation.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A new folder that holds what the template holds. */
  copyOf(template: string): string {
    const copy = join(this.scratch, "copies", String(this.#copies++), "t");
    mkdirSync(join(copy, ".."), { recursive: true });
    if (existsSync(template)) cpSync(template, copy, { recursive: true });
    return copy;
  }

  remove(copy: string): void {
    rmSync(join(copy, ".."), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.spark.stop();
    rmSync(this.scratch, { recursive: true, force: true });
    rmSync(this.packageFolder, { recursive: true, force: true });
  }
}

export function chosenOperations(bench: FaultBench, only: readonly string[] | undefined): readonly PreparedOperation[] {
  return bench.operations.filter(({ name }) => only === undefined || only.includes(name));
}

/** Works through the items on some lanes at once. */
export async function onLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (_: unknown, index: number): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
