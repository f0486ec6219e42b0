import type { Locator, Page } from '@playwright/test'

import { CreatePage } from './create-page.ts'

/** Restore points: the tree, and what is said of the one that is chosen. */
export class SnapshotsTab {
  readonly takeButton: Locator
  readonly tree: Locator
  /** What is under way here, with its progress. */
  readonly job: Locator

  constructor(readonly page: Page) {
    this.takeButton = page.getByRole('button', { name: 'Take restore point' })
    this.job = page
      .getByRole('main')
      .getByRole('status')
      .filter({ has: page.getByRole('progressbar') })
    this.tree = page.getByRole('tree', { name: 'Restore points' })
  }

  point(name: string): Locator {
    return this.tree.getByRole('treeitem', { name, exact: true })
  }

  /** The picture on a point's card. */
  picture(name: string): Locator {
    // The tree's item lies over the card that it names.
    return this.tree
      .locator('[role=none]')
      .filter({ has: this.page.getByRole('treeitem', { name, exact: true }) })
      .locator('img')
  }

  detail(name: string): Locator {
    return this.page.getByRole('complementary', { name: `About ${name}` })
  }

  async takeNamed(name: string, note: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Name and note' }).click()
    await this.page.getByLabel('Name', { exact: true }).fill(name)
    await this.page.getByLabel('Note', { exact: true }).fill(note)
    await this.page.getByRole('button', { name: 'Take', exact: true }).click()
  }

  async goBack(name: string): Promise<void> {
    await this.point(name).click()
    await this.detail(name).getByRole('button', { name: 'Go back to this point' }).click()
  }

  /** A new machine, from this one as it was. */
  async newMachine(name: string): Promise<CreatePage> {
    await this.point(name).click()
    await this.detail(name).getByRole('link', { name: 'New machine from this point' }).click()
    return new CreatePage(this.page)
  }

  async remove(name: string): Promise<void> {
    await this.point(name).click()
    await this.detail(name).getByRole('button', { name: 'Delete…' }).click()
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click()
  }
}
