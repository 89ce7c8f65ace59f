/** Columns whose values no profile, sample or report shows: people's names, mail addresses, secrets. */

/** Names separated by commas, `*` for any letters; in the configuration of the session. */
export const HIDDEN_COLUMNS = "spark.lakelet.quality.hiddenColumns";

/** @example hidesColumn({ [HIDDEN_COLUMNS]: "*email*, password" })("customer_email") // true */
export function hidesColumn(configuration: Readonly<Record<string, string>>): (column: string) => boolean {
  const patterns = (configuration[HIDDEN_COLUMNS] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => new RegExp(`^${one.split("*").map(escaped).join(".*")}$`, "is"));
  return (column) => patterns.some((one) => one.test(column));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
}
