/** Reading the library's tree: a node's type and fields, with the check that none is silently left unread. */
import type { Span } from "../ast.js";
import type { LibraryNode } from "./library.js";
import type { CallSlot, LibraryText, NameSlot, Slot } from "./library-text.js";
import { syntaxError, unsupportedFeature } from "./syntax-error.js";
import type { TokenList } from "./tokens.js";

/** Fields that say how something was written, not what it means. */
const LEXICAL: ReadonlySet<string> = new Set([
  "span",
  "quoted",
  "trailing_comments",
  "leading_comments",
  "pre_alias_comments",
  "comments",
  "alias_explicit_as",
  "alias_keyword",
  "kind_text",
  "start_side_text",
  "end_side_text",
  "use_inner_keyword",
  "use_outer_keyword",
  "nesting_group",
  "explicit_asc",
  "double_colon_syntax",
  "alias_first",
  "separator",
  "original_name",
  "unit_after_size",
  "value_column_parenthesized",
  "modifiers_inside",
  "inferred_type",
]);

/** A parsed text with what its placeholders stand for. */
export interface LibraryTree {
  readonly text: LibraryText;
  readonly list: TokenList;
}

/** The fields of a node, read one by one; {@link done} fails where one was not read and holds something. */
export class NodeFields {
  readonly type: string;
  readonly #fields: LibraryNode;
  readonly #read = new Set<string>();
  readonly tree: LibraryTree;

  constructor(tree: LibraryTree, type: string, fields: unknown) {
    this.tree = tree;
    this.type = type;
    this.#fields = isNode(fields) ? fields : {};
  }
  /** The fields of `{type: {...}}`. */
  static of(tree: LibraryTree, node: unknown): NodeFields {
    const [type, ...others] = isNode(node) ? Object.keys(node) : [];
    if (!isNode(node) || type === undefined || others.length > 0) throw unknownNode("this piece of SQL");
    return new NodeFields(tree, type, node[type]);
  }
  value(name: string): unknown {
    this.#read.add(name);
    return this.#fields[name] ?? undefined;
  }
  list(name: string): readonly unknown[] {
    const value = this.value(name);
    return Array.isArray(value) ? value : [];
  }
  flag(name: string): boolean {
    return this.value(name) === true;
  }
  text(name: string): string {
    const value = this.value(name);
    return typeof value === "string" ? value : "";
  }
  /** Fields of an untyped object within, e.g. `where_clause: {this}`; undefined where there is none. */
  inner(name: string): NodeFields | undefined {
    const value = this.value(name);
    return isNode(value) ? new NodeFields(this.tree, name, value) : undefined;
  }
  /** All fields, to be read by another. */
  whole(): LibraryNode {
    for (const name of Object.keys(this.#fields)) this.#read.add(name);
    return this.#fields;
  }
  /** Fails where a field was not read that is neither empty nor lexical. */
  done(): void {
    for (const [name, value] of Object.entries(this.#fields)) {
      if (!this.#read.has(name) && !LEXICAL.has(name) && !isEmpty(value)) {
        throw unknownNode(`${this.type.replaceAll("_", " ").toUpperCase()} with ${name.replaceAll("_", " ")}`);
      }
    }
  }
}

export function isNode(value: unknown): value is LibraryNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** What the parser gave and lakelet does not know: refused, never dropped. */
export function unknownNode(what: string): Error {
  return unsupportedFeature("SQL_SYNTAX", `The SQL form "${what}"`, "Write it in another way.");
}

/** What the identifier `{name: placeholder}` stands for. */
export function slotOf(tree: LibraryTree, identifier: unknown): Slot | undefined {
  const name = typeof identifier === "string" ? identifier : isNode(identifier) ? identifier.name : undefined;
  return typeof name === "string" ? tree.text.slot(name) : undefined;
}

export function nameSlot(tree: LibraryTree, identifier: unknown, what: string): NameSlot {
  const slot = slotOf(tree, identifier);
  if (slot?.kind !== "name") throw misplaced(tree, spanOf(slot), `Expected ${what}, a name.`);
  return slot;
}

/** A name of one part. */
export function singleName(tree: LibraryTree, identifier: unknown, what: string): string {
  const slot = nameSlot(tree, identifier, what);
  const [name, ...others] = slot.parts;
  if (name === undefined || others.length > 0)
    throw misplaced(tree, slot.span, `${what} is a single name, without dots.`);
  return name;
}

export function callSlot(tree: LibraryTree, name: string): CallSlot {
  const slot = tree.text.slot(name);
  if (slot?.kind !== "call") throw unknownNode(`${name}(...)`);
  return slot;
}

function spanOf(slot: Slot | undefined): Span | undefined {
  if (slot === undefined) return undefined;
  if (slot.kind === "expression") return "span" in slot.expression ? slot.expression.span : undefined;
  return "span" in slot ? slot.span : undefined;
}

export function misplaced(tree: LibraryTree, span: Span | undefined, reason: string): Error {
  const first = tree.list.tokens[0]?.start ?? 0;
  return syntaxError(tree.list.source, span?.start ?? first, reason);
}
