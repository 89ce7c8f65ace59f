/** `dbutils.widgets`: a notebook's parameters, each with the default that the notebook declares. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import { helpText } from "./help-text.js";

export class Widgets {
  readonly #given: Record<string, string>;
  readonly #defaults = new Map<string, string>();
  readonly #removed = new Set<string>();

  readonly #print: (text: string) => void;

  /** @param given values of the task: they beat the notebook's defaults */
  constructor(given: Readonly<Record<string, string>>, print: (text: string) => void) {
    this.#print = print;
    this.#given = { ...given };
  }

  /** A value that beats the default, as `%run ./other $name="value"` gives it. */
  give(name: string, value: string): void {
    this.#removed.delete(name);
    this.#given[name] = value;
  }

  /** `label` is what a person reads beside it; nobody does here. */
  text(name: string, defaultValue = "", _label?: string): void {
    this.#declare(name, defaultValue);
  }

  /** The default is one of the choices. Throws `INVALID_WIDGET_DEFAULT`. */
  dropdown(name: string, defaultValue: string, choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue, choices);
  }

  /** A dropdown that takes other texts, too. */
  combobox(name: string, defaultValue: string, _choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue);
  }

  /** Several choices in one text, with commas. */
  multiselect(name: string, defaultValue: string, choices: readonly string[], _label?: string): void {
    this.#declare(name, defaultValue, choices, true);
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

  help(method?: string): void {
    this.#print(`${helpText("widgets", method)}\n`);
  }

  #declare(name: string, defaultValue: string, choices?: readonly string[], several = false): void {
    const chosen = several ? defaultValue.split(",") : [defaultValue];
    if (choices && !chosen.every((one) => choices.includes(one) || (several && one === ""))) {
      throw new LakeletError({
        condition: "INVALID_WIDGET_DEFAULT",
        sqlState: "42000",
        problem: `The default of the widget \`${name}\`, \`${defaultValue}\`, is not among its choices ${choices.join(", ")}.`,
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
