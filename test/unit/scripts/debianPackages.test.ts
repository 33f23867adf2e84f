import { describe, expect, test } from 'vitest'
import {
  installablePackages,
  installedPackages,
  missingLibraries,
  missingPackages
} from '../../../scripts/setup/debianPackages.mjs'

const names = (...list: string[]) => new Set(list)

test('dpkg-query: only fully installed packages count', () => {
  const output = 'ii  libnss3\nhi  xvfb\nrc  libgbm1\nun  libxss1\niU  libdrm2\n\n'
  expect(installedPackages(output)).toEqual(names('libnss3', 'xvfb'))
})

test('apt-cache policy: only packages with a candidate count', () => {
  const output = [
    'libasound2:',
    '  Installed: (none)',
    '  Candidate: (none)',
    '  Version table:',
    'libasound2t64:',
    '  Installed: (none)',
    '  Candidate: 1.2.14-1',
    '  Version table:',
    '     1.2.14-1 500',
    '        500 mirror trixie/main amd64 Packages'
  ].join('\n')
  expect(installablePackages(output)).toEqual(names('libasound2t64'))
})

describe('missing packages', () => {
  test.each([
    ['plain name installed', ['libgtk-3-0'], names('libgtk-3-0'), names(), []],
    ['t64 name installed', ['libgtk-3-0'], names('libgtk-3-0t64'), names(), []],
    ['Debian 12', ['libasound2', 'xvfb'], names('xvfb'), names('libasound2'), ['libasound2']],
    [
      'Debian 13',
      ['libasound2', 'libnss3'],
      names(),
      names('libasound2t64', 'libnss3'),
      ['libasound2t64', 'libnss3']
    ],
    ['no package lists yet', ['libasound2'], names(), names(), ['libasound2']]
  ])('%s', (_, wanted, installed, installable, expected) => {
    expect(missingPackages(wanted, installed, installable)).toEqual(expected)
  })
})

test('ldd: libraries not found', () => {
  const output =
    '\tlinux-vdso.so.1 (0x0001)\n\tlibnss3.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0002)\n\tlibgbm.so.1 => not found\n'
  expect(missingLibraries(output)).toEqual(['libnss3.so', 'libgbm.so.1'])
})
