/** Maven coordinates resolved to JAR files by Maven itself: once for each set, kept under the state folder. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import type { Library } from "../../jobs/task-libraries.js";
import { withLock } from "../python/environment-lock.js";
import { type ProcessEnd, runProcess } from "../python/python-process.js";

export type MavenLibrary = NonNullable<Library["maven"]>;

interface MavenRequest {
  readonly folder: string;
  readonly emit: (event: AttemptEvent) => void;
}

const PART = /^[\w.-]+$/;
const SHOWN_LINES = 10;

/** The files of the libraries and of all that they need. */
export async function resolveMaven(
  libraries: readonly MavenLibrary[],
  { folder, emit }: MavenRequest,
): Promise<readonly string[]> {
  const project = projectFile(libraries);
  const whole = join(folder, createHash("sha256").update(project).digest("hex").slice(0, 24));
  if (!existsSync(whole)) {
    mkdirSync(folder, { recursive: true });
    const waiting = ({ pid }: { readonly pid: number }) =>
      say(emit, `Waiting for the process ${pid}, which resolves the same libraries ...\n`);
    await withLock(`${whole}.lock`, () => fetchAll(whole, project, libraries, emit), waiting);
  }
  return readdirSync(whole)
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(whole, name));
}

/** In a folder that gets its name when all is there: what was killed half-way is never used. */
async function fetchAll(
  whole: string,
  project: string,
  libraries: readonly MavenLibrary[],
  emit: MavenRequest["emit"],
): Promise<void> {
  if (existsSync(whole)) return;
  const staged = `${whole}-${randomBytes(4).toString("hex")}`;
  mkdirSync(staged);
  try {
    writeFileSync(join(staged, "pom.xml"), project);
    say(emit, `Resolving ${libraries.map((one) => one.coordinates).join(", ")} with Maven (once) ...\n`);
    const args = ["--batch-mode", "--quiet", "-f", join(staged, "pom.xml"), "dependency:copy-dependencies"];
    const scope = ["-DincludeScope=runtime", `-DoutputDirectory=${staged}`];
    const ended = await maven([...args, ...scope], staged);
    if (ended.code !== 0) throw notResolved(libraries, ended);
    renameSync(staged, whole);
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw error;
  }
}

async function maven(args: readonly string[], cwd: string): Promise<ProcessEnd & { readonly stdout: string }> {
  let stdout = "";
  const keep = (event: AttemptEvent) => {
    if (event.type === "output" && event.output.kind === "text") stdout += event.output.text;
  };
  try {
    return { ...(await runProcess({ command: "mvn", args, cwd, env: process.env, emit: keep })), stdout };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new LakeletError({
      condition: "MAVEN_NOT_FOUND",
      sqlState: "58000",
      problem: "The task asks for Maven libraries, and there is no Maven on this machine.",
      cure: "Install it (Debian: apt-get install maven; macOS: brew install maven), or name the JAR files: `- jar: ./lib/x.jar`.",
      cause,
    });
  }
}

/** Every text that comes from the spec is either of letters that mean nothing in XML, or escaped. */
function projectFile(libraries: readonly MavenLibrary[]): string {
  const repositories = [...new Set(libraries.flatMap(({ repo }) => repo ?? []))].map(
    (url, i) => `<repository><id>r${i}</id><url>${escaped(url)}</url></repository>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>lakelet</groupId><artifactId>task</artifactId><version>1</version>
<repositories>${repositories.join("")}</repositories>
<dependencies>${libraries.map(dependency).join("\n")}</dependencies></project>
`;
}

/** `group:artifact:version`, or `group:artifact:packaging[:classifier]:version`. */
function dependency({ coordinates, exclusions = [] }: MavenLibrary): string {
  const parts = coordinates.trim().split(":");
  if (parts.length < 3 || parts.length > 5 || !parts.every((part) => PART.test(part))) throw invalid(coordinates);
  const [group = "", artifact = "", ...rest] = parts;
  const [type, classifier] = rest.slice(0, -1);
  const left = exclusions.map((one) => {
    const [excludedGroup = "", name = ""] = one.split(":");
    if (!/^(?:\*|[\w.-]+)$/.test(excludedGroup) || !/^(?:\*|[\w.-]+)$/.test(name)) throw invalid(one);
    return `<exclusion>${tag("groupId", excludedGroup)}${tag("artifactId", name)}</exclusion>`;
  });
  return `<dependency>${tag("groupId", group)}${tag("artifactId", artifact)}${tag("version", rest.at(-1) ?? "")}${
    type === undefined ? "" : tag("type", type)
  }${classifier === undefined ? "" : tag("classifier", classifier)}<exclusions>${left.join("")}</exclusions></dependency>`;
}

function tag(name: string, text: string): string {
  return `<${name}>${text}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function invalid(coordinates: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_LIBRARY",
    sqlState: "42000",
    problem: `${JSON.stringify(coordinates)} are no Maven coordinates.`,
    cure: "Write group:artifact:version, e.g. org.jsoup:jsoup:1.7.2; an exclusion is group:artifact.",
    parameters: { library: coordinates },
  });
}

function notResolved(libraries: readonly MavenLibrary[], end: ProcessEnd & { readonly stdout: string }): LakeletError {
  const said = `${end.stdout}${end.stderr}`
    .trim()
    .split("\n")
    .filter((line) => /ERROR|could not/i.test(line));
  return new LakeletError({
    condition: "LIBRARY_INSTALLATION_FAILED",
    sqlState: "58000",
    problem: `Maven did not resolve ${libraries.map((one) => one.coordinates).join(", ")}.`,
    reason: said.slice(0, SHOWN_LINES).join("\n"),
  });
}

function say(emit: MavenRequest["emit"], text: string): void {
  emit({ type: "output", output: { kind: "text", stream: "stdout", text } });
}
