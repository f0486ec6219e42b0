import type { Locator } from '@playwright/test'

/** An editor of text that a program reads. */
export class CodeText {
  constructor(readonly box: Locator) {}

  /** Puts a text in the place of all that is there, as somebody does who pastes it. */
  async fill(text: string): Promise<void> {
    await this.box.click()
    await this.box.press('Control+a')
    await this.box.page().keyboard.insertText(text)
  }

  /** Types key by key where the cursor is. */
  async type(text: string): Promise<void> {
    await this.box.pressSequentially(text)
  }

  /** The lines that are marked as wrong. */
  get wrong(): Locator {
    return this.box.locator('.cm-lintRange-error')
  }
}
