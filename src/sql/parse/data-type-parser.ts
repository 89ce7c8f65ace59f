/** Spark's type names and column lists (DDL) to data types. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType, StructField } from "../../schema/data-type.js";
import * as types from "../../schema/data-type.js";
import { quoteIfNeeded } from "../../schema/type-text.js";
import { nearestWord } from "./nearest-word.js";
import { syntaxError } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

/** Where Spark keeps the length of a CHAR or VARCHAR column, whose type is string. */
export const CHAR_VARCHAR_METADATA = "__CHAR_VARCHAR_TYPE_STRING";

/** A type, with its text where a CHAR or VARCHAR stands in it. */
export interface ParsedType {
  readonly dataType: DataType;
  /** As Spark's catalog writes it. */
  readonly text: string;
  readonly bounded: boolean;
}

const SIMPLE: Readonly<Record<string, readonly [DataType, string]>> = {
  BOOLEAN: [types.BOOLEAN, "boolean"],
  TINYINT: [types.BYTE, "tinyint"],
  BYTE: [types.BYTE, "tinyint"],
  SMALLINT: [types.SHORT, "smallint"],
  SHORT: [types.SHORT, "smallint"],
  INT: [types.INTEGER, "int"],
  INTEGER: [types.INTEGER, "int"],
  BIGINT: [types.LONG, "bigint"],
  LONG: [types.LONG, "bigint"],
  FLOAT: [types.FLOAT, "float"],
  REAL: [types.FLOAT, "float"],
  DOUBLE: [types.DOUBLE, "double"],
  DATE: [types.DATE, "date"],
  TIMESTAMP: [types.TIMESTAMP, "timestamp"],
  TIMESTAMP_LTZ: [types.TIMESTAMP, "timestamp"],
  TIMESTAMP_NTZ: [types.TIMESTAMP_NTZ, "timestamp_ntz"],
  STRING: [types.STRING, "string"],
  BINARY: [types.BINARY, "binary"],
  VOID: [types.VOID, "void"],
  VARIANT: [types.VARIANT, "variant"],
};
const COMPOUND = ["DECIMAL", "ARRAY", "MAP", "STRUCT", "CHAR", "VARCHAR", "INTERVAL"];
const INTERVAL_UNITS = ["year", "month", "day", "hour", "minute", "second"] as const;

