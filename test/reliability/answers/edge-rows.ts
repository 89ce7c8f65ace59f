/** The table of the expression suite: a column of every type, a row for each edge, and the literals that stand beside them. */

/** What an expression gives or an argument takes, coarser than a type. */
export type Sort =
  | "integral"
  | "float"
  | "decimal"
  | "string"
  | "boolean"
  | "date"
  | "timestamp"
  | "ntz"
  | "binary"
  | "ints"
  | "strings"
  | "doubles"
  | "map"
  | "struct"
  | "months"
  | "micros";

interface EdgeColumn {
  readonly name: string;
  readonly sort: Sort;
  readonly type: string;
  /** Spark SQL, one a row; the last is repeated as often as it takes. */
  readonly values: readonly string[];
}

const text = (...values: readonly string[]): readonly string[] => values.map((one) => `'${one}'`);

export const EDGE_COLUMNS: readonly EdgeColumn[] = [
  {
    name: "t",
    sort: "integral",
    type: "TINYINT",
    values: ["1", "NULL", "-128", "127", "0", "3", "-1", "12", "100", "5"],
  },
  {
    name: "h",
    sort: "integral",
    type: "SMALLINT",
    values: ["2", "32767", "NULL", "-32768", "0", "-7", "10", "300", "1"],
  },
  {
    name: "i",
    sort: "integral",
    type: "INT",
    values: ["3", "2147483647", "-2147483648", "NULL", "0", "1", "-1", "17", "65", "-5", "1000000", "2"],
  },
  {
    name: "l",
    sort: "integral",
    type: "BIGINT",
    values: [
      "4",
      "-9223372036854775808",
      "9223372036854775807",
      "0",
      "NULL",
      "9007199254740993",
      "-2",
      "1600000000",
      "1",
    ],
  },
  {
    name: "f",
    sort: "float",
    type: "FLOAT",
    values: [
      "'1.5'",
      "'NaN'",
      "'Infinity'",
      "'-0.0'",
      "'0.1'",
      "NULL",
      "'-2.75'",
      "'16777216'",
      "'-Infinity'",
      "'0'",
      "'3.3'",
    ],
  },
  {
    name: "d",
    sort: "float",
    type: "DOUBLE",
    values: [
      "'2.5'",
      "'-Infinity'",
      "'NaN'",
      "'0.1'",
      "'-0.0'",
      "'0'",
      "NULL",
      "'1e15'",
      "'-3.5'",
      "'0.5'",
      "'1e-7'",
      "'100'",
    ],
  },
  {
    name: "n52",
    sort: "decimal",
    type: "DECIMAL(5,2)",
    values: ["1.50", "999.99", "-999.99", "0", "0.01", "NULL", "-1.25", "2.5", "100", "-0.5"],
  },
  {
    name: "n10",
    sort: "decimal",
    type: "DECIMAL(10,0)",
    values: ["7", "NULL", "9999999999", "-9999999999", "0", "1", "-1", "12", "365"],
  },
  {
    name: "n38",
    sort: "decimal",
    type: "DECIMAL(38,18)",
    values: [
      "1.5",
      "99999999999999999999.999999999999999999",
      "NULL",
      "-0.000000000000000001",
      "0",
      "3.141592653589793238",
      "-2",
      "10.005",
    ],
  },
  {
    name: "big",
    sort: "decimal",
    type: "DECIMAL(38,0)",
    values: [
      "'2'",
      "'99999999999999999999999999999999999999'",
      "'-12345678901234567890'",
      "NULL",
      "'0'",
      "'1'",
      "'-1'",
      "'9223372036854775808'",
    ],
  },
  {
    name: "s",
    sort: "string",
    type: "STRING",
    values: text("abc", "", " Hello World ", "a,b,,c", "%_\\\\", "ÄÖß€", "😀x", "b", "AaBbCc", "Spark SQL").concat(
      "NULL",
      "'x'",
    ),
  },
  {
    name: "ns",
    sort: "string",
    type: "STRING",
    values: text("1", "-12", "3.7", " 42 ", "1e3", "NaN", "", "9223372036854775808", "0x1F", "true").concat(
      "NULL",
      "'.5'",
    ),
  },
  {
    name: "ds",
    sort: "string",
    type: "STRING",
    values: text(
      "2024-02-29",
      "2023-12-31 23:59:59",
      "2024-1-5",
      "1969-12-31T23:59:59.999999Z",
      "12:30",
      "2024",
      "not a date",
      "0001-01-01",
    ).concat("NULL", text("2024-02-30", " 2020-06-01 ", "2024-03-10 02:30:00+02:00")),
  },
  {
    name: "js",
    sort: "string",
    type: "STRING",
    values: text(
      '{"a":1,"b":"x"}',
      "[1,2,3]",
      '{"a":{"b":[1,null,{"c":true}]}}',
      "null",
      '"q"',
      "{bad",
      "",
      "12.50",
      '{"a":null}',
      '{"b":"ä\\\\n"}',
    ).concat("NULL", "'[]'"),
  },
  {
    name: "b",
    sort: "boolean",
    type: "BOOLEAN",
    values: ["true", "false", "NULL", "true", "false", "true", "NULL", "false"],
  },
  {
    name: "dt",
    sort: "date",
    type: "DATE",
    values: text("2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "2020-06-15").concat(
      "NULL",
      text("1582-10-15", "1582-10-04", "2000-01-01", "2023-12-31", "2024-12-30", "1900-03-01"),
    ),
  },
  {
    name: "ts",
    sort: "timestamp",
    type: "TIMESTAMP",
    values: text(
      "2024-02-29 12:34:56.789012",
      "1969-12-31 23:59:59.999999",
      "0001-01-01 00:00:00",
      "9999-12-31 23:59:59.999999",
      "1970-01-01 00:00:00",
    ).concat(
      "NULL",
      text(
        "2020-06-15 00:00:00",
        "2024-03-31 02:30:00",
        "1883-11-18 12:00:00",
        "2000-01-01 01:02:03.4",
        "1582-10-10 10:10:10",
        "2023-12-31 23:00:00",
      ),
    ),
  },
  {
    name: "nz",
    sort: "ntz",
    type: "TIMESTAMP_NTZ",
    values: text(
      "2024-02-29 12:34:56.789012",
      "1960-01-01 00:00:00.000001",
      "9999-12-31 23:59:59.999999",
      "0001-01-01 00:00:00",
    ).concat("NULL", text("2020-06-15 13:00:00", "1970-01-01 00:00:00", "2024-03-31 02:30:00")),
  },
  {
    name: "bin",
    sort: "binary",
    type: "BINARY",
    values: ["'abc'", "''", "X'00FF80'", "NULL", "'ä'", "X'DEADBEEF'", "'12'"],
  },
  {
    name: "ai",
    sort: "ints",
    type: "ARRAY<INT>",
    values: [
      "array(1,2,3)",
      "array()",
      "array(NULL,2,2)",
      "NULL",
      "array(5)",
      "array(2147483647,-2147483648,0)",
      "array(NULL)",
      "array(3,1,2,1,NULL)",
    ],
  },
  {
    name: "ass",
    sort: "strings",
    type: "ARRAY<STRING>",
    values: [
      "array('a','b')",
      "array('','b',NULL)",
      "NULL",
      "array()",
      "array('ä','a','A')",
      "array('1','x')",
      "array(NULL)",
      "array('b','a','b')",
    ],
  },
  {
    name: "ad",
    sort: "doubles",
    type: "ARRAY<DOUBLE>",
    values: [
      "array(1.5D,2D)",
      "array(double('NaN'),0D,-0.0D)",
      "NULL",
      "array()",
      "array(NULL,1D)",
      "array(double('Infinity'),double('-Infinity'),double('NaN'))",
    ],
  },
  {
    name: "m",
    sort: "map",
    type: "MAP<STRING,INT>",
    values: ["map('a',1,'b',2)", "map()", "NULL", "map('',NULL)", "map('x',-1)", "map('b',3,'a',2147483647)"],
  },
  {
    name: "st",
    sort: "struct",
    type: "STRUCT<a:INT,b:STRING>",
    values: [
      "named_struct('a',1,'b','x')",
      "named_struct('a',NULL,'b','y')",
      "NULL",
      "named_struct('a',2147483647,'b',NULL)",
      "named_struct('a',0,'b','')",
    ],
  },
  {
    name: "iym",
    sort: "months",
    type: "INTERVAL YEAR TO MONTH",
    values: [
      "INTERVAL '1-2' YEAR TO MONTH",
      "INTERVAL '-0-1' YEAR TO MONTH",
      "NULL",
      "INTERVAL '178956970-7' YEAR TO MONTH",
      "INTERVAL '-178956970-8' YEAR TO MONTH",
      "INTERVAL '0' MONTH",
      "INTERVAL '13' MONTH",
    ],
  },
  {
    name: "ids",
    sort: "micros",
    type: "INTERVAL DAY TO SECOND",
    values: [
      "INTERVAL '1 02:03:04.567890' DAY TO SECOND",
      "INTERVAL '-0.000001' SECOND",
      "INTERVAL '0' SECOND",
      "NULL",
      "INTERVAL '106751991 04:00:54.775807' DAY TO SECOND",
      "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND",
      "INTERVAL '25' HOUR",
      "INTERVAL '30' DAY",
    ],
  },
];

