/** Runs a TypeScript notebook: the module as it is, top to bottom, with a mark at each cell and every line in its place. */
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { createJiti, type Jiti } from "jiti";
import { CELL_CALL, CELL_MARK } from "./module-text.js";
import { contextOrNone } from "./notebook-context.js";

type Modules = Readonly<Record<string, unknown>>;

/** Names of `lakelet/notebook` that a notebook has without importing them, as on Databricks. */
const GLOBAL_NAMES = ["spark", "dbutils", "display", "displayHTML", "_sqldf"];

export class NotebookLoader {
  readonly #modules: Modules;
  #jiti: Jiti | undefined;

  /** @param modules what notebooks import though nothing is installed, by name */
  constructor(modules: Modules) {
    this.#modules = modules;
    Object.assign(globalThis, {
      [CELL_MARK]: (number: number) => contextOrNone()?.nextCell(number),
      [CELL_CALL]: (number: number) => contextOrNone()?.performCell(number),
    });
    const names = modules["lakelet/notebook"];
    for (const name of GLOBAL_NAMES) {
      const value: unknown = names !== null && typeof names === "object" ? Reflect.get(names, name) : undefined;
      if (value !== undefined) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }

  /** Loads the transpiler, so that the first notebook need not wait for it. */
  warm(folder: string): void {
    this.#loaderIn(folder).transform({ source: "const warm: number = 1;", ts: true, async: true });
  }

  /** A module of the project that an earlier attempt loaded may have changed, and has state: each attempt begins afresh. */
  forgetModules(): void {
    const cache = this.#jiti?.cache ?? {};
    for (const path of Object.keys(cache)) if (!path.includes(`${sep}node_modules${sep}`)) delete cache[path];
  }

  /**
   * Runs a module in the context of its caller and gives what it exports; what it throws is thrown.
   * @param file absolute path: relative imports start at its folder, and stacks name it
   */
  async run(file: string, source: string): Promise<Readonly<Record<string, unknown>>> {
    const options = { filename: file, id: file, ext: ".ts", async: true } as const;
    return (await this.#loaderIn(file).evalModule(source, options)) as Readonly<Record<string, unknown>>;
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
