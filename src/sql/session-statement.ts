/** Statements about the session itself, as data: its variables, and SQL that is made while it runs. */
import type { DataType } from "../schema/data-type.js";
import type { Expression, Query } from "./ast.js";

export interface VariableAssignment {
  readonly variable: readonly string[];
  /** Absent: the variable's own default. */
  readonly value?: Expression;
}

/** A value handed to a statement that is made at run time: by position, or by name. */
export interface StatementArgument {
  readonly name?: string;
  readonly value: Expression;
}

export type SessionStatement =
  | {
      readonly kind: "declare-variable";
      readonly variable: readonly string[];
      readonly orReplace: boolean;
      /** Absent: the type of the default. */
      readonly dataType?: DataType;
      readonly defaultValue?: Expression;
    }
  | { readonly kind: "set-variable"; readonly assignments: readonly VariableAssignment[] }
  | {
      readonly kind: "set-variables-from-query";
      readonly variables: readonly (readonly string[])[];
      readonly query: Query;
    }
  | { readonly kind: "drop-variable"; readonly variable: readonly string[]; readonly ifExists: boolean }
  | {
      readonly kind: "execute-immediate";
      /** Text of the statement: a literal, a variable, or what gives it. */
      readonly statement: Expression;
      readonly into: readonly (readonly string[])[];
      readonly using: readonly StatementArgument[];
    };
