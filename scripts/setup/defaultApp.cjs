'use strict'

/**
 * Start-up code of the Electron stand-in, in the place of Electron's own default app:
 * `electron [flags] <app folder or file> [arguments]` loads that app as its main module.
 */
const { app } = require('electron')
const { existsSync, readFileSync } = require('node:fs')
const { dirname, join, resolve } = require('node:path')
const { Module } = require('node:module')

const fail = (message) => {
  console.error(message)
  process.exit(1)
}

const given = process.argv.slice(1)
if (given.includes('--version')) {
  console.log(`v${process.versions.electron}`)
  process.exit(0)
}

/** Flags come before the app, as with Electron; `-r module` is how test runners get in first. */
let target = null
for (let index = 0; index < given.length && target === null; index += 1) {
  const argument = given[index]
  if (argument === '-r' || argument === '--require') {
    index += 1
    require(resolve(given[index]))
  } else if (argument.startsWith('--app=')) target = argument.slice('--app='.length)
  else if (!argument.startsWith('-')) target = argument
}
if (target === null) fail('usage: electron [flags] <app folder or file> [arguments]')

const appPath = resolve(target)
const manifestFile = join(appPath, 'package.json')
const manifest = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : null

// process.defaultApp is how Electron tells an app that it runs from source.
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
if (manifest !== null) {
  if (manifest.version) app.setVersion(manifest.version)
  app.setName(manifest.productName || manifest.name || app.getName())
  app.setDesktopName(manifest.desktopName || `${app.getName()}.desktop`)
}

let entry = null
try {
  entry = Module._resolveFilename(appPath, null, true)
} catch (error) {
  fail(`No Electron app at ${appPath}: ${error.message}`)
}
app.setAppPath(manifest === null ? dirname(entry) : appPath)
try {
  Module._load(entry, Module, true)
} catch (error) {
  fail(`The app failed while loading: ${error.stack || error}`)
}
