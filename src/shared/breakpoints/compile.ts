import { Environment, ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import type { SignalName } from '../domain/policy'
import { err, ok, type Result } from '../domain/result'
import type { BreakpointFacts } from './facts'
import {
  asWord,
  CHUNK_FUNCTIONS,
  PLAIN_WORDS,
  SIGNAL_FUNCTIONS,
  SIGNAL_WORDS,
  type ChunkFunction,
  type PlainWord,
  type SignalFunction
} from './vocabulary'

/**
 * Breakpoint expressions: the Common Expression Language (CEL, by a library: nothing here reaches JavaScript) without
 * all of it that could take long or reach further than the vocabulary. What is left has no loops, strings, lists or
 * patterns, so evaluation takes at most as many steps as the expression has parts.
 */

/** What is wrong, and from where to where in the text. */
export interface ExpressionFault {
  readonly message: string
  readonly start: number
  readonly end: number
}

export interface CompiledBreakpoint {
  /** True: it is hit. False also where something that it asks about is not known. */
  isHit(facts: BreakpointFacts): boolean
  /** What it asks about, as written, and the answers; null is not known. */
  values(
    facts: BreakpointFacts
  ): readonly { readonly name: string; readonly value: number | boolean | null }[]
}

const MAX_PARTS = 200
const MAX_DEPTH = 24

/** The language as people write it; the tree it gives is translated before anything is evaluated. */
const reader = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: MAX_PARTS,
    maxDepth: MAX_DEPTH,
    maxCallArguments: 4,
    maxListElements: 0,
    maxMapEntries: 0
  }
})

/**
 * @param actionNames names of the chunk's dimensions, in order
 * @returns the condition, or what is wrong with the text
 */
export function compileBreakpoint(
  text: string,
  actionNames: readonly string[]
): Result<CompiledBreakpoint, ExpressionFault> {
  try {
    const part = translate(reader.parse(text).ast, actionNames)
    if (part.type !== 'truth')
      throw new Wrong('this is a number: compare it with something, for example > 0.5', 0, text.length)
    return ok(evaluator(part))
  } catch (error) {
    if (error instanceof Wrong) return err({ message: error.message, start: error.start, end: error.end })
    if (error instanceof ParseError) return err(readingFault(error, text))
    throw error
  }
}

class Wrong extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number
  ) {
    super(message)
  }
}

function readingFault(error: ParseError, text: string): ExpressionFault {
  const { start = 0, end = text.length } = error.range ?? {}
  const isLimit = error.summary.startsWith('Exceeded')
  const message = error.summary.includes('EOF')
    ? 'something is missing at the end'
    : isLimit
      ? 'too long, or nested too deep'
      : `cannot be read here: ${error.summary}`
  return { message, start, end }
}

/** A part of the expression in CEL, over variables of its own. */
interface Part {
  readonly text: string
  readonly type: 'number' | 'truth'
  /** What each of its variables asks for. */
  readonly asks: ReadonlyMap<string, Question>
}
interface Question {
  /** As people write it. */
  readonly label: string
  readonly type: Part['type']
  answer(facts: BreakpointFacts): number | boolean | null
}

const ARITHMETIC = new Set(['+', '-', '*', '/'])
const ORDER = new Set(['<', '<=', '>', '>='])
const LOGIC = new Set(['&&', '||'])

