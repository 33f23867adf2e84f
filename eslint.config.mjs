import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { importMapRule } from './scripts/lint/importMapRule.mjs'

const code = ['**/*.{ts,vue,mjs,cjs}']
const extensions = ['.ts', '.vue', '.mjs', '.cjs']

/**
 * What would hide a decision from the compiler, or a failure from everyone.
 *
 * @type {import('eslint').Linter.RulesRecord}
 */
const typeRules = {
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Below: with type information.
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }]
}

const noBarrels = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the module that defines it.' },
  {
    selector: 'ExportNamedDeclaration[source]',
    message: 'No barrels: import from the module that defines it.'
  }
]

const impureGlobals = [
  'process',
  'Buffer',
  'window',
  'document',
  'navigator',
  'fetch',
  'setTimeout',
  'setInterval',
  'performance'
].map((name) => ({ name, message: 'src/shared is pure: pass it in.' }))

export default defineConfig(
  {
    ignores: [
      'out/',
      '.electron-dist/',
      'node_modules/',
      'resources/',
      'release/',
      'training/',
      'test/fixtures/',
      'test-results/',
      'playwright-report/',
      'coverage/'
    ]
  },
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  tseslint.configs.recommended,
  vue.configs['flat/essential'],
  {
    files: code,
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue']
      }
    },
    plugins: { depthdeck: { rules: { 'import-map': importMapRule } }, 'import-x': importX },
    settings: {
      ...flatConfigs.typescript.settings,
      'import-x/extensions': extensions,
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'vue-eslint-parser': ['.vue'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: [...extensions, '.json'],
          tsconfig: { configFile: `${import.meta.dirname}/tsconfig.json` }
        })
      ]
    },
    rules: {
      ...typeRules,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-undef': 'off', // the type checker knows the globals
      'depthdeck/import-map': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-self-import': 'error'
    }
  },
  { files: ['src/**'], rules: { 'no-restricted-syntax': ['error', ...noBarrels] } },
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from a seeded generator.' },
        { object: 'Date', property: 'now', message: 'src/shared has no clock: pass the time in.' }
      ]
    }
  },
  {
    files: ['**/*.vue'],
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error'
    }
  },
  {
    // These must run before `npm ci` has: packages only through import(), once they are there.
    files: ['scripts/{*.mjs,setup/**,run/**}'],
    ignores: ['scripts/setup/defaultApp.cjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!node:|\\.)', message: 'Set-up runs before packages are installed.' }] }
      ]
    }
  },
  {
    // Published coefficients are kept in full, with more digits than a double holds.
    files: ['src/shared/random/truncatedNormal.ts'],
    rules: { 'no-loss-of-precision': 'off' }
  },
  {
    // Electron's start-up code: CommonJS on Electron's private interface, outside the TypeScript project.
    files: ['**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  }
)
