/** A session on a warehouse of its own, gone after the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { SessionOptions, SessionReport, SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";

export interface TestSession {
  readonly spark: SparkSession;
  readonly folder: string;
  readonly reports: SessionReport[];
}

/** One session for the tests of a file: `const lake = useSession()`; use `lake.spark` inside tests. */
export function useSession(options: Partial<SessionOptions> = {}): TestSession {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-session-"));
  const reports: SessionReport[] = [];
  let spark: SparkSession | undefined;
  beforeAll(async () => {
    spark = await createLocalSession({
      warehouse: join(folder, "lake"),
      workingFolder: folder,
      threads: 2,
      onReport: (report) => reports.push(report),
      ...options,
    });
  });
  afterAll(async () => {
    await spark?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    reports,
    get spark() {
      if (!spark) throw new Error("the session is there inside tests only");
      return spark;
    },
  };
}

/** Rows of a statement as plain arrays, bigints as numbers where they fit. */
export async function rowsOf(spark: SparkSession, sql: string): Promise<readonly (readonly unknown[])[]> {
  const { rows } = await spark.execute(sql);
  return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
}
