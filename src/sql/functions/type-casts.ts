/** Casts by the name of a type: int(x), string(x), date(x) ... */
import {
  BINARY,
  BOOLEAN,
  BYTE,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  INTEGER,
  LONG,
  SHORT,
  STRING,
  TIMESTAMP,
} from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { expectCount, values } from "./argument.js";
import { compileCast } from "./cast.js";

const TYPES: Readonly<Record<string, DataType>> = {
  boolean: BOOLEAN,
  tinyint: BYTE,
  smallint: SHORT,
  int: INTEGER,
  bigint: LONG,
  float: FLOAT,
  double: DOUBLE,
  decimal: decimal(10, 0),
  string: STRING,
  binary: BINARY,
  date: DATE,
  timestamp: TIMESTAMP,
};

export const typeCastFunctions: readonly FunctionEntry[] = Object.entries(TYPES).map(([name, type]) => ({
  kind: "scalar",
  names: [name],
  compile(args, context) {
    expectCount(args, name, 1);
    return compileCast(values(args, name)[0] as Typed, type, "ansi", context);
  },
}));
