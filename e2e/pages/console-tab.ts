import type { Locator, Page } from '@playwright/test'

/** What the digits of a US keyboard give with Shift, from 0 on. */
const SHIFTED_DIGITS = ')!@#$%^&*('
const SHIFTED_OTHERS: Readonly<Record<string, string>> = {
  '+': '=',
  ':': ';',
  '>': '.',
  '<': ',',
  '?': '/',
  _: '-',
  '|': '\\',
}

/** The keys that a person presses for a character: the guest gets positions on the keyboard, not characters. */
function keysFor(character: string): string {
  const digit = SHIFTED_DIGITS.indexOf(character)
  if (digit >= 0) return `Shift+Digit${digit}`
  const other = SHIFTED_OTHERS[character]
  if (other !== undefined) return `Shift+${other}`
  return /[A-Z]/.test(character) ? `Shift+Key${character}` : character === ' ' ? 'Space' : character
}

/** The guest's screen in the window. */
export class ConsoleTab {
  readonly screen: Locator
  readonly canvas: Locator
  readonly connected: Locator

  constructor(
    readonly page: Page,
    name: string,
  ) {
    this.screen = page.getByRole('application', { name: `Screen of ${name}` })
    this.canvas = this.screen.locator('canvas')
    this.connected = page.locator('[data-console-state=connected]')
  }

  /** Clicks into the screen and types a line there, key by key. */
  async typeLine(line: string): Promise<void> {
    await this.canvas.click()
    await this.pressLine(line)
  }

  /** The same where the screen has the keyboard already. */
  async pressLine(line: string): Promise<void> {
    for (const character of line) await this.page.keyboard.press(keysFor(character))
    await this.page.keyboard.press('Enter')
  }

  /** The way back from the guest to the window: Ctrl and Alt, pressed together and let go. */
  async giveKeysBack(): Promise<void> {
    for (const key of ['Control', 'Alt']) await this.page.keyboard.down(key)
    for (const key of ['Alt', 'Control']) await this.page.keyboard.up(key)
  }
}
