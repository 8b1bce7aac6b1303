import { registerHooks } from "node:module";
import ts from "typescript";
import type { Coverage } from "./coverage.ts";

/** Of a word that a parser may look for. */
const LONGEST_WORD = 40;
const COUNTERS = "__fuzzCounters";

export type Watched = {
  /** The texts and field names that stand in the sources that were loaded: what a parser compares its input with. */
  readonly words: ReadonlySet<string>;
};

/** From here on the sources in this folder (a URL that ends in a slash) count what they run, in this thread. */
export function watchSources(folder: string, coverage: Coverage): Watched {
  const words = new Set<string>();
  Object.assign(globalThis, { [COUNTERS]: coverage.counters });
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith(folder) || !url.endsWith(".ts") || !loaded.source) return loaded;
      const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: instrumented(source, coverage.newBlock, words) };
    },
  });
  return { words };
}

/**
 * The same source with a counter in each block and branch. Text is put in and nothing is printed anew, so that lines stay where they are and the
 * runtime strips the types as always.
 */
export function instrumented(source: string, newBlock: () => number, words: Set<string>): string {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.ESNext, true);
  const insertions: { readonly at: number; readonly text: string }[] = [];
  const insert = (at: number, text: string): void => void insertions.push({ at, text });
  const count = (): string => `${COUNTERS}[${newBlock()}]++`;
  const wrap = (node: ts.Expression): void => {
    insert(node.getStart(file), `(${count()},`);
    insert(node.end, ")");
  };
  const wrapStatement = (node: ts.Statement | undefined): void => {
    if (node === undefined || ts.isBlock(node)) return;
    insert(node.getStart(file), `{${count()};`);
    insert(node.end, "}");
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    noteWord(node, words);
    if (ts.isBlock(node)) insert(node.getStart(file) + 1, `${count()};`);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) wrap(node.body);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(wrap);
    else if (ts.isBinaryExpression(node) && isBranching(node)) wrap(node.right);
    else if (ts.isIfStatement(node)) [node.thenStatement, node.elseStatement].forEach(wrapStatement);
    else if (ts.isIterationStatement(node, false)) wrapStatement(node.statement);
    else if (ts.isCaseOrDefaultClause(node)) insert(startOfClause(node, file), `${count()};`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return withInsertions(source, insertions);
}

function isBranching({ operatorToken }: ts.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** Behind its colon. */
function startOfClause(node: ts.CaseOrDefaultClause, file: ts.SourceFile): number {
  const colon = node.getChildren(file).find(({ kind }) => kind === ts.SyntaxKind.ColonToken);
  return colon?.end ?? node.end;
}

function noteWord(node: ts.Node, words: Set<string>): void {
  const name = ts.isPropertyAssignment(node) ? node.name : node;
  const word = ts.isStringLiteralLike(name) || (name !== node && ts.isIdentifier(name)) ? name.text : "";
  if (word.length > 1 && word.length <= LONGEST_WORD && !/\s\S+\s/.test(word)) words.add(word);
}

/** Of those at one place the one that was asked for first stands outside: an outer node opens before, and closes behind, its inner ones. */
function withInsertions(source: string, insertions: readonly { readonly at: number; readonly text: string }[]): string {
  const pieces: string[] = [];
  let from = 0;
  const isClosing = ({ text }: { readonly text: string }) => text === ")" || text === "}";
  const ordered = insertions
    .map((insertion, order) => ({ ...insertion, order }))
    .toSorted((one, other) => {
      if (one.at !== other.at) return one.at - other.at;
      if (isClosing(one) !== isClosing(other)) return isClosing(one) ? -1 : 1;
      return isClosing(one) ? other.order - one.order : one.order - other.order;
    });
  for (const { at, text } of ordered) {
    pieces.push(source.slice(from, at), text);
    from = at;
  }
  return pieces.join("") + source.slice(from);
}
