/** What a test of a pipeline, a notebook or a SQL file says: given rows, expected rows. One shape for YAML and TypeScript. */
import { z } from "zod";

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const row = z.record(z.string(), z.unknown());
const rows = z.array(row);

const givenTable = z.union([
  rows,
  z.strictObject({ rows, schema: text.optional() }),
  z.strictObject({ file: text, schema: text.optional() }),
]);
const givenFile = z.union([z.string(), rows, z.strictObject({ file: text })]);
const given = z.strictObject({
  tables: z.record(text, givenTable).optional(),
  files: z.record(text, givenFile).optional(),
  parameters: z.record(text, scalar).optional(),
  configuration: z.record(text, scalar).optional(),
  now: z.union([text, z.date()]).optional(),
});

const expectedRows = z.union([
  rows,
  z.strictObject({ rows, columns: z.array(text).min(1).optional(), ordered: z.boolean().optional() }),
]);
const expectedCounts = z.strictObject({ passed: z.int().min(0).optional(), failed: z.int().min(0).optional() });
const expected = z.strictObject({
  tables: z.record(text, expectedRows).optional(),
  quarantine: z.record(text, expectedRows).optional(),
  expectations: z.record(text, z.record(text, expectedCounts)).optional(),
  result: expectedRows.optional(),
  error: z.union([text, z.strictObject({ condition: text.optional(), message: text.optional() })]).optional(),
});

const testCaseSchema = z.strictObject({
  name: text,
  pipeline: text.optional(),
  dataset: text.optional(),
  datasets: z.array(text).min(1).optional(),
  notebook: text.optional(),
  sql: text.optional(),
  target: text.optional(),
  given: given.optional(),
  expect: expected,
});

/** A file of tests: what stands above `tests` holds for each of them; `given` of a test beats it name by name. */
export const testFileSchema = z.strictObject({
  pipeline: text.optional(),
  notebook: text.optional(),
  sql: text.optional(),
  target: text.optional(),
  given: given.optional(),
  tests: z.array(testCaseSchema).min(1),
});

/** Rows as objects: column -> value, dates and decimals as text or numbers. */
export type TestRow = Readonly<Record<string, unknown>>;

export type GivenTable =
  | readonly TestRow[]
  | { readonly rows: readonly TestRow[]; readonly schema?: string | undefined }
  | { readonly file: string; readonly schema?: string | undefined };

/** A text, rows (written as CSV or JSON lines by the name's ending), or a file beside the test. */
export type GivenFile = string | readonly TestRow[] | { readonly file: string };

export interface Given {
  /** By name; unqualified ones lie in the pipeline's schema, or in main.default. */
  readonly tables?: Readonly<Record<string, GivenTable>> | undefined;
  /** By the path that the code reads; `${key}` is the pipeline's configuration. */
  readonly files?: Readonly<Record<string, GivenFile>> | undefined;
  /** Of a notebook its widgets, of a SQL file its markers. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Of the pipeline: beats its spec. Of a notebook and a SQL file: Spark's. */
  readonly configuration?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** `2024-06-01`, `2024-06-01T08:00:00Z`: what current_date() and current_timestamp() give. */
  readonly now?: string | Date | undefined;
}

export type ExpectedRows =
  | readonly TestRow[]
  | {
      readonly rows: readonly TestRow[];
      /** Those that are compared; the ones that the rows name where absent. */
      readonly columns?: readonly string[] | undefined;
      readonly ordered?: boolean | undefined;
    };

export interface Expected {
  readonly tables?: Readonly<Record<string, ExpectedRows>> | undefined;
  /** By the table whose quarantine it is. */
  readonly quarantine?: Readonly<Record<string, ExpectedRows>> | undefined;
  /** Table -> expectation -> rows. */
  readonly expectations?:
    | Readonly<
        Record<
          string,
          Readonly<Record<string, { readonly passed?: number | undefined; readonly failed?: number | undefined }>>
        >
      >
    | undefined;
  /** Of the last statement of a SQL file. */
  readonly result?: ExpectedRows | undefined;
  /** A condition such as `QUALITY_GATE_FAILED`; its message or a part of it. */
  readonly error?:
    | string
    | { readonly condition?: string | undefined; readonly message?: string | undefined }
    | undefined;
}

export interface TestCase {
  readonly name: string;
  /** As `lakelet pipeline run` takes it. */
  readonly pipeline?: string | undefined;
  /** What is under test; those that `expect` names where absent. */
  readonly dataset?: string | undefined;
  readonly datasets?: readonly string[] | undefined;
  /** Path of a notebook, or of a SQL file; from the test's file, or as a job writes it. */
  readonly notebook?: string | undefined;
  readonly sql?: string | undefined;
  /** Of the bundle that the pipeline is in. */
  readonly target?: string | undefined;
  readonly given?: Given | undefined;
  readonly expect: Expected;
}

export type TestFile = Omit<z.infer<typeof testFileSchema>, "tests"> & { readonly tests: readonly TestCase[] };

/** The tests of a file with what holds for all of them put in. */
export function casesOf(file: TestFile): readonly TestCase[] {
  const { tests, given: shared = {}, ...common } = file;
  return tests.map((test) => {
    const own = test.given ?? {};
    const isOther = test.pipeline ?? test.notebook ?? test.sql;
    const { target } = common;
    return {
      ...(isOther === undefined ? common : target === undefined ? {} : { target }),
      ...test,
      given: {
        tables: { ...shared.tables, ...own.tables },
        files: { ...shared.files, ...own.files },
        parameters: { ...shared.parameters, ...own.parameters },
        configuration: { ...shared.configuration, ...own.configuration },
        ...((own.now ?? shared.now) === undefined ? {} : { now: own.now ?? shared.now }),
      },
    };
  });
}
