/** url_encode, url_decode, parse_url. */
import type { ScriptFunction } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { STRING } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aString, scalar } from "./argument.js";

export const urlFunctions: readonly FunctionEntry[] = [
  scalar("url_encode", { takes: [aString], gives: STRING, sql: ([x]) => `spark_url_encode(${x})` }),
  scalar("url_decode", { takes: [aString], gives: STRING, sql: ([x]) => `spark_url_decode(${x}, true)` }),
  scalar("try_url_decode", {
    takes: [aString],
    gives: STRING,
    nullable: true,
    sql: ([x]) => `spark_url_decode(${x}, false)`,
  }),
  scalar("parse_url try_parse_url", {
    takes: [aString, aString, aString],
    optional: 1,
    gives: STRING,
    nullable: true,
    sql: ([x, part, key = "''"], _, __, name) => `spark_parse_url(${x}, ${part}, ${key}, ${name === "parse_url"})`,
  }),
];

/** As java.net.URLEncoder: letters, digits and `.-*_` stay, a space is a plus. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined; // malformed: the caller decides whether that is an error
  }
}

/** RFC 2396, which java.net.URI follows: scheme, authority, path, query, fragment. */
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** Whether java.net.URI reads the text. */
function isUri(text: string): boolean {
  if (/[\s<>"{}|\\^`\p{Cc}]/u.test(text) || /%(?![0-9A-Fa-f]{2})/.test(text)) return false;
  const [beforeFragment = ""] = text.split("#");
  const scheme = /^([^:/?#]*):/.exec(text);
  if (scheme && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme[1] ?? "")) return false;
  const rest = scheme ? beforeFragment.slice(scheme[0].length) : beforeFragment;
  if (scheme && rest === "") return false;
  if (scheme && !rest.startsWith("/")) return true;
  const [path = ""] = rest.split("?");
  if (path === "//" && rest === path) return false;
  return !/[[\]]/.test(path.replace(/^\/\/[^/]*/, ""));
}

function part(url: string, name: string, key: string): string | null {
  const [, scheme, authority, path = "", query, fragment] = URL_PARTS.exec(url) ?? [];
  // What begins with no slash after the scheme has no parts for java.net.URI (mailto:x@y).
  const isOpaque = scheme !== undefined && authority === undefined && !path.startsWith("/");
  if (isOpaque && name !== "REF" && name !== "PROTOCOL") return null;
  const user = authority?.includes("@") ? authority.slice(0, authority.lastIndexOf("@")) : undefined;
  const host = authority?.slice(user === undefined ? 0 : user.length + 1).replace(/:\d*$/, "");
  switch (name) {
    case "HOST":
      return host || null;
    case "PATH":
      return path;
    case "QUERY":
      return key === "" ? (query ?? null) : queryValue(query ?? "", key);
    case "REF":
      return fragment ?? null;
    case "PROTOCOL":
      return scheme ?? null;
    case "FILE":
      return query === undefined ? path : `${path}?${query}`;
    case "AUTHORITY":
      return authority ?? null;
    case "USERINFO":
      return user ?? null;
    default:
      return null;
  }
}

function queryValue(query: string, key: string): string | null {
  const pair = query.split("&").find((one) => one.startsWith(`${key}=`));
  return pair === undefined ? null : pair.slice(key.length + 1);
}

export const urlScripts: readonly ScriptFunction[] = [
  { name: "spark_url_encode", parameters: ["VARCHAR"], returns: "VARCHAR", call: (text) => encode(String(text)) },
  {
    name: "spark_url_decode",
    parameters: ["VARCHAR", "BOOLEAN"],
    returns: "VARCHAR",
    call(text, raises) {
      const decoded = decode(String(text));
      if (decoded !== undefined || raises !== true) return decoded ?? null;
      throw new LakeletError({
        condition: "CANNOT_DECODE_URL",
        sqlState: "22546",
        problem: `The URL '${text}' cannot be decoded: it is not properly formatted.`,
        cure: "Use `try_url_decode` to tolerate malformed texts and return NULL instead.",
        parameters: { url: String(text) },
      });
    },
  },
  {
    name: "spark_parse_url",
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"],
    returns: "VARCHAR",
    call(url, name, key, raises) {
      if (isUri(String(url))) return part(String(url), String(name), String(key));
      if (raises !== true) return null;
      throw new LakeletError({
        condition: "INVALID_URL",
        sqlState: "22P02",
        problem: `'${url}' is no valid URL.`,
        cure: "Use `try_parse_url` to tolerate invalid URLs and return NULL instead.",
        parameters: { url: String(url) },
      });
    },
  },
];
