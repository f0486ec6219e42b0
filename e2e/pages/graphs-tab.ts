import type { Locator, Page } from '@playwright/test'

/** Live graphs, and the same as numbers. */
export class GraphsTab {
  constructor(readonly page: Page) {}

  panel(name: 'CPU' | 'Memory' | 'Disk' | 'Network'): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  async showNumbers(): Promise<void> {
    await this.page.getByText('Numbers', { exact: true }).click()
  }

  /** A figure of the table of numbers, as text: '12 %'. */
  async figure(series: string, column: 'now' | 'mean' | 'max'): Promise<string> {
    const row = this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name: series }) })
    return row.getByRole('cell').nth(['now', 'mean', 'max'].indexOf(column)).innerText()
  }
}
