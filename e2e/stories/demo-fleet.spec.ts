import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test as base } from '../fixtures/strata.ts'
import { StrataWindow } from '../pages/strata-window.ts'

const MAKE_FLEET = fileURLToPath(new URL('../../scripts/make-fleet.mjs', import.meta.url))

/** The story's daemon holds 1,000 machines of libvirt's test driver. */
const test = base.extend<{ appHosts: readonly object[] | null }>({
  appHosts: async ({ daemon }, use) => {
    const path = join(daemon.dataFolder, 'fleet.xml')
    writeFileSync(path, execFileSync(process.execPath, [MAKE_FLEET, '1000'], { maxBuffer: 1 << 26 }))
    chmodSync(path, 0o644)
    await use([{ id: 'demo', label: 'Demo', uri: daemon.uri(`test://${path}`), autospawn: false }])
  },
})

test('a thousand machines are listed, found by a few letters, and follow what happens to them', async ({ page }) => {
  const strata = new StrataWindow(page)
  const machines = await strata.openAllMachines()
  await expect(machines.table).toHaveAttribute('aria-rowcount', '1001')

  const first = machines.table.getByRole('row').nth(1)
  const name = (await first.getByRole('link').first().innerText()).trim()
  await page.keyboard.press('Control+k')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page).toHaveURL(/\/machines\/demo\//)
})

test('a selection is paused in one go, with one summary', async ({ page }) => {
  const strata = new StrataWindow(page)
  const machines = await strata.openAllMachines()
  await page.getByLabel('Filter by name').fill('web')
  await expect(machines.table).not.toHaveAttribute('aria-rowcount', '1001')
  await machines.table.getByLabel('Select all').check()
  const bar = page.getByLabel('Acts for the selection')
  await bar.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText(/^Pause: done for \d+ of \d+\./)).toBeVisible({ timeout: 30_000 })
})
