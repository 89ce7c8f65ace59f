/** Quartz's own answers, from its library: fetched once by Maven, run by the JDK as one source file. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const VERSION = "2.3.2";
const ARTIFACTS = [`org.quartz-scheduler:quartz:${VERSION}`, "org.slf4j:slf4j-api:1.7.36"];

export interface QuartzQuestion {
  readonly expression: string;
  readonly zone: string;
  readonly after: number;
  readonly until: number;
}

/** Epoch seconds joined by blanks, or `!` and why Quartz refuses. */
export function askQuartz(questions: readonly QuartzQuestion[]): readonly string[] {
  const input = questions.map(({ expression, zone, after, until }) => [expression, zone, after, until].join("\t"));
  return execFileSync("java", ["-cp", join(jars(), "*"), join(import.meta.dirname, "QuartzOracle.java")], {
    input: `${input.join("\n")}\n`,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  })
    .split("\n")
    .slice(0, questions.length);
}

function jars(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "lakelet", `quartz-${VERSION}`);
  if (existsSync(join(folder, `quartz-${VERSION}.jar`))) return folder;
  mkdirSync(folder, { recursive: true });
  for (const artifact of ARTIFACTS) {
    const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
    execFileSync("mvn", ["--quiet", "--batch-mode", "dependency:copy", ...options], { stdio: "ignore" });
  }
  return folder;
}
