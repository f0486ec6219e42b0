import type { Locator, Page } from '@playwright/test'

/** Adding a host by its address. */
export class HostAddDialog {
  readonly dialog: Locator
  readonly address: Locator
  readonly name: Locator
  readonly problem: Locator

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Add a host' })
    this.address = this.dialog.getByLabel('Address')
    this.name = this.dialog.getByLabel('Name in the list')
    this.problem = this.dialog.getByRole('alert')
  }

  async try(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Try the connection' }).click()
  }

  async add(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add', exact: true }).click()
  }

  async addAllTheSame(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Add it all the same' }).click()
  }
}

/** The page of a host that was added. */
export class HostPage {
  readonly title: Locator

  constructor(readonly page: Page) {
    this.title = page.getByRole('heading', { level: 1 })
  }

  async rename(to: string): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: 'Rename' }).click()
    const dialog = this.page.getByRole('dialog', { name: /^Rename / })
    await dialog.getByLabel('Name in the list').fill(to)
    await dialog.getByRole('button', { name: 'Rename', exact: true }).click()
  }

  async removeFromList(): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: 'Remove from the list' }).click()
    await this.page
      .getByRole('dialog', { name: /^Remove / })
      .getByRole('button', { name: 'Remove' })
      .click()
  }
}
