/** How a Java program that ended badly becomes the failure of an attempt. */
import type { AttemptFailure } from "../../jobs/run/attempt.js";
import type { ProcessEnd } from "../python/python-process.js";

/** Trying again does not bring a class. */
const NOT_TRANSIENT =
  /^(?:java\.lang\.(?:NoClassDefFoundError|ClassNotFoundException|UnsupportedClassVersionError)|Error: )/;
const UNCAUGHT = /^Exception in thread "[^"]*" (.+)$/;
const OF_TRACE = /^(?:\s+at |\s+\.\.\. \d+ more|Caused by: |\s+Suppressed: )/;
const SHOWN_LINES = 10;

export function javaFailure({ code, signal, stderr }: ProcessEnd): AttemptFailure {
  const lines = stderr.trimEnd().split("\n");
  const begin = lines.findLastIndex((line) => UNCAUGHT.test(line));
  const launcher = lines.find((line) => line.startsWith("Error: "));
  const exception = UNCAUGHT.exec(lines[begin] ?? "")?.[1] ?? launcher;
  if (exception === undefined) {
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const said = stderr.trim().split("\n").slice(-SHOWN_LINES).join("\n");
    return { message: `The Java process ${how}.${said === "" ? "" : `\n${said}`}`, retryable: true };
  }
  const rest = begin < 0 ? [] : lines.slice(begin + 1);
  const end = rest.findIndex((line) => !OF_TRACE.test(line));
  const trace = [exception, ...(end < 0 ? rest : rest.slice(0, end))];
  return {
    message: `${exception}${cureOf(stderr)}`,
    retryable: !NOT_TRANSIENT.test(exception),
    ...(begin >= 0 && { stack: trace.join("\n") }),
  };
}

function cureOf(stderr: string): string {
  if (!/(?:NoClassDefFoundError|ClassNotFoundException): org[./]apache[./]spark/.test(stderr)) return "";
  return " Spark is not part of lakelet: name it under the task's `libraries` (maven: org.apache.spark:spark-sql_2.13:4.0.1).";
}
