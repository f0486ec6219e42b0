import { expect, type Locator, type Page } from '@playwright/test'

import { ConsoleTab } from './console-tab.ts'
import { CreatePage } from './create-page.ts'
import { DeletionDialog } from './deletion-dialog.ts'
import { GraphsTab } from './graphs-tab.ts'
import { HistoryTab } from './history-tab.ts'
import { SnapshotsTab } from './snapshots-tab.ts'

type PowerAct = 'Start' | 'Shut down' | 'Force off' | 'Reboot' | 'Reset' | 'Pause' | 'Resume' | 'Save and switch off'

/** The acts that have a button of their own where they fit the state; the others are behind More. */
const HEADER_ACTS: ReadonlySet<PowerAct> = new Set(['Start', 'Shut down', 'Resume'])

/** A machine's page: its header with acts, and its tabs. */
export class MachinePage {
  readonly heading: Locator
  readonly header: Locator
  readonly tabs: Locator
  /** How far the set-up inside is, while it goes on. */
  readonly setup: Locator
  /** What came of it: 'Ready after 41 s.' */
  readonly ready: Locator

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.heading = page.getByRole('heading', { level: 1, name })
    this.header = page.locator('header').filter({ has: this.heading })
    this.tabs = page.getByRole('navigation', { name: `About ${name}` })
    this.setup = page.getByRole('region', { name: `What is set up inside ${name}` })
    this.ready = page.getByRole('status').filter({ hasText: /^Ready after/ })
  }

  /** The sentence beside the name: 'Running for 3 minutes on This computer'. */
  sentence(state: string): Locator {
    return this.header.getByText(new RegExp(`^${state}\\b`))
  }

  /** A power act, as a button of the header or behind More. */
  async power(act: PowerAct): Promise<void> {
    if (HEADER_ACTS.has(act)) await this.header.getByRole('button', { name: act, exact: true }).click()
    else await this.choose(act)
    if (act === 'Force off' || act === 'Reset') {
      await this.page.getByRole('dialog').getByRole('button', { name: act, exact: true }).click()
    }
  }

  /** Starts a machine that was defined by another program: each line that reaches out of it is ticked first. */
  async allowAndStart(): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: `Start “${this.name}”?` })
    const act = dialog.getByRole('button', { name: 'Allow and start' })
    await expect(dialog.getByRole('checkbox').first()).toBeVisible()
    await expect(act).toBeDisabled()
    for (const line of await dialog.getByRole('checkbox').all()) await line.click()
    await act.click()
  }

  /** An entry of the More menu. */
  async choose(entry: string): Promise<void> {
    await this.header.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  /** From now on it is what others are made from, and is not started itself. */
  async setTemplate(): Promise<void> {
    await this.header.getByRole('button', { name: 'More' }).click()
    await this.page.getByRole('menuitemcheckbox', { name: 'Template for new machines' }).click()
  }

  async newFromTemplate(): Promise<CreatePage> {
    await this.header.getByRole('link', { name: 'New machine from it' }).click()
    return new CreatePage(this.page)
  }

  /** Saves the private key that was made for the machine; gives the path that it was saved at. */
  async savePrivateKey(): Promise<string> {
    const saved = this.page.waitForEvent('download')
    await this.page.getByRole('button', { name: 'Save private key' }).click()
    return (await saved).path()
  }

  async dismissSetup(): Promise<void> {
    await this.ready.getByRole('button', { name: 'Dismiss' }).click()
  }

  async openConsole(): Promise<ConsoleTab> {
    await this.tabs.getByRole('link', { name: 'Console' }).click()
    return new ConsoleTab(this.page, this.name)
  }

  async openSnapshots(): Promise<SnapshotsTab> {
    await this.tabs.getByRole('link', { name: 'Restore points' }).click()
    return new SnapshotsTab(this.page)
  }

  async openGraphs(): Promise<GraphsTab> {
    await this.tabs.getByRole('link', { name: 'Graphs' }).click()
    return new GraphsTab(this.page)
  }

  async openHistory(): Promise<HistoryTab> {
    await this.tabs.getByRole('link', { name: 'History' }).click()
    return new HistoryTab(this.page)
  }

  async openStrata(): Promise<void> {
    await this.tabs.getByRole('link', { name: 'Strata' }).click()
  }

  async delete(): Promise<DeletionDialog> {
    await this.choose('Delete…')
    return new DeletionDialog(this.page, this.name)
  }
}
