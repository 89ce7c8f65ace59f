/** B12: what a fresh process costs, from `--version` to the six-task example. Of the built command. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./rounds.js";

export interface StartFigure {
  readonly title: string;
  readonly milliseconds: number;
  /** Against `node -e 0` in the same rounds. */
  readonly ratio: number | undefined;
  readonly bar: { readonly ratio?: number; readonly milliseconds?: number } | undefined;
  readonly met: boolean | undefined;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LAKELET = join(ROOT, "dist/cli/main.js");
const SPAWNS = 25;
const STATEMENTS = 7;
const JOB_RUNS = 5;
const VERSION_BAR = 1.6;
const JOB_BAR_MILLISECONDS = 4000;

export async function coldStart(): Promise<readonly StartFigure[]> {
  if (!existsSync(LAKELET)) throw new Error("B12 starts the built command: run `npm run build` first.");
  const folder = mkdtempSync(join(tmpdir(), "lakelet-bench-start-"));
  try {
    return [...versionFigures(), statementFigure(folder), jobFigure(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionFigures(): readonly StartFigure[] {
  const empty: number[] = [];
  const version: number[] = [];
  for (let i = 0; i < SPAWNS; i++) {
    empty.push(spawnMilliseconds(["-e", "0"], ROOT));
    version.push(spawnMilliseconds([LAKELET, "--version"], ROOT));
  }
  const ratio = median(version.map((one, i) => one / (empty[i] ?? Number.NaN)));
  const none = { ratio: undefined, bar: undefined, met: undefined };
  return [
    { title: "node -e 0", milliseconds: median(empty), ...none },
    {
      title: "lakelet --version",
      milliseconds: median(version),
      ratio,
      bar: { ratio: VERSION_BAR },
      met: ratio <= VERSION_BAR,
    },
  ];
}

function statementFigure(folder: string): StartFigure {
  const times = Array.from({ length: STATEMENTS }, () =>
    spawnMilliseconds([LAKELET, "sql", "select 1", "--warehouse", join(folder, "none")], folder),
  );
  return {
    title: 'lakelet sql "select 1"',
    milliseconds: median(times),
    ratio: undefined,
    bar: undefined,
    met: undefined,
  };
}

/** Each run begins with an empty lake. */
function jobFigure(folder: string): StartFigure {
  const times = Array.from({ length: JOB_RUNS }, (_, i) => {
    const project = join(folder, `project-${i}`);
    exampleProject(project);
    return spawnMilliseconds([LAKELET, "run", "orders"], project);
  });
  const milliseconds = median(times);
  return {
    title: "six-task example, fresh lake",
    milliseconds,
    ratio: undefined,
    bar: { milliseconds: JOB_BAR_MILLISECONDS },
    met: milliseconds <= JOB_BAR_MILLISECONDS,
  };
}

function exampleProject(folder: string): void {
  mkdirSync(join(folder, "data"), { recursive: true });
  cpSync(join(ROOT, "pipelines/orders"), join(folder, "pipelines/orders"), { recursive: true });
  cpSync(join(ROOT, "data/orders"), join(folder, "data/orders"), { recursive: true });
  const paths = ["paths:", "  /Workspace/KION/jobs: ./pipelines/orders", "  /Volumes/main/default/kion_data: ./data"];
  writeFileSync(
    join(folder, "lakelet.yml"),
    ["warehouse: ./lake", "queries: ./pipelines/orders/queries", ...paths, ""].join("\n"),
  );
}

function spawnMilliseconds(args: readonly string[], cwd: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
