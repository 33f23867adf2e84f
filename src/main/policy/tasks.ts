/** More than this many tasks can't be shown or checked as a list. */
const MAX_TASKS = 4096

export interface InstructionSpec {
  readonly template: string
  readonly values: Readonly<Record<string, readonly string[]>>
}

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g

/** Why a template and its values don't fit together, or null. */
export function taskProblem({ template, values }: InstructionSpec): string | null {
  const used = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '')
  const missing = used.find((name) => values[name] === undefined)
  if (missing !== undefined) return `instruction.template uses {${missing}}, which has no values`
  const unused = Object.keys(values).find((name) => !used.includes(name))
  if (unused !== undefined) return `instruction.values has "${unused}", which the template doesn't use`
  if (new Set(used).size !== used.length) return 'instruction.template uses a placeholder twice'
  // An expanded value must not be taken for a placeholder.
  const braced = used.find((name) => values[name]?.some((value) => /[{}]/.test(value)))
  if (braced !== undefined) return `a value of instruction.values.${braced} contains a brace`
  const count = used.reduce((product, name) => product * (values[name]?.length ?? 0), 1)
  return count > MAX_TASKS
    ? `the instruction template stands for ${count} tasks; at most ${MAX_TASKS} are allowed`
    : null
}

/** All instructions of a template, first placeholder slowest. Requires `taskProblem(spec) === null`. */
export function expandTasks({ template, values }: InstructionSpec): string[] {
  const placeholder = /\{([A-Za-z][A-Za-z0-9]*)\}/.exec(template)
  if (placeholder === null) return [template]
  const [literal, name = ''] = placeholder
  return (values[name] ?? []).flatMap((value) =>
    expandTasks({ template: template.replace(literal, () => value), values })
  )
}

/** The template with its choices written out, for people. */
export const describeTasks = ({ template, values }: InstructionSpec): string =>
  template.replace(PLACEHOLDER, (_, name: string) => `{${(values[name] ?? []).join('|')}}`)
