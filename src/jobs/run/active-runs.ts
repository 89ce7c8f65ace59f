/** Which runs somebody is at work on: a file for each, so that a start need not look at the logs of all runs there have been. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

let marks = 0;

export class ActiveRuns {
  readonly #folder: string;

  /** @param runsFolder where the runs' folders are */
  constructor(runsFolder: string) {
    this.#folder = join(runsFolder, ".active");
  }

  /**
   * To be called before the run can be seen as active. A mark is its maker's alone: who ends a run never takes away that of one who repairs it
   * at the same moment. That of a killed process stays; the run's log says that it is at rest.
   *
   * @returns takes the mark away
   */
  mark(runId: string): () => void {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, `${runId}.${process.pid}-${++marks}`);
    writeFileSync(file, "");
    return () => rmSync(file, { force: true });
  }

  /** Ids of all runs that may be active, highest first. */
  ids(): readonly string[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.#folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    const ids = new Set(names.map((name) => name.slice(0, name.indexOf("."))));
    return [...ids].sort((a, b) => Number(b) - Number(a));
  }
}
