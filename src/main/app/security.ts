import { app, type Session, type WebContents } from 'electron'

/**
 * Nothing is permitted, opened, attached or navigated to unless a line here says so: our own pages may use cameras,
 * without sound.
 */
export function denyByDefault(session: Session, isOwnUrl: (url: string) => boolean): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const mediaTypes = 'mediaTypes' in details ? details.mediaTypes : undefined
    const isVideo = mediaTypes?.length === 1 && mediaTypes[0] === 'video'
    callback(permission === 'media' && isVideo && isOwnUrl(contents.getURL()))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return (
      permission === 'media' && details.mediaType !== 'audio' && isOwnUrl(`${origin.replace(/\/$/, '')}/`)
    )
  })
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}

/** Guards every web contents of the app, also those some later code might create. */
export function guardWebContents(isAllowedUrl: (url: string) => boolean, log: (line: string) => void): void {
  const guard = (contents: WebContents): void => {
    contents.setWindowOpenHandler(({ url }) => {
      log(`Blocked opening ${url}`)
      return { action: 'deny' }
    })
    const refuseOthers = (event: Electron.Event, url: string): void => {
      if (isAllowedUrl(url)) return
      event.preventDefault()
      log(`Blocked navigation to ${url}`)
    }
    contents.on('will-navigate', (event) => refuseOthers(event, event.url))
    contents.on('will-redirect', (event) => refuseOthers(event, event.url))
    contents.on('will-attach-webview', (event) => event.preventDefault())
  }
  app.on('web-contents-created', (_event, contents) => guard(contents))
}
