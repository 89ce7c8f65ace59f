/**
 * R17: `lakelet pipeline run` as a real process: killed at random instants and at system calls, interrupted, started twice at once, on a disk
 * that is full or fails. The same command again ends with the tables of an update that nothing happened to, quarantine and kept changes
 * among them.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalSession } from "../../../src/session/local-session.js";
import { buildPackage } from "../../support/built-package.js";
import { differences, lakeContents } from "../../support/lake-contents.js";
import type { SystemCall } from "../faults/trace-log.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { DisturbedCommand, type Ended } from "./disturbed-command.js";

const PIPELINE = `
CREATE OR REFRESH STREAMING TABLE bronze (CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW);
CREATE FLOW files AS INSERT INTO bronze BY NAME
  SELECT * FROM STREAM read_files('orders', format => 'json', schema => 'id INT, customer INT, amount INT, seq INT');
CREATE FLOW lines AS INSERT INTO bronze BY NAME
  SELECT * FROM STREAM read_files('lines', format => 'csv', header => true, schema => 'id INT, customer INT, amount INT, seq INT');
CREATE FLOW archive AS INSERT INTO ONCE bronze BY NAME
  SELECT * FROM read_files('archive', format => 'csv', header => true, schema => 'id INT, customer INT, amount INT, seq INT');
CREATE OR REFRESH STREAMING TABLE silver (CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW)
  AS SELECT id, customer, amount FROM STREAM(bronze) WHERE id % 7 <> 0;
CREATE OR REFRESH STREAMING TABLE customers;
CREATE FLOW changes AS AUTO CDC INTO customers FROM STREAM(bronze) KEYS (customer) APPLY AS DELETE WHEN amount = 13
  SEQUENCE BY seq COLUMNS (customer, amount, seq) STORED AS SCD TYPE 2;
CREATE OR REFRESH STREAMING TABLE states;
CREATE OR REFRESH MATERIALIZED VIEW by_customer AS SELECT customer, count(*) AS orders, sum(amount) AS total FROM silver GROUP BY customer;
CREATE OR REFRESH MATERIALIZED VIEW versions AS SELECT c.customer, b.total FROM customers c LEFT JOIN by_customer b ON c.customer = b.customer WHERE c.__END_AT IS NULL;
`;

/** Snapshots are declared in code. */
const SNAPSHOTS = `import { pipeline } from "lakelet/pipeline";
pipeline.autoCdcFromSnapshot({ target: "states", source: "by_customer", keys: ["customer"], storedAsScdType: 1 });
`;

/** Written by each update anew, or at another time. */
const OF_THE_RUN = /^(?:event_log_|__apply_changes_storage_states)/;

type Contents = Awaited<ReturnType<typeof lakeContents>>;

/** A project just before an update. */
interface Template {
  readonly name: string;
  readonly folder: string;
  readonly command: DisturbedCommand;
  readonly calls: readonly SystemCall[];
  readonly expected: Contents;
  /** Of an undisturbed update. */
  readonly milliseconds: number;
}

interface Told {
  readonly outcomes: Map<string, number>;
  slowestInterrupt: number;
}

/** `count`: disturbed updates. */
export async function run({ count, seed, log = () => undefined }: SuiteOptions): Promise<SuiteResult> {
  const next = randomNumbers(seed);
  const scratch = mkdtempSync(join(tmpdir(), "lakelet-disturbed-"));
  const anomalies: string[] = [];
  const told: Told = { outcomes: new Map(), slowestInterrupt: 0 };
  // A build of its own: shared ones are cleared away after a while.
  const packageFolder = join(import.meta.dirname, "../../../.cache", `disturbed-${process.pid}`);
  buildPackage(packageFolder);
  try {
    const templates = await prepare(scratch, join(packageFolder, "dist/cli/main.js"));
    for (let index = 1; index <= count; index += 1) {
      const template = templates[Math.floor(next() * templates.length)] as Template;
      const project = copyOf(template, join(scratch, `project-${index}`));
      const { what, problems } = await disturb(template, project, next, told);
      told.outcomes.set(what.kind, (told.outcomes.get(what.kind) ?? 0) + 1);
      const found = [...problems, ...(problems.length > 0 ? [] : await problemsAfter(template, project))];
      for (const one of found) log(`${template.name}, ${what.text}: ${one} (kept: ${project})`);
      anomalies.push(...found.map((one) => `${template.name}, ${what.text}: ${one}`));
      if (found.length === 0) rmSync(project, { recursive: true, force: true });
      if (index % 10 === 0) log(`${index} updates disturbed, ${anomalies.length} anomalies`);
    }
  } finally {
    rmSync(packageFolder, { recursive: true, force: true });
  }
  if (anomalies.length === 0) rmSync(scratch, { recursive: true, force: true });
  const notes = [...told.outcomes].map(([kind, times]) => `${kind}: ${times}`);
  return { count, anomalies, notes: [...notes, `the slowest Ctrl-C took ${Math.round(told.slowestInterrupt)} ms`] };
}

/** The first update, the second, and a full refresh. */
async function prepare(scratch: string, command: string): Promise<readonly Template[]> {
  const plain = new DisturbedCommand(command, ["pipeline", "run", "shop"]);
  const full = new DisturbedCommand(command, ["pipeline", "run", "shop", "--full-refresh-all"]);
  const first = join(scratch, "first");
  newProject(first);
  const second = join(scratch, "second");
  cpSync(first, second, { recursive: true });
  must(await plain.run(second));
  arrivals(second, 2);
  return [
    await template("first update", plain, first),
    await template("second update", plain, second),
    await template("full refresh", full, second),
  ];
}

