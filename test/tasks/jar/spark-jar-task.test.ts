/** The spark_jar_task, with a program in Java's place that tells what it was given. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AttemptEvent, AttemptRequest } from "../../../src/jobs/run/attempt.js";
import { javaFailure } from "../../../src/tasks/jar/java-failure.js";
import { type SparkJarTaskSettings, sparkJarTask } from "../../../src/tasks/jar/spark-jar-task.js";
import { ProjectPaths } from "../../../src/tasks/project-paths.js";
import type { JarTaskEnvironment } from "../../../src/tasks/task-environment.js";

const root = mkdtempSync(join(tmpdir(), "lakelet-jar-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

mkdirSync(join(root, "lib"));
writeFileSync(join(root, "lib/etl.jar"), "");
const java = join(root, "java");
writeFileSync(
  java,
  `#!${process.execPath}
const args = process.argv.slice(2);
if (args[0] === "-version") process.exit(0);
console.log(JSON.stringify({ args, run: process.env.LAKELET_JOB_RUN_ID }));
if (args.includes("fail")) {
  console.error('log line\\nException in thread "main" java.lang.IllegalStateException: no rows\\n\\tat etl.Main.main(Main.java:5)\\nCaused by: java.io.IOException: gone');
  process.exit(1);
}
`,
);
chmodSync(java, 0o755);

async function run(settings: SparkJarTaskSettings, { command = java, ...more }: { command?: string } & object = {}) {
  const environment: JarTaskEnvironment = {
    paths: new ProjectPaths({ root, mappings: {} }),
    queries: root,
    warehouse: join(root, "lake"),
    java: { command, libraries: join(root, "libraries") },
    limits: () => ({ threads: 2, memoryLimit: "512MiB" }),
    openSession: () => Promise.reject(new Error("a JAR opens no session")),
  };
  const request: AttemptRequest = {
    job: { id: "1", name: "job", runId: "7", startTime: 0 },
    task: { key: "jar", type: "spark_jar_task", runId: "8", attempt: 0 },
    settings: { ...settings },
    taskValues: {},
    sparkConf: {},
    libraries: { libraries: [{ jar: "./lib/*.jar" }], dependencies: [] },
    ...more,
  };
  const events: AttemptEvent[] = [];
  const result = await sparkJarTask(environment).run(request, (event) => events.push(event));
  const printed = events.map((one) => (one.type === "output" && one.output.kind === "text" ? one.output.text : ""));
  return { result, printed: printed.join("") };
}

test("the class gets its parameters as they are, its JAR files and its share of the machine", async () => {
  const parameters = ["--day", "2024-01-15", "a b", "$(touch x)", "'; rm -rf"];
  const { result, printed } = await run({ main_class_name: "etl.Main", parameters });
  expect(result).toEqual({ state: "SUCCESS" });
  expect(JSON.parse(printed)).toEqual({
    args: ["-XX:ActiveProcessorCount=2", "-Xmx512m", "-cp", join(root, "lib/etl.jar"), "etl.Main", ...parameters],
    run: "7",
  });
});

test("an exception fails the attempt with its text and its trace", async () => {
  const { result } = await run({ main_class_name: "etl.Main", parameters: ["fail"] });
  expect(result).toEqual({
    state: "FAILED",
    failure: {
      message: "java.lang.IllegalStateException: no rows",
      retryable: true,
      stack: expect.stringMatching(/^java\.lang\.IllegalStateException.*\n\tat etl\.Main.*\nCaused by: java\.io/),
    },
  });
});

test.each([
  ["no class", {}, {}, "INVALID_MAIN_CLASS"],
  ["an option for a class", { main_class_name: "-version" }, {}, "INVALID_MAIN_CLASS"],
  ["no Java", { main_class_name: "etl.Main" }, { command: "./none/java" }, "JAVA_NOT_FOUND"],
  [
    "no such file",
    { main_class_name: "etl.Main" },
    { libraries: { libraries: [{ jar: "./lib/none.jar" }], dependencies: [] } },
    "LIBRARY_NOT_FOUND",
  ],
  [
    "coordinates that are none",
    { main_class_name: "etl.Main" },
    { libraries: { libraries: [{ maven: { coordinates: "org.x:y</version>:1" } }], dependencies: [] } },
    "INVALID_LIBRARY",
  ],
])("%s: a failure by name", async (_, settings, more, condition) => {
  const { result } = await run(settings, more);
  expect(result).toMatchObject({ state: "FAILED", failure: { condition } });
});

test("Spark that is missing is said to be missing; what another try cannot mend is not tried again", () => {
  const stderr =
    'Exception in thread "main" java.lang.NoClassDefFoundError: org/apache/spark/sql/SparkSession\n\tat etl.Main.main(Main.java:5)\n';
  const failure = javaFailure({ code: 1, signal: null, stderr });
  expect(failure).toMatchObject({ retryable: false, message: expect.stringContaining("spark-sql_2.13") });
  expect(javaFailure({ code: 3, signal: null, stderr: "bad\n" }).message).toBe(
    "The Java process ended with exit code 3.\nbad",
  );
});
