/** What Python prints when it fails, as the failure of an attempt. */
import { expect, test } from "vitest";
import { pythonFailure } from "../../../src/tasks/python/python-failure.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const root = temporaryFolder({ "jobs/load.py": "import lib\n\nlib.read(1)\n" });
const end = (stderr: string, code: number | null = 1) => ({ code, signal: null, stderr });

test("the exception, and the innermost line of the project's own files", () => {
  const failure = pythonFailure(
    end(`INFO starting
Traceback (most recent call last):
  File "${root}/jobs/load.py", line 3, in <module>
    lib.read(1)
    ^^^^^^^^^^^
  File "/opt/venv/lib/python3.11/site-packages/lib/__init__.py", line 9, in read
    raise KeyError(key)
KeyError: 1
`),
    root,
    "Install it.",
  );
  expect(failure).toMatchObject({ message: "KeyError: 1", retryable: true, location: { line: 3 } });
  expect(failure.location?.file).toMatch(/jobs\/load\.py$/);
  expect(failure.frame).toContain("> 3 | lib.read(1)");
  expect(failure.stack).toMatch(/^Traceback/);
});

test("of a chain the last one; a message has several lines", () => {
  const failure = pythonFailure(
    end(`Traceback (most recent call last):
  File "<string>", line 1, in <module>
ValueError: first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "<string>", line 2, in <module>
my.pkg.Oops: second
  with a hint
`),
    root,
    "",
  );
  expect(failure.message).toBe("my.pkg.Oops: second\n  with a hint");
  expect(failure.location).toBeUndefined();
});

test("a syntax error has no header, and is not tried again", () => {
  const failure = pythonFailure(
    end(`  File "${root}/jobs/load.py", line 1\n    import lib(\n              ^\nSyntaxError: '(' was never closed\n`),
    root,
    "",
  );
  expect(failure).toMatchObject({
    message: "SyntaxError: '(' was never closed",
    retryable: false,
    location: { line: 1 },
  });
});

test("a missing module says what to do", () => {
  const stderr = `Traceback (most recent call last):\n  File "${root}/jobs/load.py", line 1, in <module>\nModuleNotFoundError: No module named 'lib'\n`;
  expect(pythonFailure(end(stderr), root, "Install it.")).toMatchObject({
    message: "ModuleNotFoundError: No module named 'lib' Install it.",
    retryable: false,
  });
});

test.each([
  ["no such table\n", 3, "no such table\nThe Python process ended with exit code 3."],
  ["", 1, "The Python process ended with exit code 1."],
])("without a traceback: what it said, and its exit code", (stderr, code, message) => {
  expect(pythonFailure(end(stderr, code), root, "")).toEqual({ message, retryable: true });
});

test("a signal", () => {
  expect(pythonFailure({ code: null, signal: "SIGSEGV", stderr: "" }, root, "").message).toContain(
    "was ended by SIGSEGV",
  );
});
