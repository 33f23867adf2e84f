import { EVENT_CHANNELS, INVOKE_CHANNELS } from '@shared/ipc/channels'
import { expect, test } from './support/workstation'

test('the window is sandboxed and may do nothing but show the app', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()

  const node = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis)
  )
  expect(node).toEqual([])
  // A sandboxed renderer's preload has no Node either; the bridge offers the contract's functions and nothing more.
  const bridge = await page.evaluate(() =>
    Object.entries(window.depthdeck).map(([kind, functions]) => [kind, Object.keys(functions as object)])
  )
  expect(bridge).toEqual([
    ['calls', [...INVOKE_CHANNELS]],
    ['events', [...EVENT_CHANNELS]]
  ])

  expect(await page.evaluate(() => window.open('https://example.com'))).toBeNull()
  expect(
    await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state)
  ).toBe('denied')
  const camera = await page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      (error: Error) => error.name
    )
  )
  expect(camera).not.toBe('granted')
})

test('the window cannot be navigated away', async ({ workstation }) => {
  const { app } = workstation
  await workstation.ready()
  const urls = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows().find((window) => window.isVisible())?.webContents
    if (!contents) return []
    const before = contents.getURL()
    const refused = new Promise((resolve) =>
      contents.once('will-navigate', (event) => setImmediate(() => resolve(event.defaultPrevented)))
    )
    await contents.executeJavaScript("void (window.location.href = 'https://example.com/')")
    return [await refused, before === contents.getURL()]
  })
  expect(urls).toEqual([true, true])
})

test('the content security policy refuses foreign code and connections', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  const outcome = await page.evaluate(async () => {
    const violations = new Set<string>()
    const allReported = new Promise<void>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.add(event.effectiveDirective)
        if (violations.size === 3) resolve()
      })
    })
    const script = document.createElement('script')
    script.textContent = 'window.__foreign = true'
    document.head.append(script)
    const style = document.createElement('style')
    style.textContent = 'body { display: none }'
    document.head.append(style)
    const fetched = await fetch('https://example.com/').then(
      () => 'fetched',
      () => 'refused'
    )
    await allReported
    return {
      ran: '__foreign' in window,
      hidden: getComputedStyle(document.body).display,
      fetched,
      violations: [...violations].sort()
    }
  })
  expect(outcome.ran).toBe(false)
  expect(outcome.hidden).not.toBe('none')
  expect(outcome.fetched).toBe('refused')
  expect(outcome.violations).toEqual(['connect-src', 'script-src-elem', 'style-src-elem'])
})

test('calls are checked: malformed input and files outside the app are refused', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  const answer = await page.evaluate(() =>
    window.depthdeck.calls['ui:frames']({ frames: -1, milliseconds: 'soon' }).then(
      () => 'served',
      (error: Error) => error.message
    )
  )
  expect(answer).toContain('malformed input')
  const outside = await page.evaluate(() =>
    fetch('depthdeck://app/..%2f..%2fpackage.json').then((response) => response.status)
  )
  expect(outside).toBe(404)
})

test('a second window with the same page and preload is no trusted sender', async ({ workstation }) => {
  const { app, page } = workstation
  await workstation.ready()
  const url = page.url()
  const answer = await app.evaluate(async ({ app: electronApp, BrowserWindow }, address) => {
    const preload = `${electronApp.getAppPath()}/out/preload/index.cjs`
    const other = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true }
    })
    try {
      await other.loadURL(address)
      return (await other.webContents.executeJavaScript(
        "window.depthdeck.calls['ports:connect']().then(() => 'served', (error) => error.message)"
      )) as string
    } finally {
      other.destroy()
    }
  }, url)
  expect(answer).toContain('unknown sender')
})
