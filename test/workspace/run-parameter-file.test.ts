/** A file of parameters: run-now's body or plain names, with the line of each mistake. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRunParameterFile } from "../../src/workspace/run-parameter-file.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const read = (text: string) => readRunParameterFile(join(temporaryFolder({ "p.yml": text }), "p.yml"));

test("names and values", () => {
  expect(read('day: "2024-01-15"\n"odd name": "{{job.id}} \'; DROP"')).toEqual({
    parameters: { day: "2024-01-15", "odd name": "{{job.id}} '; DROP" },
    runParameters: undefined,
  });
  expect(read("")).toEqual({ parameters: {}, runParameters: undefined });
});

test("run-now's body", () => {
  const text = '{ "job_parameters": { "day": "x" }, "python_params": ["--a", "b"], "notebook_params": { "n": "1" } }';
  expect(read(text)).toEqual({
    parameters: { day: "x" },
    runParameters: { python_params: ["--a", "b"], notebook_params: { n: "1" } },
  });
  expect(read('{ "job_parameters": { "day": "x" } }').runParameters).toBeUndefined();
});

test.each([
  ["day: 5", /p\.yml:1:6.*must be a string.*Put it in quotes: "5"/s],
  ["job_parameters: {}\njar_parms: []", /p\.yml:2:1.*Did you mean `jar_params`/s],
  ["notebook_params: {}\njar_params: []", /exclude each other/],
  ["__proto__: x", /__proto__/],
  ["- a", /must be an object/],
])("%s is refused", (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("a file that is not there", () => {
  expect(() => readRunParameterFile(join(temporaryFolder(), "none.yml"))).toThrow("cannot be read");
});
