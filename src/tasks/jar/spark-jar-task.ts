/** The spark_jar_task: a class of the task's JAR files, run by Java with its parameters as arguments. */
import { basename, delimiter } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";
import { failureFrom } from "../failure.js";
import { runProcess } from "../python/python-process.js";
import { taskVariables } from "../python/task-variables.js";
import type { JarTaskEnvironment } from "../task-environment.js";
import { classPath } from "./class-path.js";
import { findJava } from "./java.js";
import { javaFailure } from "./java-failure.js";

export interface SparkJarTaskSettings {
  readonly main_class_name?: string;
  readonly jar_uri?: string;
  readonly parameters?: readonly string[];
}

/** What Spark's own launcher gives to Java 17 and newer. */
const OPENED_TO_SPARK = [
  "java.lang",
  "java.lang.invoke",
  "java.lang.reflect",
  "java.io",
  "java.net",
  "java.nio",
  "java.util",
  "java.util.concurrent",
  "java.util.concurrent.atomic",
  "sun.nio.ch",
  "sun.nio.cs",
  "sun.security.action",
  "sun.util.calendar",
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

export function sparkJarTask(environment: JarTaskEnvironment): TaskHandler {
  return { type: "spark_jar_task", run: (request, emit) => runJar(environment, request, emit) };
}

async function runJar(
  environment: JarTaskEnvironment,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
): Promise<TaskResult> {
  const { paths, java } = environment;
  const settings = request.settings as SparkJarTaskSettings;
  try {
    const main = mainClass(settings);
    const command = await findJava(java.command, paths.root);
    const jar = settings.jar_uri;
    const jars = await classPath({ libraries: request.libraries, jar, paths, folder: java.libraries, emit });
    const { threads, memoryLimit } = environment.limits(request);
    const limits = [`-XX:ActiveProcessorCount=${threads}`, `-Xmx${Number.parseInt(memoryLimit, 10)}m`];
    const opened = jars.some((file) => basename(file).startsWith("spark-core_")) ? OPENED_TO_SPARK : [];
    const args = [...limits, ...opened, "-cp", jars.join(delimiter), main, ...(settings.parameters ?? [])];
    const end = await runProcess({ command, args, cwd: paths.root, env: taskVariables(request, environment), emit });
    return end.code === 0 ? { state: "SUCCESS" } : { state: "FAILED", failure: javaFailure(end) };
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, { file: "", text: "" }, {}) };
  }
}

/** Not an option of the command: a class has a name of letters. */
function mainClass({ main_class_name: name }: SparkJarTaskSettings): string {
  if (name !== undefined && /^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(name)) return name;
  throw new LakeletError({
    condition: "INVALID_MAIN_CLASS",
    sqlState: "42000",
    problem:
      name === undefined
        ? "The spark_jar_task names no class to run."
        : `${JSON.stringify(name)} is no name of a class.`,
    cure: "Write main_class_name: com.example.Main, and the JAR file that has it under the task's `libraries`.",
  });
}
