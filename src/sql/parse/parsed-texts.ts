/** Trees of texts that were parsed before: the steps of a DataFrame's plan name the same expressions again and again. */

/** As many texts as a long chain of steps has, several times over. */
const KEPT_TEXTS = 512;
/** Longer texts are parsed anew: they are rarely the same, and would hold memory. */
const KEPT_LENGTH = 4096;
/** What a tree is found by in one query must not stand in it twice: a table read twice is two tables. */
const MAY_HOLD_TABLE = /\b(select|from|values|with|table)\b/i;

export class ParsedTexts<Tree extends object> {
  readonly #trees = new Map<string, Tree>();

  /** The tree of the text, parsed once. An error is thrown each time. */
  get(text: string, parse: (text: string) => Tree): Tree {
    const known = this.#trees.get(text);
    if (known !== undefined) return known;
    const tree = parse(text);
    if (text.length <= KEPT_LENGTH && !MAY_HOLD_TABLE.test(text)) this.#keep(text, tree);
    return tree;
  }

  /** The oldest gives way. */
  #keep(text: string, tree: Tree): void {
    const [oldest] = this.#trees.keys();
    if (this.#trees.size >= KEPT_TEXTS && oldest !== undefined) this.#trees.delete(oldest);
    this.#trees.set(text, tree);
  }
}
