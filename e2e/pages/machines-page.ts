import type { Locator, Page } from '@playwright/test'

/** The table of all machines. */
export class MachinesPage {
  readonly table: Locator
  readonly emptyState: Locator

  constructor(readonly page: Page) {
    this.table = page.getByRole('grid', { name: 'Machines' })
    this.emptyState = page.getByRole('heading', { name: 'No machines yet' })
  }

  row(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }
}
