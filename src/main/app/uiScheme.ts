import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { protocol, type Session } from 'electron'
import { resolveUiPath } from './uiPath'

/**
 * The UI is served by our own scheme instead of file://, so that it has an origin of its own, strict headers
 * and no way to read other files.
 */
export const UI_SCHEME = 'depthdeck'
export const UI_PAGE = 'renderer/index.html'
export const CAPTURE_PAGE = 'capture/index.html'
/** Vite's address in `npm run dev`, or else our own. */
export const pageUrl = (page: string, devUrl: string | undefined): string =>
  devUrl === undefined ? `${UI_SCHEME}://app/${page}` : new URL(page, devUrl).href

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

/** Must run before the app is ready. */
export function registerUiScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: UI_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

export const isUiUrl = (url: string): boolean => url.startsWith(`${UI_SCHEME}://app/`)

export function serveUi(session: Session, root: string): void {
  session.protocol.handle(UI_SCHEME, async (request) => {
    const path = resolveUiPath(root, request.url)
    const type = path ? CONTENT_TYPES[extname(path)] : undefined
    if (!path || !type) return new Response('Not found', { status: 404 })
    try {
      return new Response(await readFile(path), {
        headers: {
          'content-type': type,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff'
        }
      })
    } catch {
      return new Response('Not found', { status: 404 })
    }
  })
}
