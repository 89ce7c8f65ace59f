/** `npm pack`, installed in an empty folder elsewhere: a new project is made, runs, answers SQL, and has types for an editor. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "lakelet-package-"));

function run(step: string, cwd: string, command: string, ...args: string[]): string {
  console.log(`\n$ ${[command, ...args].join(" ")}`);
  try {
    const output = execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    console.log(output.trimEnd());
    return output;
  } catch (cause) {
    throw new Error(`${step} failed; the folder is kept: ${folder}`, { cause });
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what}; the folder is kept: ${folder}`);
}

const packed =
  run("npm pack", root, "npm", "pack", "--silent", "--pack-destination", folder).trim().split("\n").pop() ?? "";
const project = join(folder, "project");
mkdirSync(project);
run("npm init", project, "npm", "init", "-y", "--silent");
run("installing the package", project, "npm", "install", "--silent", "--no-audit", "--no-fund", join(folder, packed));
run("lakelet init", project, "npx", "lakelet", "init");
must(existsSync(join(project, "lakelet.yml")), "init must write lakelet.yml");
run("the job", project, "npx", "lakelet", "run", "daily_orders");
const updated = run("the pipeline", project, "npx", "lakelet", "pipeline", "run", "sales");
must(updated.includes("COMPLETED"), "the pipeline must complete");
const tested = run("the test of the pipeline", project, "npx", "lakelet", "test");
must(/1 passed/.test(tested), "the test of the project must pass");
const tables = run("show tables", project, "npx", "lakelet", "sql", "show tables");
for (const table of ["bronze_orders", "silver_orders", "gold_daily_sales"])
  must(tables.includes(table), `show tables must list ${table}`);
const together = `
  import * as main from "lakelet";
  import * as notebook from "lakelet/notebook";
  import * as pipelines from "lakelet/pipeline";
  import { testSql } from "lakelet/testing";
  const { DataFrame, createLocalSession, LakeletError } = main;
  const spark = await createLocalSession({ warehouse: "./lake" });
  const error = await spark.sql("SELECT x").then((frame) => frame.collect()).catch((thrown) => thrown);
  console.log(JSON.stringify({
    one: notebook.DataFrame === DataFrame && pipelines.DataFrame === DataFrame && typeof testSql === "function" && notebook.spark.range(1) instanceof DataFrame && error instanceof LakeletError,
    stack: /at .*src\\/sql\\/[a-z/-]+\\.ts:\\d+/.test(error.stack),
  }));
  process.exit(0);`;
const seen = run("both imports", project, "node", "--enable-source-maps", "--input-type=module", "--eval", together);
must(
  seen.includes('"one":true'),
  "lakelet, lakelet/notebook and lakelet/pipeline must share their classes and the notebook's session",
);
must(seen.includes('"stack":true'), "a stack must point at the sources");
run(
  "typescript",
  project,
  "npm",
  "install",
  "--silent",
  "--no-audit",
  "--no-fund",
  "--save-dev",
  "typescript@7.0.2",
  "@types/node@20.19.43",
);
run("types of the project", project, "npx", "tsc", "--noEmit");
rmSync(folder, { recursive: true, force: true });
console.log("\nThe package installs, runs and has types.");
