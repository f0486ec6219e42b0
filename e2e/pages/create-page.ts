import type { Locator, Page } from '@playwright/test'

import { CodeText } from './code-text.ts'

/** A part of "Customise", by its heading. */
type CustomisedPart =
  | 'System'
  | 'Processor'
  | 'Memory'
  | 'Firmware and TPM'
  | 'Disks'
  | 'Network'
  | 'Display and sound'
  | 'Devices'
  | 'Boot'
  | 'Inside the guest'
  | 'Definition'

/** "What do you want to run?" */
export class CreatePage {
  readonly search: Locator
  readonly chooseFileButton: Locator
  readonly importXmlButton: Locator
  readonly createButton: Locator
  readonly cancelButton: Locator
  readonly customiseButton: Locator
  readonly summary: Locator
  readonly customised: Locator
  readonly problem: Locator
  /** The one field that only the user can fill, where an installer answers itself. */
  readonly password: Locator
  readonly network: Locator
  /** What the chosen use puts into the guest; pressed, it shows the change, line by line. */
  readonly recipe: Locator
  readonly recipeLines: Locator
  /** cloud-init's user data, beside its form. */
  readonly userData: CodeText

  constructor(readonly page: Page) {
    this.summary = page.getByRole('region', { name: 'The new machine' })
    this.customised = page.getByRole('region', { name: 'Everything about it' })
    this.search = page.getByRole('main').getByRole('searchbox')
    this.chooseFileButton = page.getByRole('button', { name: 'Choose a file' })
    this.importXmlButton = page.getByRole('button', { name: 'Import libvirt XML' })
    this.createButton = this.summary.getByRole('button', { name: 'Create', exact: true })
    this.cancelButton = this.summary.getByRole('button', { name: 'Cancel', exact: true })
    this.customiseButton = this.summary.getByRole('button', { name: 'Customise' })
    this.problem = this.summary.getByRole('alert')
    this.password = this.summary.getByLabel('Password', { exact: true })
    this.recipe = this.summary.getByText(/^Puts .* into the guest$/)
    this.recipeLines = this.summary.getByRole('region', { name: 'What it adds to the set-up' }).locator('.added')
    this.network = this.summary.getByRole('combobox', { name: 'Network', exact: true })
    this.userData = new CodeText(this.customised.getByRole('textbox', { name: 'cloud-init user data' }))
  }

  field(label: 'Name' | 'Processors' | 'Memory' | 'Disk'): Locator {
    return this.summary.getByLabel(label, { exact: true })
  }

  /** Something that a machine can be made from, by what its card says. */
  card(name: string | RegExp): Locator {
    return this.page.locator('[data-card]').getByRole('button', { name })
  }

  /** The card that stands chosen. */
  get chosenCard(): Locator {
    return this.page.locator('[data-card] > [aria-pressed="true"]')
  }

  /** One press. */
  async choose(name: string | RegExp): Promise<void> {
    await this.card(name).click()
  }

  /** Boots from the network, or starts from nothing. */
  async choosePlain(way: 'Boot from the network' | 'Empty machine'): Promise<void> {
    await this.page.getByRole('button', { name: way }).click()
  }

  profile(label: string): Locator {
    return this.summary.getByRole('group', { name: 'What it is for' }).getByRole('button', { name: label, exact: true })
  }

  /** A network of the list, while that is open. */
  networkOption(label: string | RegExp): Locator {
    return this.summary.getByRole('listbox', { name: 'Network' }).getByRole('option', { name: label })
  }

  /** Two presses: one opens the list, one chooses. */
  async chooseNetwork(label: string | RegExp): Promise<void> {
    await this.network.click()
    await this.networkOption(label).click()
  }

  /** Opens everything below the page's first choices. */
  async customise(): Promise<void> {
    await this.customiseButton.click()
  }

  /** Opens a part of what “Customise” shows; one that is open stays so. */
  async part(name: CustomisedPart): Promise<Locator> {
    const part = this.customised.getByRole('region', { name })
    const head = part.getByRole('button', { name }).first()
    if ((await head.getAttribute('aria-expanded')) === 'false') await head.click()
    return part
  }

  /** Chooses an ISO by its path, as somebody who knows where it lies. */
  async chooseFile(path: string): Promise<void> {
    const dialog = await this.openFileDialog()
    await dialog.path.fill(path)
    await dialog.chooseButton.click()
    await dialog.dialog.waitFor({ state: 'detached' }) // what is typed behind it is not heard
  }

  async openFileDialog(): Promise<FileDialog> {
    await this.chooseFileButton.click()
    return new FileDialog(this.page)
  }

  async openXmlDialog(): Promise<XmlDialog> {
    await this.importXmlButton.click()
    return new XmlDialog(this.page)
  }

  /** How what was chosen is used. */
  async use(
    how:
      | 'Read where it lies'
      | 'Copy into the pool'
      | 'Installs by itself'
      | 'By hand'
      | 'Copy it'
      | 'Move it'
      | 'Use the file itself',
  ): Promise<void> {
    await this.summary.getByRole('button', { name: how, exact: true }).click()
  }
}

export class FileDialog {
  readonly dialog: Locator
  readonly path: Locator
  readonly chooseButton: Locator

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Choose a file' })
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

/** libvirt XML from elsewhere, and what clashes. */
export class XmlDialog {
  readonly dialog: Locator
  readonly text: CodeText
  readonly useButton: Locator

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Import libvirt XML' })
    this.text = new CodeText(this.dialog.getByRole('textbox', { name: 'libvirt XML' }))
    this.useButton = this.dialog.getByRole('button', { name: 'Use it' })
  }

  /** A clash with this host, by what its sentence says. */
  clash(sentence: string | RegExp): Locator {
    return this.dialog.getByRole('listitem').filter({ hasText: sentence })
  }
}
