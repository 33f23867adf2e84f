import type { Fault } from '@shared/domain/fault'

/** Why a bundle was refused or a policy can't compute. The message names the file or tensor; the tip says what to do. */
export type PolicyFaultCode =
  | 'bundle-unreadable'
  | 'bundle-path'
  | 'bundle-limit'
  | 'bundle-manifest'
  | 'bundle-version'
  | 'bundle-files'
  | 'bundle-hash'
  | 'bundle-graph'
  | 'bundle-tokenizer'
  | 'bundle-self-test'
  | 'policy-provider'
  | 'policy-robot'
  | 'policy-precision'
  | 'policy-compare'
  | 'policy-observation'
  | 'policy-instruction'
  | 'policy-non-finite'
  | 'policy-inference'
  | 'policy-order'

const TIPS: Readonly<Record<PolicyFaultCode, string>> = {
  'bundle-unreadable': 'Check that the path is a bundle folder or its .zip and that you may read it.',
  'bundle-path': 'Do not use this bundle unless you trust where it came from; export it again.',
  'bundle-limit': 'Do not use this bundle unless you trust where it came from; export it again.',
  'bundle-manifest': 'Export the bundle again with the exporter in training/.',
  'bundle-version': 'Update Depthdeck, or export the bundle again for this version.',
  'bundle-files': 'Copy the bundle again, whole and without additions.',
  'bundle-hash': 'Copy or download the bundle again: a file differs from what was exported.',
  'bundle-graph': 'Export the bundle again: graphs and manifest must come from the same export.',
  'bundle-tokenizer': 'Export the bundle again with its tokenizer.json.',
  'bundle-self-test':
    'Do not run this policy: it computes something else than what was trained. Export it again.',
  'policy-provider': 'Choose another execution provider; cpu works everywhere.',
  'policy-robot': 'Load a bundle that was made for this arm, or connect the arm it was made for.',
  'policy-precision': 'Choose a precision that the bundle has, or export it with that one.',
  'policy-compare': 'Compare bundles that were made for the same robot, cameras and tasks.',
  'policy-observation': 'Check that the robot and its cameras are the ones this policy was trained for.',
  'policy-instruction': 'Choose one of the tasks the policy was trained for.',
  'policy-non-finite': 'The robot holds. Resume to observe again; if it happens again, load another policy.',
  'policy-inference':
    'The robot holds. Resume to observe again; if it happens again, choose another execution provider.',
  'policy-order': 'The prediction was replaced while it was computed; observe again.'
}

export function policyFault(code: PolicyFaultCode, message: string): Fault {
  return { severity: 'high', source: 'policy', code, message, tip: TIPS[code] }
}