async function template(name: string, command: DisturbedCommand, folder: string): Promise<Template> {
  const traced = `${folder}-traced`;
  cpSync(folder, traced, { recursive: true });
  const calls = await command.calls(traced);
  rmSync(traced, { recursive: true });
  cpSync(folder, traced, { recursive: true });
  const began = performance.now();
  must(await command.run(traced));
  const milliseconds = performance.now() - began;
  const expected = await contentsOf(traced);
  rmSync(traced, { recursive: true });
  return { name, folder, command, calls, expected, milliseconds };
}

function newProject(folder: string): void {
  for (const name of ["orders", "lines", "archive", "pipelines/shop"])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "lakelet.yml"), "warehouse: ./lake\n");
  const spec = { name: "shop", id: "shop", schema: "default", libraries: [{ glob: { include: "sources/**" } }] };
  mkdirSync(join(folder, "pipelines/shop/sources"));
  writeFileSync(join(folder, "pipelines/shop/pipeline.json"), JSON.stringify(spec));
  writeFileSync(join(folder, "pipelines/shop/sources/shop.sql"), PIPELINE);
  writeFileSync(join(folder, "pipelines/shop/sources/states.ts"), SNAPSHOTS);
  writeFileSync(join(folder, "archive/old.csv"), "id,customer,amount,seq\n-1,1,5,0\n-2,2,0,0\n");
  arrivals(folder, 1);
}

function arrivals(folder: string, day: number): void {
  const next = randomNumbers(day);
  const number = (below: number) => Math.floor(next() * below);
  for (let file = 0; file < 3; file += 1) {
    const rows = Array.from({ length: 12 }, () => ({
      id: next() < 0.1 ? null : number(1000),
      customer: number(5),
      amount: next() < 0.1 ? 13 : number(20) - 3,
      seq: day * 10_000 + number(10_000),
    }));
    const json = [...rows.map((row) => JSON.stringify(row)), '{"id": 1, "customer": '];
    const csv = ["id,customer,amount,seq", ...rows.map((row) => Object.values(row).join(",")), "7,x,1,1"];
    writeFileSync(join(folder, `orders/${day}-${file}.json`), `${json.join("\n")}\n`);
    writeFileSync(join(folder, `lines/${day}-${file}.csv`), `${csv.join("\n")}\n`);
  }
}

function must({ code, output }: Ended): void {
  if (code !== 0) throw new Error(`an undisturbed update ended with ${code}:\n${output}`);
}

function copyOf({ folder }: Template, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}

interface Disturbed {
  readonly what: { readonly kind: string; readonly text: string };
  readonly problems: readonly string[];
}

/** Twice in a row sometimes: what recovers may be disturbed, too. */
async function disturb(template: Template, project: string, next: () => number, told: Told): Promise<Disturbed> {
  const { command, milliseconds, calls } = template;
  const kind = next();
  if (kind < 0.15) {
    const after = 300 + next() * milliseconds;
    const ended = await command.run(project, { signal: { name: "SIGINT", after } });
    told.slowestInterrupt = Math.max(told.slowestInterrupt, ended.milliseconds ?? 0);
    const text = `Ctrl-C after ${Math.round(after)} ms`;
    const isRight = ended.code === 130 || ended.code === 0;
    // Before the command has asked for the signal it ends as any program does.
    const problems = isRight || ended.code === null ? [] : [`it ended with ${ended.code}: ${ended.output}`];
    return { what: { kind: "interrupted", text }, problems };
  }
  if (kind < 0.25) {
    const both = await Promise.all([command.run(project), command.run(project)]);
    const isRight = both.every((one) => one.code === 0 || /RESOURCE_CONFLICT/.test(one.output));
    const problems = isRight ? [] : [`of two at once: ${both.map((one) => `${one.code}: ${one.output}`).join("\n")}`];
    return { what: { kind: "two at once", text: "two at once" }, problems };
  }
  if (kind < 0.5) {
    const after = next() * milliseconds * 1.2;
    const { code } = await command.run(project, { signal: { name: "SIGKILL", after } });
    const text = `kill -9 after ${Math.round(after)} ms`;
    return { what: { kind: code === null ? "killed at an instant" : "ended before its kill", text }, problems: [] };
  }
  const call = calls[Math.floor(next() * calls.length)] as SystemCall;
  const fails = kind > 0.8 ? failureOf(call.name) : undefined;
  const { inject, label } = fails ?? { inject: "signal=SIGKILL", label: "killed at a system call" };
  await command.run(project, { inject: `${call.name}:${inject}:when=${call.ordinal}` });
  const text = `${label}: ${call.name} #${call.ordinal} (${call.parameters.slice(0, 120)})`;
  return { what: { kind: label, text }, problems: [] };
}

/** A disk that is full from here on, or that cannot keep what it was given; other calls are not made to fail. */
function failureOf(call: string): { readonly inject: string; readonly label: string } | undefined {
  if (/^p?write/.test(call)) return { inject: "error=ENOSPC", label: "disk full" };
  if (/sync$/.test(call)) return { inject: "error=EIO", label: "failing fsync" };
  if (/^(?:link|rename|mkdir)/.test(call)) return { inject: "error=ENOSPC", label: "disk full" };
  return undefined;
}

async function problemsAfter({ command, expected }: Template, project: string): Promise<readonly string[]> {
  const { code, output } = await command.run(project);
  if (code !== 0) return [`the same command again ended with ${code}: ${output}`];
  return differences(expected, await contentsOf(project));
}

async function contentsOf(project: string): Promise<Contents> {
  const spark = await createLocalSession({ warehouse: join(project, "lake"), threads: 1 });
  try {
    return new Map([...(await lakeContents(spark))].filter(([name]) => !OF_THE_RUN.test(name)));
  } finally {
    await spark.stop();
  }
}
