/** Values of the environment that are secret by their names: blacked out wherever a log would show them. */

const SECRET_NAME = /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY)/i;
/** Shorter ones are words of any text. */
const SHORTEST = 6;
const SHOWN = "[REDACTED]";

/** @example blackOut(secretValues({ DB_PASSWORD: "hunter22" }))("as hunter22") // "as [REDACTED]" */
export function secretValues(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST && SECRET_NAME.test(name) ? [value] : [],
  );
  // The longest first, so that none shows by its longer relative.
  return [...new Set(values)].sort((a, b) => b.length - a.length);
}

/** On lines of JSON: a secret is looked for as JSON writes it. */
export function blackOut(secrets: readonly string[]): (line: string) => string {
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) =>
    written.reduce((text, secret) => (text.includes(secret) ? text.replaceAll(secret, SHOWN) : text), line);
}
