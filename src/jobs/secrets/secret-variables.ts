/** Values of the environment that are secret by their names, or by what they are. */

const SECRET_NAME =
  /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|WEBHOOK|CONNECTION_?STRING|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY)|(^|_)PASS$/i;
/** A key is secret where it is long enough for one: `SORT_KEY` is not. */
const KEY_NAME = /(^|_)KEY$/i;
/** Such a variable says where a secret is, or how it is called. */
const NOT_ITSELF = /(_FILE|_PATH|_DIR|_NAME|_SCOPE|_HELPER)$/i;
/** Shorter ones are words of any text. */
const SHORTEST = 6;
const SHORTEST_KEY = 16;
const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i;

/** @example secretVariables({ DB_PASSWORD: "hunter22", PATH: "/bin" }) // ["hunter22"] */
export function secretVariables(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value = ""]) => [
    ...(isSecret(name, value) ? [value] : []),
    ...passwordOf(value),
  ]);
  return [...new Set(values)];
}

function isSecret(name: string, value: string): boolean {
  if (value.length < SHORTEST || NOT_ITSELF.test(name)) return false;
  return SECRET_NAME.test(name) || (KEY_NAME.test(name) && value.length >= SHORTEST_KEY);
}

/** Of `postgres://etl:hunter22@db/sales`, whatever the variable is called. */
function passwordOf(value: string): readonly string[] {
  const written = WITH_PASSWORD.exec(value)?.[1] ?? "";
  return written.length < SHORTEST ? [] : [written, decoded(written)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
