import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { invokeContract, type AnyChannel, type InvokeInput, type InvokeOutput } from '@shared/ipc/contract'

/** Where calls may come from: a window's own main frame, showing our own page. */
export interface TrustedSender {
  readonly webContents: () => WebContents | null
  readonly isOwnUrl: (url: string) => boolean
}

function isTrusted(event: IpcMainInvokeEvent, sender: TrustedSender): boolean {
  const contents = sender.webContents()
  const frame = event.senderFrame
  return (
    contents !== null &&
    event.sender === contents &&
    frame !== null &&
    frame === contents.mainFrame &&
    sender.isOwnUrl(frame.url)
  )
}

/**
 * Serves one channel of the contract: sender and frame are checked, input and output parsed. Returns its
 * release. Errors reach the caller as rejected promises that name the channel.
 */
export function handle<C extends AnyChannel>(
  channel: C,
  sender: TrustedSender,
  serve: (input: InvokeInput<C>) => InvokeOutput<C> | Promise<InvokeOutput<C>>
): () => void {
  const schemas = invokeContract[channel]
  ipcMain.handle(channel, async (event, raw: unknown) => {
    if (!isTrusted(event, sender)) throw new Error(`${channel}: call from an unknown sender refused`)
    const input = schemas.input.safeParse(raw)
    if (!input.success) throw new Error(`${channel}: malformed input: ${input.error.message}`)
    return schemas.output.parse(await serve(input.data as InvokeInput<C>))
  })
  return () => ipcMain.removeHandler(channel)
}
