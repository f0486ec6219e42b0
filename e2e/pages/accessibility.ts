import type { Locator, Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'

const MOST_STOPS = 80

/** What axe finds wrong with the page as it is now, a line each: the rule, and the elements that break it. */
export async function violations(page: Page, { isMenu = false } = {}): Promise<string[]> {
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe.source)
  // A menu lies over the page and belongs to none of its regions; it has the keyboard while it is open.
  const options = { resultTypes: ['violations'], rules: { region: { enabled: !isMenu } } }
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`)
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary?.replaceAll(/\s+/g, ' ') ?? ''}`,
    ),
  )
}

/** Presses Tab until the focus is where it is wanted, as somebody without a mouse does. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isThere = () => wanted.evaluate((element) => element === document.activeElement)
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await isThere()) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${MOST_STOPS} presses of Tab did not lead to ${String(wanted)}`)
}
