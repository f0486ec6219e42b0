import type { Locator, Page } from '@playwright/test'

/** What goes, what stays, and what becomes of the files. */
export class DeletionDialog {
  readonly dialog: Locator
  readonly confirmButton: Locator

  constructor(
    readonly page: Page,
    name: string,
  ) {
    this.dialog = page.getByRole('dialog', { name: `Delete ${name}?` })
    this.confirmButton = this.dialog.getByRole('button', { name: new RegExp(`^(Delete|Move) ${name}`) })
  }

  /** The list of files under a heading: 'Goes', 'Stays', 'Moves to the trash'. */
  files(heading: string): Locator {
    return this.dialog
      .locator('section')
      .filter({ has: this.page.getByRole('heading', { name: heading, exact: true }) })
      .getByRole('listitem')
  }

  async choose(what: 'Move to the trash' | 'Delete now' | 'Keep the disks'): Promise<void> {
    await this.dialog.getByLabel(what).check()
  }

  /** Until the dialog is gone, nothing behind it can be found by its role: not even what is still there. */
  async confirm(): Promise<void> {
    await this.confirmButton.click()
    await this.dialog.waitFor({ state: 'detached' })
  }

  async forceOff(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Force off' }).click()
    await this.page
      .getByRole('dialog', { name: /^Force .* off\?$/ })
      .getByRole('button', { name: 'Force off' })
      .click()
  }
}
