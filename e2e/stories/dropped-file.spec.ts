import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import type { Page } from '@playwright/test'

import { isoBytes } from '../../main/engine/testing/iso-bytes.ts'
import { intoDownloads } from '../fixtures/downloads.ts'
import { expect, test } from '../fixtures/strata.ts'
import { runTool } from '../guest/run-tool.mjs'
import { StrataWindow } from '../pages/strata-window.ts'

/** As somebody does who drags a file out of a file manager: the page gets its name and what is in it, and no path. */
async function drop(page: Page, path: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ({ name, content }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name))
      return transfer
    },
    { name: basename(path), content: readFileSync(path).toString('base64') },
  )
  const main = page.getByRole('main')
  await main.dispatchEvent('dragover', { dataTransfer })
  await main.dispatchEvent('drop', { dataTransfer })
}

test('a file that is dropped on the window is what the machine is made from', async ({ page, virsh, daemon }) => {
  const made = (name: string) => join(daemon.dataFolder, name)
  writeFileSync(made('small.iso'), isoBytes({ label: 'SMALL', catalogue: {} }))
  runTool('qemu-img', ['create', '-f', 'qcow2', made('old-disk.qcow2'), '8M'])
  const iso = intoDownloads(daemon, made('small.iso'), 'small-system.iso')
  const image = intoDownloads(daemon, made('old-disk.qcow2'), 'old-disk.qcow2')

  const create = await new StrataWindow(page).newMachine()
  await expect(create.card(/small-system\.iso/)).toBeVisible()
  await drop(page, iso)
  await expect(create.chosenCard).toContainText('small-system.iso')
  await drop(page, image)
  await expect(create.chosenCard).toContainText('old-disk.qcow2')

  // One that lies where Strata does not look is not guessed.
  await drop(page, made('small.iso'))
  await expect(page.getByRole('alert')).toContainText('small.iso')
  await expect(create.chosenCard).toContainText('old-disk.qcow2')

  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  const [name = ''] = await virsh.machineNames()
  const disk = /vda\s+(\S+)/.exec(await virsh.run('domblklist', name))?.[1] ?? ''
  expect(await virsh.run('vol-dumpxml', disk)).toContain(`<capacity unit='bytes'>${8 * 1024 ** 2}</capacity>`)
})
