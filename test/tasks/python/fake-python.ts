/** A program that answers as Python does where lakelet asks it, and runs `.py` files as the JavaScript that tests write in them. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttemptEvent, AttemptRequest } from "../../../src/jobs/run/attempt.js";
import { ProjectPaths } from "../../../src/tasks/project-paths.js";
import type { PythonTaskEnvironment } from "../../../src/tasks/task-environment.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const SOURCE = `#!${process.execPath}
const { appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const args = process.argv.slice(2);
const log = (what) => appendFileSync(process.env.FAKE_LOG, JSON.stringify(what) + "\\n");
const require_ = require;
if (args[0] === "-c" && args[1].includes("sys.executable")) {
  console.log(JSON.stringify({ version: process.env.FAKE_VERSION ?? "3.11.7", executable: process.argv[1], packages: [] }));
} else if (args[0] === "-c" && args[1].includes("addsitedir")) {
} else if (args[0] === "-m" && args[1] === "venv") {
  log(["venv"]);
  mkdirSync(join(args[2], "bin"), { recursive: true });
  copyFileSync(process.argv[1], join(args[2], "bin/python"));
  chmodSync(join(args[2], "bin/python"), 0o755);
} else if (args[0] === "-m" && args[1] === "pip") {
  const lines = readFileSync(args.at(-1), "utf8").trim().split("\\n");
  log(["pip", ...lines]);
  if (lines.includes("nosuch")) {
    console.error("ERROR: No matching distribution found for nosuch");
    process.exit(1);
  }
} else if (args[0] === "-c" && args[1].includes("find_spec")) {
} else if (args[0] === "-c" && args[1].includes("os.fork()")) {
  // The server of programs: here they run one after the other in this process.
  let pending = "";
  process.stdin.on("data", (bytes) => {
    pending += bytes;
    for (let end = pending.indexOf("\\n"); end >= 0; end = pending.indexOf("\\n")) {
      const { code, args: given } = JSON.parse(pending.slice(0, end));
      pending = pending.slice(end + 1);
      process.exitCode = 0;
      if (code.includes("from dbt.cli.main")) {
        new Function("args", "require", readFileSync("fake_dbt.js", "utf8"))(given, require_);
      } else {
        log(["script", JSON.parse(readFileSync(given[0], "utf8"))]);
        console.log(JSON.stringify({ refused: [], taken: [] }));
      }
      const mark = "\\x1e" + args[3] + " " + process.exitCode + "\\n";
      process.stdout.write(mark);
      process.stderr.write(mark);
      process.exitCode = 0;
    }
  });
} else if (args[0] === "-c") {
  console.log(JSON.stringify(args.slice(2)));
} else {
  new Function("args", "require", readFileSync(args[0], "utf8"))(args.slice(1), require_);
}
`;

export interface PythonBench {
  readonly root: string;
  readonly environment: PythonTaskEnvironment;
  /** What the program was asked to install and run. */
  log(): readonly unknown[];
}

export function pythonBench(
  files: Readonly<Record<string, string>>,
  openSession: PythonTaskEnvironment["openSession"] = () => Promise.reject(new Error("no session is needed")),
): PythonBench {
  const root = temporaryFolder(files);
  const program = join(root, "bin/python");
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(program, SOURCE);
  chmodSync(program, 0o755);
  const logFile = join(root, "log.ndjson");
  writeFileSync(logFile, "");
  process.env.FAKE_LOG = logFile;
  const environment = {
    paths: new ProjectPaths({ root, mappings: { "/Workspace/KION": root } }),
    queries: join(root, "queries"),
    warehouse: join(root, "lake"),
    temporaryFolder: join(root, "tmp"),
    python: { interpreter: "./bin/python", dbt: {}, environments: join(root, "state/python") },
    engine: { timeZone: "UTC", memoryLimit: "512MiB", threads: 2 },
    openSession,
  };
  return {
    root,
    environment,
    log: () =>
      readFileSync(logFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
  };
}

export function attempt(
  type: AttemptRequest["task"]["type"],
  settings: Readonly<Record<string, unknown>>,
  more: Partial<AttemptRequest> = {},
): AttemptRequest {
  return {
    job: { id: "1", name: "Daily", runId: "2", startTime: 0 },
    task: { key: "t", type, runId: "3", attempt: 0 },
    settings,
    taskValues: {},
    sparkConf: {},
    ...more,
  };
}

export function textOf(events: readonly AttemptEvent[]): string {
  return events
    .map((event) => (event.type === "output" && event.output.kind === "text" ? event.output.text : ""))
    .join("");
}
