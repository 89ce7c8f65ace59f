/** Spark configuration for the time of a piece of work. */
import type { SparkSession } from "../session/contract.js";

/** Puts the settings into the session; gives the way back. */
export function holdConfiguration(
  { conf }: Pick<SparkSession, "conf">,
  settings: Readonly<Record<string, string>>,
): () => void {
  const before = Object.keys(settings).map((key) => [key, conf.get(key, undefined)] as const);
  const restore = () => {
    for (const [key, value] of before) {
      if (value === undefined) conf.unset(key);
      else conf.set(key, value);
    }
  };
  try {
    for (const [key, value] of Object.entries(settings)) conf.set(key, value);
  } catch (error) {
    restore();
    throw error;
  }
  return restore;
}
