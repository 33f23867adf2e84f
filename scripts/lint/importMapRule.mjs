import { builtinModules } from 'node:module'
import { relative, sep } from 'node:path'
import { root } from '../setup/paths.mjs'
import { importProblem } from './importMap.mjs'

const nodeModules = new Set(builtinModules)

/**
 * ESLint rule over every way one module names another: import, export from, import(), import types, require.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const importMapRule = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{problem}}' } },
  create(context) {
    const importer = relative(root, context.filename).split(sep).join('/')

    /** @param {import('estree').Node | null | undefined} source */
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const problem = importProblem(importer, source.value, nodeModules)
      if (problem !== null) context.report({ node: source, messageId: 'forbidden', data: { problem } })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0])
      },
      // TypeScript's own nodes are not among ESLint's types.
      TSImportType: (/** @type {{ source: import('estree').Node }} */ node) => check(node.source),
      TSExternalModuleReference: (/** @type {{ expression: import('estree').Node }} */ node) =>
        check(node.expression)
    }
  }
}
