import type { Locator, Page } from '@playwright/test'

/** Deleted machines that can still come back. */
export class TrashPage {
  readonly emptyState: Locator

  constructor(readonly page: Page) {
    this.emptyState = page.getByRole('heading', { name: 'The trash is empty' })
  }

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name }) })
  }

  async putBack(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Put back ${name}` }).click()
  }

  async purge(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Delete for good… ${name}` }).click()
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete for good/ })
      .click()
  }
}
