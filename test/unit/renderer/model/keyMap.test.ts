import { describe, expect, test } from 'vitest'
import {
  ariaShortcut,
  KEY_BINDINGS,
  keyAction,
  worksEverywhere,
  type KeyPress
} from '../../../../src/renderer/src/model/keyMap'

const press = (key: string, code: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  altGraph: false,
  repeat: false,
  ...more
})
const altGr = { ctrlKey: true, altKey: true, altGraph: true }

describe('keys', () => {
  test.each([
    ['Escape', press('Escape', 'Escape'), 'stop'],
    ['F12', press('F12', 'F12'), 'stop'],
    ['Ctrl+Escape', press('Escape', 'Escape', { ctrlKey: true }), 'stop'],
    ['Space', press(' ', 'Space'), 'pause'],
    ['Enter', press('Enter', 'Enter'), 'resume'],
    ['] on US', press(']', 'BracketRight'), 'step'],
    ['} on US', press('}', 'BracketRight', { shiftKey: true }), 'step5'],
    ['[ on US', press('[', 'BracketLeft'), 'back'],
    ['] on German: AltGr+9', press(']', 'Digit9', altGr), 'step'],
    ['[ on German: AltGr+8', press('[', 'Digit8', altGr), 'back'],
    ['] on French: AltGr+)', press(']', 'Minus', altGr), 'step'],
    ['} on German: AltGr+0', press('}', 'Digit0', altGr), 'step5'],
    ['German + on the bracket key', press('+', 'BracketRight'), 'step'],
    ['German * on the bracket key', press('*', 'BracketRight', { shiftKey: true }), 'step5'],
    ['German ü on the bracket key', press('ü', 'BracketLeft'), 'back'],
    ['Cyrillic с on the C key', press('с', 'KeyC'), 'converge'],
    ['Dvorak c on the I key', press('c', 'KeyI'), 'converge'],
    ['Caps Lock R', press('R', 'KeyR'), 'reject'],
    ['T', press('t', 'KeyT'), 'takeOver'],
    ['Shift+T', press('T', 'KeyT', { shiftKey: true }), 'handBack'],
    ['Caps Lock T still takes over', press('T', 'KeyT'), 'takeOver'],
    ['Cyrillic Е on the T key', press('е', 'KeyT'), 'takeOver'],
    ['?', press('?', 'Slash', { shiftKey: true }), 'keySheet'],
    ['Ctrl+.', press('.', 'Period', { ctrlKey: true }), 'closeDialog'],
    ['Backspace', press('Backspace', 'Backspace'), 'discard'],
    ['Alt+Left', press('ArrowLeft', 'ArrowLeft', { altKey: true }), 'nudgeLeft'],
    ['Alt+Right', press('ArrowRight', 'ArrowRight', { altKey: true }), 'nudgeRight'],
    ['Alt+Up', press('ArrowUp', 'ArrowUp', { altKey: true }), 'nudgeAway'],
    ['Alt+Down', press('ArrowDown', 'ArrowDown', { altKey: true }), 'nudgeTowards'],
    ['Alt+PageUp', press('PageUp', 'PageUp', { altKey: true }), 'nudgeUp'],
    ['Alt+PageDown', press('PageDown', 'PageDown', { altKey: true }), 'nudgeDown']
  ])('%s', (_, input, action) => expect(keyAction(input)).toBe(action))

  test.each([
    ['Ctrl+R reloads nothing and rejects nothing', press('r', 'KeyR', { ctrlKey: true })],
    ['Meta+C', press('c', 'KeyC', { metaKey: true })],
    ['Alt+F', press('f', 'KeyF', { altKey: true })],
    ['an arrow alone belongs to what has the focus', press('ArrowLeft', 'ArrowLeft')],
    ['Ctrl+Alt+Left', press('ArrowLeft', 'ArrowLeft', { ctrlKey: true, altKey: true })],
    ['AltGr+Left', press('ArrowLeft', 'ArrowLeft', altGr)],
    ['Dvorak: another letter on the C key', press('j', 'KeyC')],
    ['plain .', press('.', 'Period')],
    ['Ctrl+T takes nothing over', press('t', 'KeyT', { ctrlKey: true })],
    ['AltGr+E types € and ends no episode', press('€', 'KeyE', altGr)],
    ['AltGr+E where it types nothing else', press('e', 'KeyE', altGr)],
    ['AltGr+F', press('đ', 'KeyF', altGr)],
    ['AltGr+Enter', press('Enter', 'Enter', altGr)],
    ['AltGr+ü on the bracket key', press('~', 'BracketRight', altGr)],
    ['a held H', press('h', 'KeyH', { repeat: true })],
    ['a held Escape stops once', press('Escape', 'Escape', { repeat: true })]
  ])('%s does nothing', (_, input) => expect(keyAction(input)).toBeNull())

  test('only cursor and nudges repeat while a key is held', () => {
    expect(keyAction(press('[', 'BracketLeft', { repeat: true }))).toBe('back')
    expect(KEY_BINDINGS.filter(({ repeats }) => repeats).map(({ action }) => action)).toEqual([
      'back',
      'nudgeLeft',
      'nudgeRight',
      'nudgeAway',
      'nudgeTowards',
      'nudgeUp',
      'nudgeDown'
    ])
  })

  test('outside the Live view only what is about safety and the window itself', () => {
    expect(KEY_BINDINGS.filter(({ action }) => worksEverywhere(action)).map(({ hint }) => hint)).toEqual([
      'Esc',
      'Space',
      'A',
      '?',
      'Ctrl .'
    ])
  })

  test.each([
    ['⌫', 'Backspace'],
    ['Ctrl .', 'Control+.'],
    [']', ']'],
    ['Space', 'Space'],
    ['Alt PgUp', 'Alt+PageUp']
  ])('%s is %s to assistive technology', (hint, name) => expect(ariaShortcut(hint)).toBe(name))

  test('no two bindings share a key, except one with Shift and one without', () => {
    const keys = KEY_BINDINGS.flatMap(({ keys, shift }) => keys.map((key) => `${key} ${String(shift)}`))
    expect(new Set(keys).size).toBe(keys.length)
  })
})
