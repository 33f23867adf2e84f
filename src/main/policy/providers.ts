/** Execution providers this app may ask ONNX Runtime for. */
export const PROVIDER_NAMES = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const
export type ProviderName = (typeof PROVIDER_NAMES)[number]

/** Runs everywhere and bit-identically: what is used unless others are asked for. */
export const DEFAULT_PROVIDERS: readonly ProviderName[] = ['cpu']

/** All candidates of a platform, fastest first. CUDA and TensorRT need an opt-in install of the runtime. */
export function providerOrder(platform: NodeJS.Platform): readonly ProviderName[] {
  switch (platform) {
    case 'linux':
      return ['tensorrt', 'cuda', 'webgpu', 'cpu']
    case 'win32':
      return ['dml', 'webgpu', 'cpu']
    case 'darwin':
      return ['coreml', 'webgpu', 'cpu']
    default:
      return ['cpu']
  }
}