export const EDGE_ROWS = 12;

/** Makes the view `edges` with the column `id` from 1 to EDGE_ROWS. */
export const EDGES_QUERY = `SELECT * FROM VALUES ${Array.from({ length: EDGE_ROWS }, (_, row) => {
  const cells = EDGE_COLUMNS.map(({ values, type }) => `CAST(${values[row % values.length]} AS ${type})`);
  return `(${[row + 1, ...cells].join(", ")})`;
}).join(", ")} AS t(id, ${EDGE_COLUMNS.map((one) => one.name).join(", ")})`;

export const EDGE_LITERALS: Readonly<Record<Sort, readonly string[]>> = {
  integral: [
    "1",
    "0",
    "-1",
    "2",
    "3",
    "10",
    "127Y",
    "-128Y",
    "5S",
    "2147483647",
    "-2147483648",
    "9223372036854775807L",
    "7L",
    "100",
    "-3",
  ],
  float: [
    "1.5D",
    "0D",
    "-0.0D",
    "double('NaN')",
    "double('Infinity')",
    "-1D",
    "0.1F",
    "float('NaN')",
    "1E10",
    "-2.5D",
    "2F",
  ],
  decimal: [
    "1.5",
    "0.0",
    "-1.25",
    "100.001",
    "99999999999999999999999999999999999999",
    "0.000000000000000001",
    "2BD",
    "-0.5",
    "12345.6789",
  ],
  string: ["'a'", "''", "'abc'", "' '", "'1'", "'2024-01-31'", "'a,b'", "'ß'", "'x1y22'", "'TRUE'", "'-3.5'"],
  boolean: ["true", "false"],
  date: ["DATE'2024-01-31'", "DATE'1970-01-01'", "DATE'2023-03-01'", "DATE'0001-01-01'"],
  timestamp: [
    "TIMESTAMP'2024-01-31 10:20:30.5'",
    "TIMESTAMP'1970-01-01 00:00:00'",
    "TIMESTAMP'2024-12-31 23:59:59.999'",
  ],
  ntz: ["TIMESTAMP_NTZ'2024-01-31 10:20:30.5'", "TIMESTAMP_NTZ'1969-12-31 00:00:00'"],
  binary: ["X'616263'", "X''", "X'FF'"],
  ints: ["array(1,2,NULL)", "array(3,2,1)", "array(0)"],
  strings: ["array('a','b',NULL)", "array('abc','')", "array('x')"],
  doubles: ["array(1D,double('NaN'),NULL)", "array(-0.0D,0D)"],
  map: ["map('a',1)", "map('b',NULL,'a',7)"],
  struct: ["named_struct('a',1,'b','x')", "named_struct('a',NULL,'b',NULL)"],
  months: ["INTERVAL '1' YEAR", "INTERVAL '-5' MONTH", "INTERVAL '2-3' YEAR TO MONTH"],
  micros: ["INTERVAL '1' DAY", "INTERVAL '-90' MINUTE", "INTERVAL '1.5' SECOND", "INTERVAL '10 05' DAY TO HOUR"],
};
