import type { Locator, Page } from '@playwright/test'

/** The cloud images that lie on the hosts, and those that could. */
export class ImagesPage {
  readonly note: Locator
  readonly emptyState: Locator

  constructor(readonly page: Page) {
    this.note = page.getByRole('heading', { level: 1, name: 'Cloud images' }).locator('..')
    this.emptyState = page.getByRole('heading', { name: 'No cloud image is here yet' })
  }

  /** An image's line in one of the two tables. */
  row(name: string, table: 'Here' | 'Can be downloaded'): Locator {
    return this.page
      .getByRole('table', { name: table })
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name }) })
  }

  deleteButton(name: string): Locator {
    return this.page.getByRole('button', { name: `Delete… ${name}` })
  }

  async download(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Download ${name}` }).click()
  }

  async cancelDownload(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Cancel the download of ${name}` }).click()
  }

  async lookForNewer(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Look for a newer one of ${name}` }).click()
  }

  async delete(name: string): Promise<void> {
    await this.deleteButton(name).click()
    await this.page
      .getByRole('dialog', { name: `Delete ${name}?` })
      .getByRole('button', { name: /^Delete, frees/ })
      .click()
  }
}
