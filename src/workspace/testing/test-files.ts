/** The files of tests: found in a project, read with the line of each test. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LakeletError } from "../../errors/lakelet-error.js";
import { readDocument } from "../../jobs/spec/document.js";
import { invalidDocument } from "../../jobs/spec/problem.js";
import { schemaProblems } from "../../jobs/spec/schema-problems.js";
import { PROJECT_FILE, type Project } from "../project-defaults.js";
import { casesOf, type TestCase, type TestFile, testFileSchema } from "./test-case.js";

export interface FoundTest {
  readonly test: TestCase;
  /** Absolute. */
  readonly file: string;
  readonly line: number | undefined;
}

const TEST_FILE = /\.test\.ya?ml$|\.tests\.ts$/;
const NOT_SEARCHED = new Set(["node_modules", "dist", "target", "spark-warehouse"]);

/** Of one file, of a folder and all below it; of the whole project where nothing is named. Throws TEST_NOT_FOUND, INVALID_TEST_FILE. */
export async function findTests(project: Project, wanted: readonly string[]): Promise<readonly FoundTest[]> {
  const places = wanted.length === 0 ? [project.root] : wanted.map((one) => placeOf(project, one));
  const files = [...new Set(places.flatMap((one) => (statSync(one).isDirectory() ? filesIn(one, project) : [one])))];
  const tests = await Promise.all(files.map((file) => testsOf(file)));
  return tests.flat();
}

/** From the working folder, from the project's, or from its pipelines. */
function placeOf(project: Project, path: string): string {
  const places = [resolve(path), resolve(project.root, path), resolve(project.pipelines, path)];
  const found = places.find((one) => existsSync(one));
  if (found !== undefined) return found;
  throw new LakeletError({
    condition: "TEST_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no ${path}.`,
    cure: "Name a file of tests (orders.test.yml), or a folder with some.",
  });
}

function filesIn(folder: string, project: Project): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return TEST_FILE.test(entry.name) ? [path] : [];
      return entry.isDirectory() && isSearched(path, project) ? filesIn(path, project) : [];
    });
}

/** Neither what tools make nor a project of its own: its tests name what only it has. */
function isSearched(folder: string, project: Project): boolean {
  const name = basename(folder);
  if (name.startsWith(".") || NOT_SEARCHED.has(name)) return false;
  return folder !== project.warehouse && folder !== project.state && !existsSync(join(folder, PROJECT_FILE));
}

async function testsOf(file: string): Promise<readonly FoundTest[]> {
  const shown = relative(process.cwd(), file) || file;
  if (extname(file) === ".ts") {
    const parsed = await typescriptTests(file, shown);
    return casesOf(parsed).map((test) => ({ test, file, line: undefined }));
  }
  const document = readDocument(readFileSync(file, "utf8"), shown);
  const parsed = testFileSchema.safeParse(document.value);
  if (!parsed.success) {
    const problems = schemaProblems(testFileSchema, parsed.error, document.value);
    const located = problems.map((one) => ({ ...one, location: document.locate(one.path, one.part) }));
    throw invalidDocument("INVALID_TEST_FILE", "The file of tests", located);
  }
  return casesOf(parsed.data).map((test, i) => ({ test, file, line: document.locate(["tests", i]).line }));
}

/** `export default tests({ ... })`. */
async function typescriptTests(file: string, shown: string): Promise<TestFile> {
  const [{ createJiti }, testing, lakelet] = await Promise.all([
    import("jiti"),
    import("../../testing.js"),
    import("../../index.js"),
  ]);
  const jiti = createJiti(pathToFileURL(dirname(file)).href, {
    virtualModules: { "lakelet/testing": testing, lakelet },
    interopDefault: true,
    moduleCache: false,
  });
  const value: unknown = await jiti.import(file, { default: true });
  const parsed = testFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(testFileSchema, parsed.error, value);
  throw invalidDocument(
    "INVALID_TEST_FILE",
    "The file of tests",
    problems.map((one) => ({ ...one, location: { file: shown, line: 1 } })),
  );
}
