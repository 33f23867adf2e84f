import { installFakeBridge } from './fakeBridge'

installFakeBridge()
await import('../../src/renderer/src/main')
