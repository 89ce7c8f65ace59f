/** spark_python_task and python_wheel_task with a program in Python's place. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AttemptEvent, TaskResult } from "../../../src/jobs/run/attempt.js";
import { pythonWheelTask } from "../../../src/tasks/python/python-wheel-task.js";
import { sparkPythonTask } from "../../../src/tasks/python/spark-python-task.js";
import { attempt, type PythonBench, pythonBench, textOf } from "./fake-python.js";

let bench: PythonBench;
let events: AttemptEvent[];
beforeEach(() => {
  events = [];
});
const emit = (event: AttemptEvent) => void events.push(event);

function runFile(source: string, parameters: readonly string[] = [], more = {}): Promise<TaskResult> {
  bench = pythonBench({ "jobs/load.py": source });
  const settings = { python_file: "/Workspace/KION/jobs/load.py", parameters };
  return sparkPythonTask(bench.environment).run(attempt("spark_python_task", settings, more), emit);
}

describe("spark_python_task", () => {
  test("gets its parameters as they are, and knows where the lake is and which run this is", async () => {
    const hostile = ["a b", "$(id)", "'; --", "{{job.id}}", "--x=é\n"];
    const result = await runFile(
      `const { LAKELET_WAREHOUSE, LAKELET_JOB_RUN_ID, LAKELET_TASK_KEY, PYTHONUNBUFFERED } = process.env;
       console.log(JSON.stringify({ args, cwd: process.cwd(), LAKELET_WAREHOUSE, LAKELET_JOB_RUN_ID, LAKELET_TASK_KEY, PYTHONUNBUFFERED }));`,
      hostile,
    );
    expect(result).toEqual({ state: "SUCCESS" });
    expect(JSON.parse(textOf(events))).toEqual({
      args: hostile,
      cwd: expect.stringMatching(/lakelet-test-/),
      LAKELET_WAREHOUSE: bench.environment.warehouse,
      LAKELET_JOB_RUN_ID: "2",
      LAKELET_TASK_KEY: "t",
      PYTHONUNBUFFERED: "1",
    });
  });

  test("output comes line by line, by its stream, characters whole", async () => {
    await runFile(
      `const text = Buffer.from("zażółć\\nlast");
       for (const byte of text) require("node:fs").writeSync(1, Buffer.from([byte]));
       require("node:fs").writeSync(2, "warned\\n");`,
    );
    const texts = events.flatMap((event) =>
      event.type === "output" && event.output.kind === "text" ? [event.output] : [],
    );
    expect(texts).toContainEqual({ kind: "text", stream: "stderr", text: "warned\n" });
    const printed = texts.filter(({ stream }) => stream === "stdout").map(({ text }) => text);
    expect(printed.join("")).toBe("zażółć\nlast");
    expect(printed[0]).toBe("zażółć\n");
  });

  test("fails with the exception and its line", async () => {
    const result = await runFile(
      `process.stderr.write('Traceback (most recent call last):\\n  File "' + process.argv[2] + '", line 1, in <module>\\nValueError: boom\\n');
       process.exitCode = 1;`,
    );
    expect(result).toMatchObject({
      state: "FAILED",
      failure: { message: "ValueError: boom", location: { line: 1 }, retryable: true },
    });
  });

  test("a NUL in a parameter is refused, and fails the task", async () => {
    expect(await runFile("", ["a\0b"])).toMatchObject({ state: "FAILED", failure: { message: /null bytes/ } });
  });

  test("a child that holds the output open does not hold the task up", async () => {
    const result = await runFile(
      `require("node:child_process").spawn("sleep", ["20"], { stdio: ["ignore", 1, 2] }).unref();`,
    );
    expect(result).toEqual({ state: "SUCCESS" });
  });

  test.each([
    [{ python_file: "nope.py" }, "PYTHON_FILE_NOT_FOUND"],
    [{ python_file: "/Volumes/x/y/z.py" }, "UNMAPPED_PATH"],
    [{ python_file: "s3://bucket/x.py" }, "UNSUPPORTED_FEATURE.REMOTE_PATH"],
  ])("%j fails with %s", async (settings, condition) => {
    const { environment } = pythonBench({});
    expect(await sparkPythonTask(environment).run(attempt("spark_python_task", settings), emit)).toMatchObject({
      failure: { condition, retryable: false },
    });
  });
});

describe("the interpreter", () => {
  test("one that is not there: what to do is said, and it is not tried again", async () => {
    const { environment } = pythonBench({ "x.py": "" });
    const missing = { ...environment, python: { ...environment.python, interpreter: "./no/python" } };
    const result = await sparkPythonTask(missing).run(attempt("spark_python_task", { python_file: "x.py" }), emit);
    expect(result).toMatchObject({ failure: { condition: "PYTHON_NOT_FOUND", retryable: false } });
    expect(result.state === "FAILED" && result.failure.message).toContain("Name Python 3.9 or newer as `python`");
  });

  test("one that is too old", async () => {
    process.env.FAKE_VERSION = "3.7.1";
    try {
      expect(await runFile("")).toMatchObject({ failure: { condition: "UNSUPPORTED_PYTHON_VERSION" } });
    } finally {
      delete process.env.FAKE_VERSION;
    }
  });
});

describe("libraries", () => {
  const libraries = { libraries: [{ pypi: { package: "polars==1.0" } }], dependencies: ["simplejson"] };

  test("are installed once, in an environment that later attempts and other tasks of the same libraries use", async () => {
    expect(await runFile(`console.log(process.argv[1]);`, [], { libraries })).toEqual({ state: "SUCCESS" });
    expect(textOf(events)).toMatch(
      /^Installing polars==1\.0, simplejson for Python 3\.11\.7 \(once\) \.\.\.\n.*\/state\/python\/[0-9a-f]{16}-/,
    );
    const task = sparkPythonTask(bench.environment);
    const again = () => task.run(attempt("spark_python_task", { python_file: "jobs/load.py" }, { libraries }), emit);
    await Promise.all([again(), again()]);
    expect(bench.log()).toEqual([["venv"], ["pip", "polars==1.0", "simplejson"]]);
  });

  test("two that need them at once make one environment", async () => {
    bench = pythonBench({ "x.py": "" });
    const run = () =>
      sparkPythonTask(bench.environment).run(
        attempt("spark_python_task", { python_file: "x.py" }, { libraries }),
        emit,
      );
    expect(await Promise.all([run(), run()])).toEqual([{ state: "SUCCESS" }, { state: "SUCCESS" }]);
    expect(bench.log()).toHaveLength(2);
  });

  test("that cannot be installed fail the task, and leave no environment behind", async () => {
    const nosuch = { libraries: [{ pypi: { package: "nosuch" } }], dependencies: [] };
    const result = await runFile("", [], { libraries: nosuch });
    expect(result).toMatchObject({ failure: { condition: "LIBRARY_INSTALLATION_FAILED", retryable: true } });
    expect(result.state === "FAILED" && result.failure.message).toContain("No matching distribution found for nosuch");
  });
});

describe("python_wheel_task", () => {
  test.each([
    [{ named_parameters: { day: "2024-01-15", "x y": "a b; c" } }, ["--day=2024-01-15", "--x y=a b; c"]],
    [{ parameters: ["--day", "1"] }, ["--day", "1"]],
    [{}, []],
  ])("%j", async (parameters, args) => {
    bench = pythonBench({});
    const settings = { package_name: "etl", entry_point: "main", ...parameters };
    const result = await pythonWheelTask(bench.environment).run(attempt("python_wheel_task", settings), emit);
    expect(result).toEqual({ state: "SUCCESS" });
    expect(JSON.parse(textOf(events))).toEqual(["etl", "main", ...args]);
  });
});
