/** What the catalog keeps (views, functions) may name nothing that belongs to a session: temporary views, functions, variables. */
import { identifierText, type TableIdentifier } from "../../catalog/table-identifier.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import type { FunctionContext } from "../../sql/typed.js";

/** A view or function that is being made. */
export interface PersistentObject {
  readonly kind: "VIEW" | "FUNCTION";
  readonly identifier: TableIdentifier;
}
export type SessionObjectKind = "VIEW" | "FUNCTION" | "VARIABLE";

/** The surroundings of its query: without the session's variables, or refusing them while it is made. */
export function persistentContext(
  context: FunctionContext,
  persistent: PersistentObject | "kept" | undefined,
): FunctionContext {
  if (persistent === undefined) return context;
  const { variable, ...own } = context;
  if (persistent === "kept") return own;
  return {
    ...own,
    variable(parts) {
      if (variable?.(parts)) throw temporaryReference(persistent, "VARIABLE", parts.join("."));
      return undefined;
    },
  };
}

export function temporaryReference(
  { kind, identifier }: PersistentObject,
  of: SessionObjectKind,
  name: string,
): LakeletError {
  const object = identifierText(identifier);
  return new LakeletError({
    condition: "INVALID_TEMP_OBJ_REFERENCE",
    sqlState: "42K0F",
    problem: `Cannot create the persistent object ${object} of the type ${kind} because it references the temporary object ${quoteName(name)} of the type ${of}.`,
    cure: `Make ${quoteName(name)} persistent, or ${object} temporary.`,
    parameters: { obj: kind, objName: object, tempObj: of, tempObjName: name },
  });
}
