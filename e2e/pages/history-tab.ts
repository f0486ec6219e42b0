import type { Locator, Page } from '@playwright/test'

/** What was done to a machine, newest first. */
export class HistoryTab {
  readonly entries: Locator

  constructor(readonly page: Page) {
    this.entries = page.getByRole('list', { name: 'What was done' }).locator('> li')
  }

  entry(title: string | RegExp): Locator {
    return this.entries.filter({ has: this.page.locator('strong').filter({ hasText: title }) })
  }

  /** The same as lines for a terminal. */
  async commandsOf(title: string | RegExp): Promise<string[]> {
    const entry = this.entry(title)
    await entry.getByText(/^The same in a terminal/).click()
    return entry.locator('code').allInnerTexts()
  }
}
