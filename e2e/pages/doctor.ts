import type { Locator, Page } from '@playwright/test'

/** Why a machine did not start: on its page, or in the corner of any other. */
export class StartFailureCard {
  readonly card: Locator
  readonly retryButton: Locator
  readonly checkButton: Locator

  constructor(page: Page, machine: string) {
    this.card = page.getByRole('alert', { name: `“${machine}” did not start` })
    this.retryButton = this.card.getByRole('button', { name: 'Try again' })
    this.checkButton = this.card.getByRole('button', { name: 'Check everything' })
  }

  /** A repair's button. */
  repair(label: string | RegExp): Locator {
    return this.card.getByRole('button', { name: label })
  }
}

/** Several machines that did not start. */
export class StartFailuresCard {
  readonly card: Locator

  constructor(
    readonly page: Page,
    count: number,
  ) {
    this.card = page.getByRole('alert', { name: `${count} machines did not start` })
  }

  /** The line of one machine. */
  of(machine: string): Locator {
    return this.card.getByRole('listitem').filter({ has: this.page.getByText(machine, { exact: true }) })
  }

  async examine(machine: string): Promise<DoctorDialog> {
    await this.card.getByRole('button', { name: `What mends it: ${machine}` }).click()
    return new DoctorDialog(this.page, machine)
  }
}

/** Everything that stands in the way of a start, without one. */
export class DoctorDialog {
  readonly dialog: Locator
  readonly clean: Locator
  readonly causes: Locator
  readonly startButton: Locator

  constructor(page: Page, machine: string) {
    this.dialog = page.getByRole('dialog', { name: `Would “${machine}” start?` })
    this.clean = this.dialog.getByText('Nothing stands in the way.')
    this.causes = this.dialog.getByRole('listitem').filter({ hasText: /^(Stops it|To know)/ })
    this.startButton = this.dialog.getByRole('button', { name: 'Start', exact: true })
  }

  repair(label: string | RegExp): Locator {
    return this.dialog.getByRole('button', { name: label })
  }
}