/** Reads a type. Throws UNSUPPORTED_DATATYPE with the nearest known name. */
export class DataTypeReader {
  readonly #cursor: TokenCursor;
  /** Closing angles still owed by a `>>` or `>>>` token. */
  #owed = 0;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  type(): ParsedType {
    const cursor = this.#cursor;
    const start = cursor.at;
    const name = cursor.name("a data type");
    const upper = name.toUpperCase();
    const simple = SIMPLE[upper];
    if (simple !== undefined) {
      if (upper === "STRING" && cursor.accept("COLLATE")) this.#binaryCollation(cursor.name("a collation"));
      return { dataType: simple[0], text: simple[1], bounded: false };
    }
    switch (upper) {
      case "DECIMAL":
      case "DEC":
      case "NUMERIC":
        return this.#decimal();
      case "CHAR":
      case "CHARACTER":
      case "VARCHAR":
        return this.#bounded(upper === "VARCHAR" ? "varchar" : "char");
      case "INTERVAL":
        return this.#interval();
      case "ARRAY":
        return this.#array();
      case "MAP":
        return this.#map();
      case "STRUCT":
        return this.#struct();
      default:
        throw unknownType(cursor, name, start);
    }
  }

  #binaryCollation(name: string): void {
    if (name.toUpperCase() === "UTF8_BINARY") return;
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.COLLATION",
      sqlState: "0A000",
      problem: `The collation ${name} is not supported by lakelet.`,
      cure: "Leave COLLATE out, and compare with lower() or upper() where case must not matter.",
    });
  }

  #decimal(): ParsedType {
    const cursor = this.#cursor;
    const start = cursor.at;
    const [precision = 10, scale = 0] = cursor.sees("(") ? cursor.listOf(() => cursor.integer()) : [];
    if (precision < 1 || precision > types.MAX_DECIMAL_PRECISION || scale > precision) {
      throw cursor.error(
        `DECIMAL(${precision},${scale}) does not exist.`,
        `Give a precision from 1 to ${types.MAX_DECIMAL_PRECISION} and a scale no greater than it.`,
        start,
      );
    }
    return plain(types.decimal(precision, scale), `decimal(${precision},${scale})`);
  }

  #bounded(name: string): ParsedType {
    const cursor = this.#cursor;
    if (!cursor.sees("(")) {
      throw new LakeletError({
        condition: "DATATYPE_MISSING_SIZE",
        sqlState: "42K01",
        problem: `The type ${name.toUpperCase()} needs a length.`,
        cure: `Write ${name.toUpperCase()}(n), or STRING.`,
      });
    }
    const [length = 0] = cursor.listOf(() => cursor.integer("a length"));
    return { dataType: types.STRING, text: `${name}(${length})`, bounded: true };
  }

  #interval(): ParsedType {
    const cursor = this.#cursor;
    const first = INTERVAL_UNITS.find((unit) => unit === cursor.peek(0).upper.toLowerCase());
    if (first === undefined) return plain(types.CALENDAR_INTERVAL, "interval");
    cursor.next();
    const word = cursor.accept("TO") ? cursor.next().upper.toLowerCase() : first;
    const last = INTERVAL_UNITS.find((unit) => unit === word);
    const family = first === "year" || first === "month" ? "year-month" : "day-time";
    const order = INTERVAL_UNITS.indexOf(last ?? "year") - INTERVAL_UNITS.indexOf(first);
    if (last === undefined || order < 0 || (family === "year-month" && INTERVAL_UNITS.indexOf(last) > 1)) {
      throw cursor.error(
        `INTERVAL ${first.toUpperCase()} TO is followed by a finer unit of its kind.`,
        "Write INTERVAL YEAR TO MONTH, or INTERVAL DAY TO SECOND.",
      );
    }
    return plain(
      { kind: "interval", family, fields: [first, last] },
      first === last ? `interval ${first}` : `interval ${first} to ${last}`,
    );
  }

  #array(): ParsedType {
    this.#cursor.expect("<");
    const element = this.type();
    this.#close();
    return { dataType: types.array(element.dataType), text: `array<${element.text}>`, bounded: element.bounded };
  }

  #map(): ParsedType {
    this.#cursor.expect("<");
    const key = this.type();
    this.#cursor.expect(",");
    const value = this.type();
    this.#close();
    return {
      dataType: types.map(key.dataType, value.dataType),
      text: `map<${key.text},${value.text}>`,
      bounded: key.bounded || value.bounded,
    };
  }

  #struct(): ParsedType {
    const cursor = this.#cursor;
    const fields: StructField[] = [];
    const texts: string[] = [];
    let bounded = false;
    if (cursor.accept("<>")) return plain(types.struct([]), "struct<>");
    cursor.expect("<");
    if (this.#mayClose()) {
      this.#close();
      return plain(types.struct([]), "struct<>");
    }
    do {
      const name = cursor.name("a field name");
      cursor.accept(":");
      const type = this.type();
      bounded ||= type.bounded;
      texts.push(`${quoteIfNeeded(name)}:${type.text}`);
      // Behind a `>>` that has closed this struct, too, they are those of what it is the type of.
      const nullable = this.#owed > 0 || !cursor.accept("NOT", "NULL");
      fields.push(types.field(name, type.dataType, nullable, this.#owed > 0 ? {} : this.#comment()));
    } while (this.#owed === 0 && cursor.accept(","));
    this.#close();
    return { dataType: types.struct(fields), text: `struct<${texts.join(",")}>`, bounded };
  }

  #comment(): Readonly<Record<string, unknown>> {
    return this.#cursor.accept("COMMENT") ? { comment: this.#cursor.string("a comment in quotes") } : {};
  }

  #mayClose(): boolean {
    return this.#owed > 0 || [">", ">>", ">>>"].includes(this.#cursor.peek().upper);
  }

  /** `>>` closes two types at once. */
  #close(): void {
    if (this.#owed > 0) {
      this.#owed--;
      return;
    }
    const token = this.#cursor.peek();
    if (![">", ">>", ">>>"].includes(token.upper)) throw this.#cursor.error("Expected > at the end of the type.");
    this.#cursor.at++;
    this.#owed = token.upper.length - 1;
  }

  /** Fails where a `>>` closed more than was open. */
  end(): void {
    if (this.#owed > 0) throw this.#cursor.error("There is one > too many.", undefined, this.#cursor.at - 1);
  }
}

/** The type at the cursor. */
export function dataTypeAt(cursor: TokenCursor): ParsedType {
  const reader = new DataTypeReader(cursor);
  const type = reader.type();
  reader.end();
  return type;
}

function plain(dataType: DataType, text: string): ParsedType {
  return { dataType, text, bounded: false };
}

function unknownType(cursor: TokenCursor, name: string, index: number): Error {
  const nearest = nearestWord(name, [...Object.keys(SIMPLE), ...COMPOUND]);
  if (name === "") return syntaxError(cursor.list.source, cursor.offset(index), "Expected a data type.");
  return new LakeletError({
    condition: "UNSUPPORTED_DATATYPE",
    sqlState: "0A000",
    problem: `Unsupported data type "${name.toUpperCase()}".`,
    cure: nearest === undefined ? "Use a type of Spark SQL, e.g. STRING or DECIMAL(10,2)." : `Did you mean ${nearest}?`,
    parameters: { typeName: name.toUpperCase() },
  });
}
