/** A session that dies on its way, for updates that are killed at any of their steps. */
import type { CdcFlow } from "../../../src/pipeline/cdc/change-settings.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { applyFlow, type UpdateSettings } from "../../pipeline/cdc/apply-flow.js";

class Killed extends Error {}

/** What a session is asked for by AUTO CDC. */
const STEPS: ReadonlySet<string | symbol> = new Set(["sql", "merge", "appendFlow", "tableProgress"]);

/** A session that is no more before or after one of the first steps that it is asked for; or, where it comes to fewer, lives on. */
export function killedSomewhere(spark: SparkSession, next: () => number): SparkSession {
  let left = Math.floor(next() * 14);
  const afterwards = next() < 0.5;
  return new Proxy(spark, {
    get(session, name) {
      const member = Reflect.get(session, name) as unknown;
      if (typeof member !== "function") return member;
      const call = member.bind(session) as (...args: unknown[]) => unknown;
      if (!STEPS.has(name)) return call;
      return async (...args: unknown[]) => {
        left -= 1;
        if (left < 0 && !afterwards) throw new Killed();
        const result = await call(...args);
        if (left < 0) throw new Killed();
        return result;
      };
    },
  });
}

/** One update, which a killed session leaves where it was. */
export async function applyUnlessKilled(session: SparkSession, flow: CdcFlow, settings: UpdateSettings): Promise<void> {
  try {
    await applyFlow(session, flow, settings);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}
