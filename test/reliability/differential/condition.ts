/** Conditions over a row with SQL's three-valued logic: as Spark text, and evaluated here. */
import { type Cell, KINDS, type KindName } from "./cell.js";

export type ColumnName = string;
export interface Column {
  readonly name: ColumnName;
  readonly kind: KindName;
}
export type Row = ReadonlyMap<ColumnName, Cell>;

export type Comparison = "=" | "<>" | "<" | ">=" | "<=>";
export type Condition =
  | { readonly is: "compare"; readonly column: Column; readonly operator: Comparison; readonly value: Cell }
  | { readonly is: "null"; readonly column: Column }
  | { readonly is: "in"; readonly column: Column; readonly values: readonly Cell[] }
  | { readonly is: "prefix"; readonly column: Column; readonly prefix: string }
  | { readonly is: "not"; readonly operand: Condition }
  | { readonly is: "and" | "or"; readonly operands: readonly [Condition, Condition] };

export type Truth = boolean | null;

/** A value of a kind as a literal; Spark's and lakelet's unless another engine's is given. */
export type Literal = (kind: KindName, cell: Cell) => string;
const sparkLiteral: Literal = (kind, cell) => KINDS[kind].literal(cell);

export function conditionText(condition: Condition, qualifier = "", literal = sparkLiteral): string {
  switch (condition.is) {
    case "compare": {
      const { column, operator, value } = condition;
      return `${qualifier}${column.name} ${operator} ${literal(column.kind, value)}`;
    }
    case "null":
      return `${qualifier}${condition.column.name} IS NULL`;
    case "in": {
      const { column, values } = condition;
      return `${qualifier}${column.name} IN (${values.map((value) => literal(column.kind, value)).join(", ")})`;
    }
    case "prefix":
      return `${qualifier}${condition.column.name} LIKE '${condition.prefix}%'`;
    case "not":
      return `NOT (${conditionText(condition.operand, qualifier, literal)})`;
    default:
      return condition.operands
        .map((one) => `(${conditionText(one, qualifier, literal)})`)
        .join(condition.is === "and" ? " AND " : " OR ");
  }
}

export function truthOf(condition: Condition, row: Row): Truth {
  switch (condition.is) {
    case "compare":
      return compared(condition.column.kind, condition.operator, cellOf(row, condition.column), condition.value);
    case "null":
      return cellOf(row, condition.column) === null;
    case "in":
      return condition.values
        .map((value) => compared(condition.column.kind, "=", cellOf(row, condition.column), value))
        .reduce(or, false);
    case "prefix": {
      const cell = cellOf(row, condition.column);
      return cell === null ? null : String(cell).startsWith(condition.prefix);
    }
    case "not": {
      const truth = truthOf(condition.operand, row);
      return truth === null ? null : !truth;
    }
    default: {
      const [left, right] = condition.operands.map((one) => truthOf(one, row)) as [Truth, Truth];
      return condition.is === "and" ? and(left, right) : or(left, right);
    }
  }
}

/** A column that the row does not have is NULL: it was added after the row. */
export function cellOf(row: Row, column: Pick<Column, "name">): Cell {
  return row.get(column.name) ?? null;
}

export function compared(kind: KindName, operator: Comparison, left: Cell, right: Cell): Truth {
  if (operator === "<=>" && (left === null || right === null)) return left === right;
  if (left === null || right === null) return null;
  const order = KINDS[kind].compare(left, right);
  switch (operator) {
    case "<":
      return order < 0;
    case ">=":
      return order >= 0;
    case "<>":
      return order !== 0;
    default:
      return order === 0;
  }
}

function and(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  return left === null || right === null ? null : true;
}

function or(left: Truth, right: Truth): Truth {
  if (left === true || right === true) return true;
  return left === null || right === null ? null : false;
}
