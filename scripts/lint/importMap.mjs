import { posix } from 'node:path'

/**
 * Who may import what: the import map of ARCHITECTURE.md as data. Decided from the spelling of paths alone, so
 * it holds for files that do not exist yet.
 */

/** @typedef {{ area: string, imports: readonly string[], packages: PackageRule }} AreaRule */

/**
 * @typedef {object} PackageRule
 * @property {boolean} node whether Node's built-in modules may be imported
 * @property {readonly string[]} [only] the only packages allowed
 * @property {readonly string[]} [except] packages not allowed
 */

/** Alias in source code → folder. */
const aliases = { '@shared/': 'src/shared/' }

/** Packages that belong to few areas: electron is the shell, the other two are native code. */
const shellAndNative = ['electron', 'onnxruntime-node', 'serialport']

/** @param {readonly string[]} allowed of the packages above @returns {PackageRule} */
const mainPackages = (...allowed) => ({
  node: true,
  except: shellAndNative.filter((name) => !allowed.includes(name))
})
/** @type {PackageRule} */
const zodOnly = { node: false, only: ['zod'] }
/** @type {PackageRule} */
const browserPackages = { node: false, except: shellAndNative }

/** Pure vocabulary below everything else. */
const core = ['src/shared/units.ts', 'src/shared/domain']
const shared = ['src/shared']
/** Small tools on Node's files, below everything on the main side. */
const files = 'src/main/files'
const features = [
  'policy',
  'robot',
  'drivers',
  'transports',
  'teleop',
  'safety',
  'cameras',
  'recorder',
  'episodes',
  'simulator'
].map((name) => `src/main/${name}`)

/** @param {string} area @param {readonly string[]} imports @param {PackageRule} [packages] @returns {AreaRule} */
const feature = (area, imports = [], packages = mainPackages()) => ({
  area: `src/main/${area}`,
  imports: [...shared, files, ...imports.map((name) => `src/main/${name}`)],
  packages
})

/**
 * Every area below src/. An area may always import itself. A file belongs to the longest area that holds it.
 *
 * @type {readonly AreaRule[]}
 */
export const importMap = [
  { area: 'src/shared/units.ts', imports: core, packages: zodOnly },
  { area: 'src/shared/domain', imports: core, packages: zodOnly },
  { area: 'src/shared', imports: shared, packages: zodOnly },
  {
    area: 'src/shared/breakpoints',
    imports: shared,
    packages: { node: false, only: ['@marcbachmann/cel-js'] }
  },
  { area: files, imports: shared, packages: mainPackages() },
  feature('policy', [], mainPackages('onnxruntime-node')),
  feature('robot', ['drivers']),
  feature('teleop', ['drivers']),
  feature('drivers', ['transports']),
  feature('drivers/sim', ['drivers', 'transports', 'simulator']),
  feature('transports', [], mainPackages('serialport')),
  feature('safety'),
  feature('cameras'),
  feature('recorder', ['episodes']),
  feature('episodes'),
  feature('simulator'),
  { area: 'src/main/hosts', imports: [...shared, files, ...features], packages: mainPackages('electron') },
  { area: 'src/main/ipc', imports: shared, packages: mainPackages('electron') },
  { area: 'src/main/app', imports: [...shared, files, 'src/main/ipc'], packages: mainPackages('electron') },
  { area: 'src/preload', imports: shared, packages: { node: false, only: ['electron', 'zod'] } },
  { area: 'src/renderer', imports: shared, packages: browserPackages },
  { area: 'src/capture', imports: shared, packages: browserPackages }
]

/** @param {string} path @param {string} area */
const isWithin = (path, area) => {
  const bare = area.replace(/\.ts$/, '')
  return path === area || path === bare || path.startsWith(`${bare}/`)
}

/** The rule a repository path falls under, or null. @param {string} path @returns {AreaRule | null} */
export function areaOf(path) {
  const holding = importMap.filter((rule) => isWithin(path, rule.area))
  return holding.sort((a, b) => b.area.length - a.area.length)[0] ?? null
}

/** Repository path of an imported file, or null when the specifier names a package. */
function targetPath(/** @type {string} */ importer, /** @type {string} */ specifier) {
  const file = specifier.replace(/\?.*$/, '')
  if (file.startsWith('.')) return posix.join(posix.dirname(importer), file)
  const alias = Object.entries(aliases).find(([prefix]) => file.startsWith(prefix))
  return alias === undefined ? null : posix.join(alias[1], file.slice(alias[0].length))
}

/** Package a specifier belongs to: `@scope/name/file` → `@scope/name`. @param {string} specifier */
function packageName(specifier) {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/**
 * Why an import is not allowed, or null when it is.
 *
 * @param {string} importer repository path of the importing file, with forward slashes
 * @param {string} specifier as written
 * @param {ReadonlySet<string>} nodeModules names of Node's built-in modules
 * @returns {string | null}
 */
export function importProblem(importer, specifier, nodeModules) {
  if (!importer.startsWith('src/')) return null
  const rule = areaOf(importer)
  if (rule === null) return `${importer} is in no area of the import map (scripts/lint/importMap.mjs)`
  const target = targetPath(importer, specifier)
  if (target !== null) {
    const targetArea = areaOf(target)?.area
    const allowed =
      targetArea !== undefined && [rule.area, ...rule.imports].some((area) => isWithin(targetArea, area))
    return allowed ? null : `${rule.area} must not import ${target}`
  }
  const { node, only, except } = rule.packages
  if (specifier.startsWith('node:') || nodeModules.has(specifier)) {
    return node ? null : `${rule.area} must not import Node modules (${specifier})`
  }
  const name = packageName(specifier)
  const refused = (only !== undefined && !only.includes(name)) || except?.includes(name) === true
  return refused ? `${rule.area} must not import the package ${name}` : null
}
