/** Blacks out the secrets of lakelet.yml wherever a text is kept or shown. */

export type Redact = (text: string) => string;

const BLACKED_OUT = "[REDACTED]";
/** Shorter ones would black out letters of ordinary words. */
const SHORTEST = 4;

/** @param secrets as they are configured; their encoded forms are found, too */
export function redaction(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.filter((one) => one.length >= SHORTEST).flatMap(formsOf));
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  return (text) => longestFirst.reduce((done, secret) => done.replaceAll(secret, BLACKED_OUT), text);
}

/** As it stands in JSON and in URLs, and as SMTP and basic authentication send it. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, "");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}

/** What of a URL is secret: the user's part, and path and query, where services put their tokens. The host may be told. */
export function secretsOfUrl(url: string): readonly string[] {
  const { username, password, pathname, search } = new URL(url);
  const address = `${pathname}${search}`;
  const segments = pathname.split("/").filter((one) => one.length >= LONG_TOKEN);
  // A user without a password is a token; with one it is a name.
  const user = password === "" ? username : decodeURIComponent(password);
  return [url, ...(address.length >= LONG_ADDRESS ? [address] : []), ...segments, password, user].filter(
    (one) => one !== "",
  );
}

/** A part of a path that long is a token rather than a word. */
const LONG_TOKEN = 16;
/** A shorter path (`/hook`) also stands in ordinary texts. */
const LONG_ADDRESS = 10;
