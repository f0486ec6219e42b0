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

  async select(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.table.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click()
  }

  /** An act of the bar that stands above the table while something is selected. */
  async actForSelected(act: string): Promise<void> {
    await this.page
      .getByRole('toolbar', { name: 'Acts for the selection' })
      .getByRole('button', { name: act, exact: true })
      .click()
  }
}
