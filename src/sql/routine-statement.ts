/** CREATE, DROP and DESCRIBE FUNCTION as data. */
import type { DataType, StructField } from "../schema/data-type.js";

export interface ParameterDefinition {
  readonly name: string;
  readonly dataType: DataType;
  /** Text of the default. */
  readonly defaultValue?: string;
  readonly comment?: string;
}

export interface RoutineDefinition {
  readonly parameters: readonly ParameterDefinition[];
  /** RETURNS; absent: what the body gives. */
  readonly returns?:
    | { readonly kind: "scalar"; readonly dataType: DataType }
    | { readonly kind: "table"; readonly columns?: readonly StructField[] };
  readonly comment?: string;
  /** DETERMINISTIC or NOT DETERMINISTIC, where said. */
  readonly deterministic?: boolean;
  readonly sqlDataAccess?: "CONTAINS SQL" | "READS SQL DATA";
  /** Text behind RETURN: an expression, or a query. */
  readonly body: string;
}

export type RoutineStatement =
  | {
      readonly kind: "create-function";
      readonly name: readonly string[];
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly temporary: boolean;
      readonly definition: RoutineDefinition;
    }
  | {
      readonly kind: "drop-function";
      readonly name: readonly string[];
      readonly ifExists: boolean;
      readonly temporary: boolean;
    }
  | { readonly kind: "describe-function"; readonly name: readonly string[]; readonly extended: boolean };
