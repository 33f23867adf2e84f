import { runCommand } from './command.mjs'
import { SetupError } from './console.mjs'
import { trainingPackages } from './debianPackages.mjs'
import { ensureDebianPackages } from './systemPackages.mjs'

/** Debian's PyTorch is seen by Debian's own python3 only, whatever else is on the PATH. */
const candidates = [process.env['DEPTHDECK_PYTHON'], 'python3', '/usr/bin/python3']

async function findPython() {
  for (const python of candidates) {
    if (python === undefined) continue
    const { code } = await runCommand(python, ['-c', 'import torch, onnx'], { output: 'capture' })
    if (code === 0) return python
  }
  return null
}

/**
 * A Python that has PyTorch and ONNX: the one named by DEPTHDECK_PYTHON, the PATH's, or Debian's with its packages,
 * installed where that is possible.
 */
export async function ensurePython() {
  const found = await findPython()
  if (found !== null) return found
  await ensureDebianPackages(trainingPackages)
  const installed = await findPython()
  if (installed !== null) return installed
  throw new SetupError(
    'training/ needs a Python with PyTorch 1.13 or newer and the onnx package.\nInstall them ' +
      '(pip install torch onnx) and name that Python in DEPTHDECK_PYTHON where it is not the first on the PATH.'
  )
}
