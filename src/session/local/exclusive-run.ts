/** One run at a time under a name, among all processes on a warehouse; what a killed one has left behind stops nobody. */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { folderName } from "../../catalog/folder-name.js";
import { LakeletError } from "../../errors/lakelet-error.js";

/** Two that come at the same moment both step back. */
const ATTEMPTS = 5;
const MAX_NAME = 200;

/** Claims of this process, by the names of their files. */
const held = new Set<string>();

/**
 * A claim is an empty file whose name says all, so that nobody can read half of one: `<pid>.<start>.<id>.<host>`. Who comes puts down
 * their own first and then looks for others; of two that run at once, one would have seen the other.
 */
export async function exclusively<Result>(
  warehouse: string,
  name: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const folder = join(warehouse, ".running", claimFolder(name));
  const claim = `${process.pid}.${startMark(process.pid) ?? ""}.${randomUUID()}.${hostname()}`;
  await mkdir(folder, { recursive: true });
  held.add(claim);
  try {
    for (let attempt = 1; ; attempt += 1) {
      await writeFile(join(folder, claim), "", { flag: "wx" });
      const other = (await claims(folder)).find((one) => one !== claim);
      if (other === undefined) break;
      await rm(join(folder, claim), { force: true });
      if (attempt === ATTEMPTS) throw runsAlready(name, join(folder, other));
      await passed(10 + Math.random() * 40);
    }
    return await run();
  } finally {
    held.delete(claim);
    await rm(join(folder, claim), { force: true });
  }
}

/** No file system takes names of any length. */
function claimFolder(name: string): string {
  const whole = folderName(name);
  return whole.length <= MAX_NAME ? whole : createHash("sha256").update(whole).digest("hex");
}

/** Those of the living; the others' are taken away. */
async function claims(folder: string): Promise<readonly string[]> {
  const living: string[] = [];
  for (const claim of await readdir(folder)) {
    if (isAlive(claim)) living.push(claim);
    else await rm(join(folder, claim), { force: true });
  }
  return living;
}

function isAlive(claim: string): boolean {
  const [pid = "", mark = "", , ...host] = claim.split(".");
  // A process of another machine cannot be asked.
  if (host.join(".") !== hostname()) return true;
  if (Number(pid) === process.pid) return held.has(claim);
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const found = startMark(Number(pid));
  return found === undefined ? !isLinux() : found === mark;
}

function isLinux(): boolean {
  return startMark(process.pid) !== undefined;
}

/** Linux: when the process started, in ticks since boot; undefined for one that is gone, or killed and not yet taken note of. */
function startMark(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the state is the third field of all, the start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function runsAlready(name: string, claim: string): LakeletError {
  const [pid = "", , , ...host] = basename(claim).split(".");
  return new LakeletError({
    condition: "RESOURCE_CONFLICT",
    sqlState: "55000",
    problem: `An active update already exists for ${name}: process ${pid} of ${host.join(".")} is at it.`,
    cure: `Wait until it has ended, or stop it. If there is no such process, remove ${claim}.`,
    parameters: { name, pid },
  });
}
