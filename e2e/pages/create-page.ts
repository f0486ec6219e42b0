import type { Locator, Page } from '@playwright/test'

/** "What do you want to run?" */
export class CreatePage {
  readonly chooseFileButton: Locator
  readonly createButton: Locator
  readonly cancelButton: Locator
  readonly summary: Locator
  readonly problem: Locator

  constructor(readonly page: Page) {
    this.summary = page.getByRole('region', { name: 'The new machine' })
    this.chooseFileButton = page.getByRole('button', { name: 'Choose a file' })
    this.createButton = this.summary.getByRole('button', { name: 'Create', exact: true })
    this.cancelButton = this.summary.getByRole('button', { name: 'Cancel', exact: true })
    this.problem = this.summary.getByRole('alert')
  }

  field(label: 'Name' | 'Processors' | 'Memory' | 'Disk'): Locator {
    return this.summary.getByLabel(label, { exact: true })
  }

  /** Chooses an ISO by its path, as somebody who knows where it lies. */
  async chooseFile(path: string): Promise<void> {
    const dialog = await this.openFileDialog()
    await dialog.path.fill(path)
    await dialog.chooseButton.click()
  }

  async openFileDialog(): Promise<FileDialog> {
    await this.chooseFileButton.click()
    return new FileDialog(this.page)
  }

  /** How the chosen file is used. */
  async use(how: 'Read where it lies' | 'Copy into the pool'): Promise<void> {
    await this.summary
      .getByRole('radio', { name: how })
      .or(this.summary.getByRole('button', { name: how }))
      .click()
  }
}

export class FileDialog {
  readonly dialog: Locator
  readonly path: Locator
  readonly chooseButton: Locator

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Choose an installation image' })
    this.path = this.dialog.getByLabel('Path')
    this.chooseButton = this.dialog.getByRole('button', { name: 'Choose', exact: true })
  }

  entry(name: string): Locator {
    return this.dialog.getByRole('option', { name })
  }

  async cancel(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Cancel' }).click()
  }
}
