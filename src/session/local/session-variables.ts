/** The variables of a session, `system.session.<name>`: their types, defaults and values of now. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { quoteName } from "../../schema/type-text.js";
import { compileConstant } from "../../sql/analysis/constant-value.js";
import type { Expression } from "../../sql/ast.js";
import type { FunctionContext, Typed } from "../../sql/typed.js";

export interface SessionVariable {
  /** As declared. */
  readonly name: string;
  readonly dataType: DataType;
  /** Evaluated anew by SET VAR name = DEFAULT. */
  readonly defaultValue: Expression;
  /** The constant that the variable is now. */
  readonly value: Expression;
}

const NAMESPACES: readonly (readonly string[])[] = [["system", "session"], ["session"], []];

export class SessionVariables {
  private readonly variables = new Map<string, SessionVariable & { readonly typed: Typed }>();

  /** The variable of that name, `x`, `session.x` or `system.session.x`; undefined where there is none. */
  find(name: readonly string[]): SessionVariable | undefined {
    const found = this.match(name);
    return found?.fields.length === 0 ? found.variable : undefined;
  }

  /** The same for a name that may go on with struct fields, compiled. */
  resolve(parts: readonly string[]): ReturnType<NonNullable<FunctionContext["variable"]>> {
    const found = this.match(parts);
    return found && { value: found.variable.typed, fields: found.fields };
  }

  put(variable: SessionVariable, context: FunctionContext): void {
    this.variables.set(variable.name.toLowerCase(), {
      ...variable,
      typed: compileConstant(variable.value, context),
    });
  }

  /** True where there was one. */
  drop(name: string): boolean {
    return this.variables.delete(name.toLowerCase());
  }

  private match(parts: readonly string[]) {
    for (const namespace of NAMESPACES) {
      const [name, ...fields] = parts.slice(namespace.length);
      const inside = namespace.every((one, i) => parts[i]?.toLowerCase() === one);
      const variable = inside && name !== undefined ? this.variables.get(name.toLowerCase()) : undefined;
      if (variable) return { variable, fields };
    }
    return undefined;
  }
}

/** The last part of a variable's name. Throws UNRESOLVED_VARIABLE for a qualifier that is not the session's. */
export function variableName(parts: readonly string[]): string {
  const name = parts.at(-1) ?? "";
  const qualifier = parts.slice(0, -1).map((one) => one.toLowerCase());
  const known = NAMESPACES.some(
    (one) => one.length === qualifier.length && one.every((part, i) => part === qualifier[i]),
  );
  if (!known) throw unresolvedVariable(parts);
  return name;
}

export function unresolvedVariable(parts: readonly string[]): LakeletError {
  const name = parts.map(quoteName).join(".");
  return new LakeletError({
    condition: "UNRESOLVED_VARIABLE",
    sqlState: "42883",
    problem: `Cannot resolve variable ${name} on search path \`SYSTEM\`.\`SESSION\`.`,
    cure: "Declare it first: DECLARE VARIABLE name type DEFAULT value.",
    parameters: { variableName: name, searchPath: "`SYSTEM`.`SESSION`" },
  });
}