function translate(node: ASTNode, actionNames: readonly string[]): Part {
  const wrong = (message: string): Wrong => new Wrong(message, node.range.start, node.range.end)
  const inner = (part: ASTNode, type: Part['type'], where: string): Part => {
    const translated = translate(part, actionNames)
    if (translated.type === type) return translated
    const wanted = type === 'number' ? 'a number' : 'a condition'
    throw new Wrong(`${where} wants ${wanted} here`, part.range.start, part.range.end)
  }
  const join = (parts: readonly Part[], text: string, type: Part['type']): Part => ({
    text,
    type,
    asks: new Map(parts.flatMap(({ asks }) => [...asks]))
  })
  const ask = (label: string, type: Part['type'], answer: Question['answer']): Part => {
    const name = label.replace(/\W+/g, '_')
    return { text: name, type, asks: new Map([[name, { label, type, answer }]]) }
  }

  function binary(operator: string, [left, right]: readonly [ASTNode, ASTNode]): Part {
    const type = LOGIC.has(operator) ? 'truth' : 'number'
    const gives = ARITHMETIC.has(operator) ? 'number' : 'truth'
    if (operator === '==' || operator === '!=') {
      const first = translate(left, actionNames)
      const second = inner(right, first.type, operator)
      return join([first, second], `(${first.text} ${operator} ${second.text})`, 'truth')
    }
    const parts = [inner(left, type, operator), inner(right, type, operator)] as const
    return join(parts, `(${parts[0].text} ${operator} ${parts[1].text})`, gives)
  }

  function word(name: string): Part {
    if (Object.hasOwn(PLAIN_WORDS, name)) {
      const known = name as PlainWord
      return ask(name, PLAIN_WORDS[known].type, (facts) => facts.plain(known))
    }
    if (isSignal(name)) return ask(name, 'number', (facts) => facts.signal(name))
    if (name.startsWith('chunk.') && actionNames.map(asWord).includes(name.slice('chunk.'.length)))
      throw wrong(`${name} has as many values as the chunk: say first(${name}), last, min, max or mean`)
    throw wrong(`there is no ${name}`)
  }

  function call(name: string, given: readonly ASTNode[]): Part {
    if (name === 'abs') {
      const [argument, more] = given
      if (!argument || more) throw wrong('abs takes one number')
      const part = inner(argument, 'number', 'abs')
      return join([part], `abs(${part.text})`, 'number')
    }
    if (Object.hasOwn(SIGNAL_FUNCTIONS, name)) return overSignal(name as SignalFunction, given)
    if (Object.hasOwn(CHUNK_FUNCTIONS, name)) return overChunk(name as ChunkFunction, given)
    throw wrong(`there is no function ${name}`)
  }

  function overSignal(name: SignalFunction, [signal, count, more]: readonly ASTNode[]): Part {
    const { arguments: wanted, type } = SIGNAL_FUNCTIONS[name]
    const example = wanted === 1 ? `${name}(actionMse)` : `${name}(actionMse, 3)`
    const isCounted = count?.op === 'value' && typeof count.args === 'bigint'
    const times = isCounted ? Number(count.args) : 1
    if (signal?.op !== 'id' || !isSignal(signal.args) || more || (wanted === 2 ? !isCounted : count))
      throw wrong(`write it as ${example}, with the name of a signal`)
    if (times < 1 || times > 31) throw wrong('the count is from 1 to 31')
    const asked = signal.args
    const label = wanted === 1 ? `${name}(${asked})` : `${name}(${asked}, ${times})`
    return ask(label, type, (facts) => facts.overSignal(name, asked, times))
  }

  function overChunk(name: ChunkFunction, [values, more]: readonly ASTNode[]): Part {
    const written = values && dotted(values)
    const dimension = actionNames.map((each) => `chunk.${asWord(each)}`).indexOf(written ?? '')
    if (dimension < 0 || more) {
      const [example = 'x'] = actionNames
      throw wrong(
        `write it as ${name}(chunk.${asWord(example)}), with one of ${actionNames.map(asWord).join(', ')}`
      )
    }
    return ask(`${name}(${written})`, 'number', (facts) => facts.overChunk(name, dimension))
  }

  switch (node.op) {
    case 'value':
      return literal(node.args, wrong)
    case 'id':
      return word(node.args)
    case '.': {
      const name = dotted(node)
      if (name === null) throw wrong('only robot and chunk have parts')
      return word(name)
    }
    case 'call':
      return call(...node.args)
    case '!_': {
      const part = inner(node.args, 'truth', '!')
      return join([part], `!${part.text}`, 'truth')
    }
    case '-_': {
      const part = inner(node.args, 'number', '−')
      return join([part], `(-${part.text})`, 'number')
    }
    case '?:': {
      const [condition, then, otherwise] = node.args
      const asked = inner(condition, 'truth', '? :')
      const yes = translate(then, actionNames)
      const no = inner(otherwise, yes.type, '? :')
      return join([asked, yes, no], `(${asked.text} ? ${yes.text} : ${no.text})`, yes.type)
    }
    default:
      if (isBinary(node)) return binary(node.op, node.args)
      throw wrong('breakpoints have numbers, conditions, and the names beside the field only')
  }
}

const isSignal = (name: string): name is SignalName => Object.hasOwn(SIGNAL_WORDS, name)

type BinaryNode = Extract<ASTNode, { args: readonly [ASTNode, ASTNode] }>
const isBinary = (node: ASTNode): node is BinaryNode =>
  ARITHMETIC.has(node.op) || ORDER.has(node.op) || LOGIC.has(node.op) || node.op === '==' || node.op === '!='

/** `chunk.x` of its node; null: it is something else. */
const dotted = (node: ASTNode): string | null =>
  node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : null

/** Every number is a floating-point one: CEL keeps integers apart and would not compare `actionMse * 2`. */
function literal(value: unknown, wrong: (message: string) => Wrong): Part {
  const asks = new Map<string, Question>()
  if (typeof value === 'boolean') return { text: String(value), type: 'truth', asks }
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw wrong('only numbers and conditions can be used')
  const number = Number(value)
  if (!Number.isFinite(number)) throw wrong('this number is too large')
  const text = String(number)
  return { text: /[.e]/.test(text) ? text : `${text}.0`, type: 'number', asks }
}

function evaluator({ text, asks }: Part): CompiledBreakpoint {
  const environment = new Environment({ limits: { maxAstNodes: 4 * MAX_PARTS, maxDepth: 4 * MAX_DEPTH } })
  environment.registerFunction('abs(double): double', (value: number) => Math.abs(value))
  for (const [name, { type }] of asks)
    environment.registerVariable(name, type === 'number' ? 'double' : 'bool')
  const evaluate: ParseResult = environment.parse(text)
  return {
    values: (facts) => [...asks.values()].map(({ label, answer }) => ({ name: label, value: answer(facts) })),
    isHit(facts) {
      const context = Object.fromEntries([...asks].map(([name, { answer }]) => [name, answer(facts)]))
      try {
        return evaluate(context) === true
      } catch {
        // Null is no number: what is not known makes nothing true.
        return false
      }
    }
  }
}
