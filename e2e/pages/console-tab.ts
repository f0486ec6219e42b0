import type { Locator, Page } from '@playwright/test'

/** The guest's screen in the window. */
export class ConsoleTab {
  readonly stage: Locator
  readonly screen: Locator
  readonly canvas: Locator

  constructor(
    readonly page: Page,
    name: string,
  ) {
    this.screen = page.getByRole('application', { name: `Screen of ${name}` })
    this.stage = page.locator('[data-console-state]')
    this.canvas = this.screen.locator('canvas')
  }

  connected(): Locator {
    return this.page.locator('[data-console-state=connected]')
  }

  /** Clicks into the screen and types a line there, key by key. */
  async typeLine(line: string): Promise<void> {
    await this.canvas.click()
    await this.page.keyboard.type(line, { delay: 30 })
    await this.page.keyboard.press('Enter')
  }
}
