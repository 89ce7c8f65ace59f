/** mask and luhn_check. */
import type { ScriptFunction } from "../../engine/engine.js";
import { BOOLEAN, STRING } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aString, scalar } from "./argument.js";

export const maskFunctions: readonly FunctionEntry[] = [
  scalar("mask", {
    takes: [aString, aString, aString, aString, aString],
    optional: 4,
    gives: STRING,
    nullable: true,
    sql: ([x, upper = "'X'", lower = "'x'", digit = "'n'", other = "NULL"]) =>
      `spark_mask(${x}, ${[upper, lower, digit, other].map((one) => `CAST(${one} AS VARCHAR)`).join(", ")})`,
  }),
  scalar("luhn_check", { takes: [aString], gives: BOOLEAN, sql: ([x]) => `spark_luhn_check(${x})` }),
];

function luhn(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false;
  let sum = 0;
  [...digits].reverse().forEach((char, i) => {
    const value = Number(char) * (i % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

export const maskScripts: readonly ScriptFunction[] = [
  {
    name: "spark_mask",
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    nulls: true,
    call(text, upper, lower, digit, other) {
      if (text === null) return null;
      const kept = (replacement: typeof upper, char: string) => (replacement === null ? char : String(replacement));
      // By UTF-16 units as Java: a character beyond the basic plane is two others.
      return String(text)
        .split("")
        .map((char) => {
          if (/\p{Lu}/u.test(char)) return kept(upper ?? null, char);
          if (/\p{Ll}/u.test(char)) return kept(lower ?? null, char);
          if (/\p{Nd}/u.test(char)) return kept(digit ?? null, char);
          return kept(other ?? null, char);
        })
        .join("");
    },
  },
  { name: "spark_luhn_check", parameters: ["VARCHAR"], returns: "BOOLEAN", call: (text) => luhn(String(text)) },
];
