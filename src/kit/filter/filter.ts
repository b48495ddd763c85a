import type { ASTNode, Environment, ParseError, ParseResult } from '@marcbachmann/cel-js';
import type { Column, Columns, ColumnType, Value } from '../columns/columns.ts';
import { type CelFailure, filterError } from './filter-error.ts';

/** A compiled --filter. */
export interface Filter<E> {
  /** Names of the columns it reads. */
  readonly uses: ReadonlySet<string>;
  /** Whether the event is wanted. An event on which the expression has no answer is not. */
  matches(event: E): boolean;
  /** On how many events so far the expression had no answer: index out of range, division by zero, … */
  readonly failures: number;
}

/** The CEL types of columns, and what a column without a value reads as: what an unset field does in protobuf's CEL. */
const TYPES: Readonly<Record<ColumnType, { readonly cel: string; readonly unset: unknown }>> = {
  int: { cel: 'int', unset: 0n },
  float: { cel: 'double', unset: 0 },
  bool: { cel: 'bool', unset: false },
  string: { cel: 'string', unset: '' },
  strings: { cel: 'list<string>', unset: [] },
};

/** CEL's types are identifiers, too; this one is what columns are called. */
const TAKEN = 'bytes';

/**
 * Compiles a CEL expression over the columns' raw values; loads the CEL library, which takes a while.
 *
 * Everything that can be known is checked here: names, types, regular expressions. What only an event can tell
 * (`args[3]` of a command with two arguments) makes that event no match; the first one is told to `warn`, all are
 * counted in `failures`.
 *
 * @param warn told once, in one line
 * @param what names the expression in errors
 * @throws UsageError naming the position of what is wrong
 */
export async function compileFilter<E>(
  text: string,
  columns: Columns<E>,
  warn: (message: string) => void = () => {},
  what = 'filter',
): Promise<Filter<E>> {
  const { Environment } = await import('@marcbachmann/cel-js');
  const environment = new Environment({ unlistedVariablesAreDyn: false });
  for (const [name, { type }] of Object.entries(columns))
    if (name !== TAKEN) environment.registerVariable(name, TYPES[type].cel);

  const refuse = (failure: CelFailure) => {
    throw filterError(what, failure, text, columns);
  };
  const evaluate = parse(environment, text, refuse);
  visit(evaluate.ast, (node) => {
    if (node.op === 'id' && node.args === TAKEN && TAKEN in columns)
      refuse({ summary: `"${TAKEN}" is a type of CEL: no expression can use the column of that name` });
  });
  const { type, error } = evaluate.check();
  if (error) refuse(error);
  if (type !== 'bool') refuse({ summary: `the expression is ${type}, not bool` });

  const uses = new Set<string>();
  visit(evaluate.ast, (node) => {
    if (node.op === 'id' && Object.hasOwn(columns, node.args)) uses.add(node.args);
    if (node.op === 'rcall' && node.args[0] === 'matches') checkRegex(node.args[2][0], refuse);
  });
  const variables = [...uses].map((name) => ({ name, read: variableOf(columns[name]) }));
  const context: Record<string, unknown> = {};
  let failures = 0;

  return {
    uses,
    get failures() {
      return failures;
    },
    matches(event) {
      for (const { name, read } of variables) context[name] = read(event);
      const { stackTraceLimit } = Error;
      // A stack that nobody sees would make a failure cost forty times an answer.
      Error.stackTraceLimit = 0;
      try {
        return evaluate(context);
      } catch (error) {
        if (failures++ === 0) warn(`${what}: ${reasonOf(error)}: an event without an answer is no match`);
        return false;
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
    },
  };
}

/** CEL's int is a BigInt here. */
function variableOf<E>({ type, value }: Column<E>): (event: E) => unknown {
  const { unset } = TYPES[type];
  const convert = type === 'int' ? (raw: Value) => BigInt(raw as number) : (raw: Value) => raw;
  return (event) => {
    const raw = value(event);
    return raw === null ? unset : convert(raw);
  };
}

function visit(node: ASTNode, look: (node: ASTNode) => void): void {
  look(node);
  for (const child of [node.args].flat(3)) {
    if (typeof child === 'object' && child !== null && 'op' in child) visit(child as ASTNode, look);
  }
}

function parse(environment: Environment, text: string, refuse: (failure: CelFailure) => never): ParseResult {
  try {
    return environment.parse(text);
  } catch (error) {
    return refuse(error as ParseError);
  }
}

/** The CEL library would notice only at the first event. */
function checkRegex(pattern: ASTNode, refuse: (failure: CelFailure) => never): void {
  if (pattern.op !== 'value' || typeof pattern.args !== 'string') return;
  try {
    new RegExp(pattern.args);
  } catch (error) {
    const cause = (error as Error).message.replace(/^Invalid regular expression: \/.*\/: /s, '');
    refuse({ summary: `regular expression does not compile: ${cause.toLowerCase()}`, range: pattern.range });
  }
}

/** In one line: the library adds the expression and a caret to its messages. */
function reasonOf(error: unknown): string {
  const [line] = (error as Error).message.replace(/^No such key: (?=index)/, '').split('\n');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
