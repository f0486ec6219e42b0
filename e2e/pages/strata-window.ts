import type { Locator, Page } from '@playwright/test'

import { CreatePage } from './create-page.ts'
import { ImagesPage } from './images-page.ts'
import { MachinePage } from './machine-page.ts'
import { MachinesPage } from './machines-page.ts'
import { TrashPage } from './trash-page.ts'

/** The frame around every page: places, search, the primary act, the jobs. */
export class StrataWindow {
  readonly newMachineButton: Locator
  readonly search: Locator
  readonly jobs: Locator
  readonly hostTree: Locator

  constructor(readonly page: Page) {
    this.newMachineButton = page.getByRole('banner').getByRole('link', { name: 'New machine' })
    this.search = page.getByRole('banner').getByRole('combobox')
    this.jobs = page.getByRole('button', { name: /^Jobs, / })
    this.hostTree = page.getByRole('tree', { name: 'Hosts and their machines' })
  }

  /** A machine's line in the sidebar. */
  machineLine(name: string): Locator {
    return this.hostTree.getByRole('treeitem', { name: new RegExp(`^${name}\\s*,`) })
  }

  async newMachine(): Promise<CreatePage> {
    await this.newMachineButton.click()
    return new CreatePage(this.page)
  }

  async openAllMachines(): Promise<MachinesPage> {
    await this.page.getByRole('link', { name: /^All machines/ }).click()
    return new MachinesPage(this.page)
  }

  async openMachine(name: string): Promise<MachinePage> {
    await this.machineLine(name).click()
    return new MachinePage(this.page, name)
  }

  async openImages(): Promise<ImagesPage> {
    await this.page.getByRole('link', { name: 'Cloud images', exact: true }).click()
    return new ImagesPage(this.page)
  }

  async openTrash(): Promise<TrashPage> {
    await this.page.getByRole('link', { name: /^Trash/ }).click()
    return new TrashPage(this.page)
  }
}
