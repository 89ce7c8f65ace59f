/** A `%fs` cell: `%fs ls /Volumes/main/default/in` is `display(dbutils.fs.ls(...))`. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { displayValue } from "./display.js";
import { fileSystem } from "./file-system.js";
import type { NotebookContext } from "./notebook-context.js";
import type { Cell } from "./notebook-document.js";

/** Flags and operands as Databricks' `%fs` has them. */
export async function runFsCell(context: NotebookContext, cell: Cell): Promise<void> {
  for (const line of cell.source.split("\n")) {
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((one) => one[1] ?? one[2] ?? one[3] ?? "");
    const [command = "", ...rest] = words;
    if (command === "" || command.startsWith("#")) continue;
    const recurse = rest.some((one) => /^(-r|--recurse|recurse=true)$/.test(one));
    const overwrite = rest.some((one) => /^(--overwrite|overwrite=true)$/.test(one));
    const [first = "", second = ""] = rest.filter((one) => !/^(-r$|--|recurse=|overwrite=)/.test(one));
    await displayValue(context, perform(command, first, second, recurse, overwrite));
  }
}

function perform(command: string, first: string, second: string, recurse: boolean, overwrite: boolean): unknown {
  switch (command) {
    case "ls":
      return fileSystem.ls(first);
    case "head":
      return fileSystem.head(first);
    case "mkdirs":
      return fileSystem.mkdirs(first);
    case "rm":
      return fileSystem.rm(first, recurse);
    case "cp":
      return fileSystem.cp(first, second, recurse);
    case "mv":
      return fileSystem.mv(first, second, recurse);
    case "put":
      return fileSystem.put(first, second, overwrite);
    case "mounts":
      return fileSystem.mounts();
    case "help":
      return fileSystem.help(first || undefined);
    default:
      throw new LakeletError({
        condition: "INVALID_NOTEBOOK_CELL",
        sqlState: "42000",
        problem: `%fs has no \`${command}\`.`,
        cure: "It has ls, head, put, mkdirs, cp, mv, rm, mounts and help.",
      });
  }
}
