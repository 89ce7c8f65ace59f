/** The checksum of a JSON object that is told in itself (Delta protocol, "JSON checksum"): MD5 of its values by their paths, sorted. */
import { createHash } from "node:crypto";

/**
 * @param value a JSON object; its own field `checksum` does not count
 * @example jsonChecksum({ a: 10, b: { x: "https://delta.io" } }) // md5 of "a"=10,"b"+"x"="https%3A%2F%2Fdelta.io"
 */
export function jsonChecksum(value: Readonly<Record<string, unknown>>): string {
  const pairs: [path: string, value: string][] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (name !== "checksum") collect(quoted(name), inner, pairs);
  }
  // The paths are ASCII, so that this is the order of their bytes.
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = pairs.map((pair) => pair.join("=")).join(",");
  return createHash("md5").update(text).digest("hex");
}

function collect(path: string, value: unknown, pairs: [string, string][]): void {
  if (typeof value !== "object" || value === null) {
    pairs.push([path, typeof value === "string" ? quoted(value) : String(value)]);
  } else if (Array.isArray(value)) {
    value.forEach((inner, index) => {
      collect(`${path}+${index}`, inner, pairs);
    });
  } else {
    for (const [name, inner] of Object.entries(value)) collect(`${path}+${quoted(name)}`, inner, pairs);
  }
}

/** All but the unreserved characters of a URI in percent. */
function quoted(text: string): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `"${encoded}"`;
}
