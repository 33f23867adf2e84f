/** `FF FF 01` as bytes. Throws on anything else. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(
    text
      .trim()
      .split(/\s+/)
      .map((digits) => {
        if (!/^[0-9a-f]{2}$/i.test(digits)) throw new Error(`not a byte in hexadecimal: ${digits}`)
        return parseInt(digits, 16)
      })
  )
}

export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
