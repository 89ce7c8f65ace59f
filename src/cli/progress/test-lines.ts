/** Results of tests in the terminal, as JSON, and as JUnit's XML. */
import { relative } from "node:path";
import { failureLines, type TestResult } from "../../workspace/testing/run-tests.js";
import { countText, type Paint } from "./words.js";

export interface TestView {
  result(result: TestResult): readonly string[];
}

/** A heading for each file, a line for each test, and below one that failed what was not as expected. */
export function testView(paint: Paint): TestView {
  let current: string | undefined;
  return {
    result(result) {
      const file = placeOf(result);
      const heading = file === current ? [] : [...(current === undefined ? [] : [""]), paint("bold", file)];
      current = file;
      const time = paint("dim", timeText(result.seconds));
      if (result.passed) return [...heading, ` ${paint("green", "✔")} ${result.name} ${time}`];
      const place = result.line === undefined ? "" : paint("dim", ` ${file}:${result.line}`);
      const failures = result.failures.flatMap((one) => failureLines(one, paint)).map((line) => `     ${line}`);
      return [...heading, ` ${paint("red", "✖")} ${result.name} ${time}${place}`, ...failures];
    },
  };
}

export function summaryLines(
  results: readonly TestResult[],
  leftOut: number,
  seconds: number,
  paint: Paint,
): readonly string[] {
  if (results.length === 0) {
    const why =
      leftOut === 0
        ? "There are no tests: no *.test.yml and no *.tests.ts here."
        : `None of ${countText(leftOut, "test")} has that name.`;
    return [why];
  }
  const failed = results.filter((one) => !one.passed).length;
  const parts = [
    ...(failed === 0 ? [] : [paint("red", `${failed} failed`)]),
    ...(failed === results.length ? [] : [paint("green", `${results.length - failed} passed`)]),
    ...(leftOut === 0 ? [] : [paint("dim", `${leftOut} left out`)]),
  ];
  return ["", `${parts.join(", ")} in ${seconds.toFixed(1)} s`];
}

export function testsBody(results: readonly TestResult[]): unknown {
  return {
    passed: results.filter((one) => one.passed).length,
    failed: results.filter((one) => !one.passed).length,
    tests: results.map((one) => ({
      name: one.name,
      file: placeOf(one),
      line: one.line,
      status: one.passed ? "passed" : "failed",
      seconds: Number(one.seconds.toFixed(3)),
      failures: one.failures.map((failure) => ({ ...failure, text: failureLines(failure).join("\n") })),
    })),
  };
}

export function junitText(results: readonly TestResult[]): string {
  const files = [...new Set(results.map(placeOf))];
  const suites = files.map((file) => {
    const own = results.filter((one) => placeOf(one) === file);
    const failed = own.filter((one) => !one.passed).length;
    const cases = own.map((one) => {
      const head = `    <testcase name="${xml(one.name)}" classname="${xml(file)}" time="${one.seconds.toFixed(3)}"`;
      if (one.passed) return `${head}/>`;
      const text = one.failures.flatMap((failure) => failureLines(failure)).join("\n");
      const message = text.split("\n")[0] ?? "";
      return `${head}>\n      <failure message="${xml(message)}">${xml(text)}</failure>\n    </testcase>`;
    });
    const time = own.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
    return `  <testsuite name="${xml(file)}" tests="${own.length}" failures="${failed}" errors="0" skipped="0" time="${time}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  const failed = results.filter((one) => !one.passed).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lakelet test" tests="${results.length}" failures="${failed}">\n${suites.join("\n")}\n</testsuites>\n`;
}

function placeOf({ file }: TestResult): string {
  return file === undefined ? "" : relative(process.cwd(), file) || file;
}

function timeText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** Control characters have no place in XML, escaped or not. */
function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (one) => entities[one] ?? one).replace(/(?![\t\n\r])\p{Cc}/gu, "\ufffd");
}
