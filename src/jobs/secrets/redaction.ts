/** Blacks out secrets wherever a text is kept or shown. */

export type Redact = (text: string) => string;

export const BLACKED_OUT = "[REDACTED]";
/** Shorter ones would black out letters of ordinary words. */
const SHORTEST = 4;
/** Of a secret in the middle of something encoded: less of it is found by chance. */
const SHORTEST_INSIDE = 8;

/** @param secrets as they are; their encoded forms are found, too */
export function redaction(secrets: Iterable<string>): Redact {
  const forms = formsOfAll(secrets);
  if (forms.length === 0) return (text) => text;
  return (text) =>
    forms.reduce((done, form) => (done.includes(form) ? done.replaceAll(form, BLACKED_OUT) : done), text);
}

/** All that is looked for, the longest first, so that none shows by its longer relative. */
export function formsOfAll(secrets: Iterable<string>): readonly string[] {
  const forms = new Set([...secrets].filter((one) => one.length >= SHORTEST).flatMap(formsOf));
  return [...forms].sort((a, b) => b.length - a.length);
}

/** As it stands in JSON, in URLs and forms, as basic authentication sends it, and line by line where it has several (a private key). */
function formsOf(secret: string): readonly string[] {
  const encoded = [encodeURIComponent(secret), new URLSearchParams([["", secret]]).toString().slice(1)];
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= LONG_LINE);
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, ...lines, ...base64Forms(secret)];
}

const LONG_LINE = 16;

/** Alone, and behind other bytes (`user:password`): what of it does not depend on its neighbours. */
function base64Forms(secret: string): readonly string[] {
  const alone = Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, "");
  const shifted = [0, 1, 2].map((before) => {
    const bytes = Buffer.from(" ".repeat(before) + secret, "utf8");
    const whole = bytes.length - (bytes.length % 3);
    return bytes
      .subarray(0, whole)
      .toString("base64")
      .slice(before === 0 ? 0 : 4);
  });
  const found = [alone, ...shifted.filter((one) => one.length >= SHORTEST_INSIDE)];
  return [...found, ...found.map((one) => one.replaceAll("+", "-").replaceAll("/", "_"))];
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
