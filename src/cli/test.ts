/** `lakelet test [path]`: the tests of pipelines, notebooks and SQL files, each in a lake of its own. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { EXIT_FAILED, EXIT_USAGE, ExitError } from "./exit.js";

interface TestOptions {
  readonly name?: string;
  readonly json?: boolean;
  readonly junit?: string;
}

export function testCommand(): Command {
  return new Command("test")
    .description("run the tests of pipelines, notebooks and SQL files: given rows, expected rows")
    .argument("[paths...]", "files (*.test.yml, *.tests.ts) and folders; the whole project where left out")
    .option("-n, --name <name>", "only tests whose names have this in them, or match this pattern")
    .option("--json", "print the results as JSON, and nothing else")
    .option("--junit <file>", "write the results as JUnit XML, too")
    .action(test);
}

async function test(paths: readonly string[], options: TestOptions): Promise<void> {
  const [{ runTests }, lines, { paintFor }, { terminalText }] = await Promise.all([
    import("../workspace/testing/run-tests.js"),
    import("./progress/test-lines.js"),
    import("./progress/words.js"),
    import("./progress/terminal-text.js"),
  ]);
  const paint = paintFor(process.stdout);
  const print = (text: readonly string[]): void => {
    for (const line of text) process.stdout.write(`${terminalText(line)}\n`);
  };
  const begin = performance.now();
  const view = lines.testView(paint);
  const { results, leftOut } = await runTests({
    paths,
    name: options.name,
    onResult: (result) => {
      if (!options.json) print(view.result(result));
    },
  });
  if (options.junit !== undefined) writeFileSync(options.junit, lines.junitText(results));
  if (options.json) process.stdout.write(`${JSON.stringify(lines.testsBody(results), undefined, 2)}\n`);
  else print(lines.summaryLines(results, leftOut, (performance.now() - begin) / 1000, paint));
  if (results.length === 0) throw new ExitError(EXIT_USAGE);
  if (results.some((one) => !one.passed)) throw new ExitError(EXIT_FAILED);
}
