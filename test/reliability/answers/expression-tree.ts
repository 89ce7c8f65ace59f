/** Random typed expressions as trees, and the smaller ones that a tree is made of: how a difference is brought down to its cause. */
import fc from "fast-check";
import { EDGE_COLUMNS, EDGE_LITERALS, type Sort } from "./edge-rows.js";
import { EXPRESSION_FORMS, type Form, type Hole } from "./expression-forms.js";

export interface Tree {
  /** Around the children, one more than those. */
  readonly parts: readonly string[];
  readonly children: readonly Tree[];
  /** Undefined where only this constant can stand in its hole. */
  readonly sort?: Sort;
}

export function sqlOf({ parts, children }: Tree): string {
  return parts.map((part, i) => part + (children[i] === undefined ? "" : sqlOf(children[i]))).join("");
}

/** All parts that are expressions themselves, smallest first. Lambda variables stay within their form's own text. */
export function subtrees(tree: Tree): readonly Tree[] {
  const found: Tree[] = [];
  const walk = (one: Tree): void => {
    for (const child of one.children) {
      if (child.sort !== undefined && child.children.length > 0) found.push(child);
      walk(child);
    }
  };
  walk(tree);
  return found.sort((a, b) => sqlOf(a).length - sqlOf(b).length);
}

/** The tree with one operation below its root replaced by something simple of its sort. */
export function simplerTrees(tree: Tree): readonly Tree[] {
  return tree.children.flatMap((child, i) => {
    const replaced = (by: Tree): Tree => ({ ...tree, children: tree.children.map((one, j) => (j === i ? by : one)) });
    if (child.sort === undefined) return [];
    const simple = child.children.length === 0 ? [] : leavesOf(child.sort).map((one) => leaf(one, child.sort));
    return [...simple, ...simplerTrees(child)].map(replaced);
  });
}

const leaf = (sql: string, sort: Sort | undefined): Tree => ({
  parts: [sql],
  children: [],
  ...(sort === undefined ? {} : { sort }),
});

function leavesOf(sort: Sort): readonly string[] {
  return [...EDGE_COLUMNS.filter((one) => one.sort === sort).map((one) => one.name), ...EDGE_LITERALS[sort]];
}

const ALL_SORTS = Object.keys(EDGE_LITERALS) as Sort[];
const LEAVES = new Map(ALL_SORTS.map((sort) => [sort, leafArbitrary(sort)]));

function leafArbitrary(sort: Sort): fc.Arbitrary<Tree> {
  const columns = EDGE_COLUMNS.filter((one) => one.sort === sort).map((one) => leaf(one.name, sort));
  const literals = EDGE_LITERALS[sort].map((one) => leaf(one, sort));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...columns) },
    { weight: 3, arbitrary: fc.constantFrom(...literals) },
    { weight: 1, arbitrary: fc.constant(leaf("NULL", sort)) },
  );
}
const leaves = (sort: Sort): fc.Arbitrary<Tree> => LEAVES.get(sort) ?? leafArbitrary(sort);

const known = new Map<string, fc.Arbitrary<Tree>>();

function ofSort(sort: Sort, depth: number): fc.Arbitrary<Tree> {
  if (depth === 0) return leaves(sort);
  const key = `${sort} ${depth}`;
  const made =
    known.get(key) ??
    fc.oneof(
      { weight: 4, arbitrary: leaves(sort) },
      {
        weight: 6,
        arbitrary: fc.oneof(
          ...EXPRESSION_FORMS.filter((one) => one.gives === sort).map((one) => ofForm(one, depth - 1)),
        ),
      },
    );
  known.set(key, made);
  return made;
}

function ofHole(hole: Hole, depth: number): fc.Arbitrary<Tree> {
  if (hole.constants) return fc.constantFrom(...hole.constants.map((one) => leaf(one, undefined)));
  const sorts = hole.sorts ?? ALL_SORTS;
  // Now and then a value of another type: implicit casts, and what is refused.
  return fc.oneof(
    { weight: 30, arbitrary: fc.oneof(...sorts.map((one) => ofSort(one, depth))) },
    { weight: 1, arbitrary: fc.oneof(...ALL_SORTS.map(leaves)) },
  );
}

function ofForm({ parts, holes, gives }: Form, depth: number): fc.Arbitrary<Tree> {
  return fc
    .tuple(...holes.map((one) => ofHole(one, depth)))
    .map((children) => ({ parts, children: [...children], sort: gives }));
}

/** Every form is as likely as any other at the root. */
export const expressions: fc.Arbitrary<Tree> = fc.oneof(
  ...[0, 1, 2].map((depth) => fc.oneof(...EXPRESSION_FORMS.map((one) => ofForm(one, depth)))),
);
