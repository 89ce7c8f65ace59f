/** The Java that runs a task: the one that lakelet.yml names, JAVA_HOME's, or java on the PATH. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";

const PROBE_MS = 30_000;

/**
 * @param wanted `java` of lakelet.yml: a path (relative to the root where it has a slash), or a name on the PATH
 * @throws JAVA_NOT_FOUND with what to install
 */
export async function findJava(wanted: string | undefined, root: string): Promise<string> {
  const tried: string[] = [];
  for (const command of candidates(wanted, root)) {
    const problem = await probe(command);
    if (problem === undefined) return command;
    tried.push(`${command}: ${problem}`);
  }
  throw new LakeletError({
    condition: "JAVA_NOT_FOUND",
    sqlState: "58000",
    problem: wanted === undefined ? "There is no Java on this machine." : `\`java: ${wanted}\` is no Java.`,
    reason: `Tried ${tried.join("; ")}.`,
    cure:
      wanted === undefined
        ? "Install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk), or name one as `java` in lakelet.yml."
        : "Name the program `java` of a Java 17 or newer.",
  });
}

function candidates(wanted: string | undefined, root: string): readonly string[] {
  if (wanted !== undefined) return [/[/\\]/.test(wanted) ? resolve(root, wanted) : wanted];
  const home = process.env.JAVA_HOME;
  return [...(home ? [join(home, "bin", "java")] : []), "java"];
}

function probe(command: string): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(command, ["-version"], { timeout: PROBE_MS }, (error, _, stderr) => {
      if (!error) done(undefined);
      else if (error.code === "ENOENT") done("there is no such program");
      else done(stderr.trim().split("\n").at(-1) || error.message);
    });
  });
}
