import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { StrataWindow } from '../pages/strata-window.ts'
import { expect, test as base } from './look.ts'

const MAKE_FLEET = fileURLToPath(new URL('../../scripts/make-fleet.mjs', import.meta.url))

const test = base.extend({
  appHosts: async ({ daemon }, use) => {
    const path = join(daemon.dataFolder, 'fleet.xml')
    writeFileSync(path, execFileSync(process.execPath, [MAKE_FLEET, '1000'], { maxBuffer: 1 << 26 }))
    chmodSync(path, 0o644)
    await use([{ id: 'demo', label: 'Demo', uri: daemon.uri(`test://${path}`), autospawn: false }])
  },
})

test('a thousand machines', async ({ page, look, lookNarrow }) => {
  const strata = new StrataWindow(page)
  const machines = await strata.openAllMachines()
  await expect(machines.table).toHaveAttribute('aria-rowcount', '1001')
  await expect(machines.table.getByText('Running').first()).toBeVisible()
  await look('machines-fleet')
  await lookNarrow('machines-fleet')

  await machines.table.getByRole('row').nth(3).getByRole('checkbox').check()
  await machines.table.getByRole('row').nth(5).getByRole('checkbox').check()
  await look('machines-selection')
  await page.keyboard.press('Escape')

  await page.getByLabel('Filter by name').fill('nothing is called this')
  await look('machines-no-match')
  await page.getByLabel('Filter by name').fill('')

  await machines.table.getByRole('row').nth(2).click({ button: 'right' })
  await expect(page.getByRole('menu')).toBeVisible()
  await look('machines-row-menu')
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+k')
  await page.keyboard.type('post')
  await expect(page.getByRole('option').first()).toBeVisible()
  await look('palette')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await strata.hostTree.getByRole('treeitem', { name: /^Demo/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
  await look('host-fleet')

  await strata.openAllMachines()
  await page.getByLabel('Filter by name').fill('as-long-as')
  await expect(machines.table).not.toHaveAttribute('aria-rowcount', '1001')
  await machines.table.getByRole('row').nth(1).getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look('machine-long-name')
  await lookNarrow('machine-long-name')
})
