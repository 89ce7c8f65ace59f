/** Runs a TypeScript notebook: the module as it is, top to bottom, with a mark at each cell and every line in its place. */
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { createJiti, type Jiti } from "jiti";
import { type Cell, markCells } from "./cells.js";
import { contextOrNone } from "./notebook-context.js";

/** The function that a mark calls; the name is one that no notebook uses. */
const CELL_MARK = "__lakelet_cell__";

type Modules = Readonly<Record<string, unknown>>;

export class NotebookLoader {
  readonly #modules: Modules;
  #jiti: Jiti | undefined;

  /** @param modules what notebooks import though nothing is installed, by name */
  constructor(modules: Modules) {
    this.#modules = modules;
    Object.assign(globalThis, { [CELL_MARK]: enterCell });
  }

  /** Loads the transpiler, so that the first notebook need not wait for it. */
  warm(folder: string): void {
    this.#loaderIn(folder).transform({ source: "const warm: number = 1;", ts: true, async: true });
  }

  /** Runs the notebook in the context of its caller; what it throws is thrown. */
  async run(file: string, source: string, cells: readonly Cell[]): Promise<void> {
    const jiti = this.#loaderIn(file);
    // A module of the project that an earlier attempt loaded may have changed, and has state: each attempt begins afresh.
    for (const path of Object.keys(jiti.cache)) {
      if (!path.includes(`${sep}node_modules${sep}`)) delete jiti.cache[path];
    }
    const marked = markCells(source, cells, (number) => `${CELL_MARK}(${number})`);
    await jiti.evalModule(marked, { filename: file, id: file, ext: ".ts", async: true });
  }

  #loaderIn(path: string): Jiti {
    this.#jiti ??= createJiti(pathToFileURL(path).href, {
      virtualModules: { ...this.#modules },
      interopDefault: true,
      tsconfigPaths: false,
    });
    return this.#jiti;
  }
}

function enterCell(number: number): void {
  const context = contextOrNone();
  if (!context) return;
  // A notebook that went on after its exit ends at its next cell.
  if (context.exitSignal) throw context.exitSignal;
  context.enterCell(number);
}
