import type RFB from '@novnc/novnc'

interface Key {
  readonly keysym: number
  readonly code: string
}

const CONTROL: Key = { keysym: 0xffe3, code: 'ControlLeft' }
const ALT: Key = { keysym: 0xffe9, code: 'AltLeft' }
const functionKey = (number: number): Key => ({ keysym: 0xffbd + number, code: `F${number}` })

export interface KeyCombination {
  readonly label: string
  readonly keys: readonly Key[]
}

/** Combinations that the window's own system keeps for itself, and never reach a page. */
export const keyCombinations: readonly (readonly KeyCombination[])[] = [
  [
    { label: 'Ctrl+Alt+Delete', keys: [CONTROL, ALT, { keysym: 0xffff, code: 'Delete' }] },
    { label: 'Ctrl+Alt+Backspace', keys: [CONTROL, ALT, { keysym: 0xff08, code: 'Backspace' }] },
    { label: 'Ctrl+Alt+T', keys: [CONTROL, ALT, { keysym: 0x74, code: 'KeyT' }] },
  ],
  Array.from({ length: 7 }, (_, index) => ({
    label: `Ctrl+Alt+F${index + 1}`,
    keys: [CONTROL, ALT, functionKey(index + 1)],
  })),
  [
    { label: 'Alt+Tab', keys: [ALT, { keysym: 0xff09, code: 'Tab' }] },
    { label: 'Alt+F4', keys: [ALT, functionKey(4)] },
    { label: 'Super', keys: [{ keysym: 0xffeb, code: 'MetaLeft' }] },
    { label: 'Print', keys: [{ keysym: 0xff61, code: 'PrintScreen' }] },
  ],
]

/** Presses the keys in their order and lets them go in the opposite one. */
export function pressTogether(rfb: Pick<RFB, 'sendKey'>, { keys }: KeyCombination): void {
  for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true)
  for (const { keysym, code } of keys.toReversed()) rfb.sendKey(keysym, code, false)
}

/**
 * The way out of a console that has the keyboard: Ctrl and Alt, pressed and let go without any other key.
 * Returns true for the event that completes it. Both keys reach the guest too, where alone they do nothing.
 */
export class ReleaseGesture {
  readonly #down = new Set<string>()
  #isPure = true

  see(event: Pick<KeyboardEvent, 'type' | 'code'>): boolean {
    const isPart = /^(Control|Alt)(Left|Right)$/.test(event.code)
    if (event.type === 'keydown') {
      if (this.#down.size === 0) this.#isPure = true
      if (isPart) this.#down.add(event.code)
      else this.#isPure = false
      return false
    }
    if (!isPart) return false
    const held = [...this.#down]
    const wasBoth = held.some((code) => code.startsWith('Control')) && held.some((code) => code.startsWith('Alt'))
    this.#down.delete(event.code)
    if (!wasBoth || !this.#isPure) return false
    this.#isPure = false
    return true
  }

  /** A key that was let go elsewhere is not seen here. */
  forget(): void {
    this.#down.clear()
  }
}
