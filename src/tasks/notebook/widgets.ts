/** `dbutils.widgets`: a notebook's parameters, each with the default that the notebook declares. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";

export class Widgets {
  readonly #given: Readonly<Record<string, string>>;
  readonly #defaults = new Map<string, string>();
  readonly #removed = new Set<string>();

  /** @param given values of the task: they beat the notebook's defaults */
  constructor(given: Readonly<Record<string, string>>) {
    this.#given = given;
  }

  text(name: string, defaultValue = "", _label?: string): void {
    this.#declare(name, defaultValue);
  }

  dropdown(name: string, defaultValue: string, choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue, choices);
  }

  combobox(name: string, defaultValue: string, _choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue);
  }

  multiselect(name: string, defaultValue: string, choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue, choices);
  }

  /** The task's value, else the default. Throws `INPUT_WIDGET_NOT_DEFINED` where there is neither. */
  get(name: string): string {
    const value = this.#find(name);
    if (value !== undefined) return value;
    const known = Object.keys(this.getAll());
    const nearest = nearestName(name, known);
    throw new LakeletError({
      condition: "INPUT_WIDGET_NOT_DEFINED",
      sqlState: "42000",
      problem: `No widget and no parameter is called \`${name}\`.`,
      cure: nearest === undefined ? `Declare it: dbutils.widgets.text("${name}", "").` : `Did you mean \`${nearest}\`?`,
      parameters: { name },
    });
  }

  getArgument(name: string, defaultValue = ""): string {
    return this.#find(name) ?? defaultValue;
  }

  getAll(): Record<string, string> {
    const names = new Set([...Object.keys(this.#given), ...this.#defaults.keys()]);
    const values = [...names].map((name) => [name, this.#find(name)] as const);
    return Object.fromEntries(values.filter((pair): pair is [string, string] => pair[1] !== undefined));
  }

  remove(name: string): void {
    this.#removed.add(name);
  }

  removeAll(): void {
    for (const name of Object.keys(this.getAll())) this.remove(name);
  }

  #declare(name: string, defaultValue: string, choices?: readonly string[]): void {
    const chosen = choices === undefined ? [] : defaultValue.split(",").filter((one) => !choices.includes(one));
    if (chosen.length > 0) {
      throw new LakeletError({
        condition: "INVALID_WIDGET_DEFAULT",
        sqlState: "42000",
        problem: `The default of the widget \`${name}\`, \`${defaultValue}\`, is not among its choices ${choices?.join(", ")}.`,
        parameters: { name },
      });
    }
    this.#removed.delete(name);
    this.#defaults.set(name, String(defaultValue));
  }

  #find(name: string): string | undefined {
    if (this.#removed.has(name)) return undefined;
    return Object.hasOwn(this.#given, name) ? this.#given[name] : this.#defaults.get(name);
  }
}
