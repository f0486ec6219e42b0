import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { tarBytes, vmwareOvf } from '../../main/engine/testing/ova-bytes.ts'
import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { intoDownloads } from '../fixtures/downloads.ts'
import { expect, test } from '../fixtures/strata.ts'
import { runTool } from '../guest/run-tool.mjs'
import { StrataWindow } from '../pages/strata-window.ts'
import { testSystems } from '../systems/build.mjs'

test('an appliance becomes a machine that starts, with the hardware that it brings', async ({
  page,
  virsh,
  daemon,
  guestOf,
}) => {
  test.setTimeout(300_000)
  const disk = join(daemon.dataFolder, 'disk.vmdk')
  runTool('qemu-img', ['convert', '-O', 'vmdk', '-o', 'subformat=streamOptimized', testSystems().cloudImage, disk])
  const ovf = vmwareOvf('old-server', [
    { href: 'disk.vmdk', capacityBytes: 512 * 1024 ** 2, sizeBytes: statSync(disk).size },
  ])
  const ova = join(daemon.dataFolder, 'old-server.ova')
  writeFileSync(
    ova,
    tarBytes([
      { name: 'old-server.ovf', content: Buffer.from(ovf) },
      { name: 'disk.vmdk', content: readFileSync(disk) },
    ]),
  )
  intoDownloads(daemon, ova, 'old-server.ova')

  const create = await new StrataWindow(page).newMachine()
  await create.choose(/old-server\.ova/)
  await expect(create.field('Name')).toHaveValue('old-server')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 120_000 })
  await guestOf('old-server').shows(/is ready, set up for/)
  expect((await virsh.volumePaths()).map((path) => path.split('/').at(-1))).toContain('old-server.qcow2')
})

test('XML that is broken says where, and XML that clashes is mended before it is used', async ({ page, virsh }) => {
  await virsh.defineEmptyMachine('taken')
  const create = await new StrataWindow(page).newMachine()
  const dialog = await create.openXmlDialog()
  await dialog.text.fill("<domain type='qemu'>\n  <name>taken</nam>\n</domain>")
  await expect(dialog.dialog.getByText('</nam> where </name> was expected.')).toBeVisible()
  await expect(dialog.text.wrong).toHaveText('<name>taken</nam>')
  await dialog.dialog.getByRole('button', { name: 'Line 2' }).click()
  await expect(dialog.text.box).toBeFocused()
  await expect(dialog.useButton).toBeDisabled()

  const { 0: uuid } = await virsh.list('domuuid', 'taken')
  await dialog.text.fill(
    `<domain type='qemu'><name>taken</name><uuid>${uuid ?? ''}</uuid><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <devices>
        <interface type='network'><source network='nowhere'/></interface>
        <graphics type='vnc'><listen type='socket'/></graphics>
      </devices>
    </domain>`,
  )
  await expect(dialog.clash(/taken/).first()).toBeVisible()
  await expect(dialog.clash(/nowhere/)).toBeVisible()
  await dialog.useButton.click()
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  const names = await virsh.machineNames()
  expect(names).toHaveLength(2)
  const made = names.find((name) => name !== 'taken') ?? ''
  expect(await virsh.stateOf(made)).toBe('running')
  expect(await virsh.run('dumpxml', made)).not.toContain('nowhere')
})

test('XML is written with what an editor does for it, and its keys stay its own', async ({ page }) => {
  const create = await new StrataWindow(page).newMachine()
  const dialog = await create.openXmlDialog()
  await dialog.text.box.click()
  await dialog.text.type('<domain>\n<name>typed')
  await expect(dialog.text.box).toContainText('<name>typed</name></domain>')
  await page.keyboard.press('Control+z')
  await expect(dialog.text.box).not.toContainText('typed')
  await page.keyboard.press('Control+y')
  await expect(dialog.text.box).toContainText('typed')

  await page.keyboard.press('Control+f')
  const find = dialog.dialog.getByRole('textbox', { name: 'Find' })
  await expect(find).toBeFocused()
  await page.keyboard.type('domain')
  await expect(dialog.text.box.locator('.cm-searchMatch')).toHaveCount(2)
  // Escape closes the innermost thing only; after it, Tab leads on.
  await page.keyboard.press('Escape')
  await expect(find).toHaveCount(0)
  await expect(dialog.text.box).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(dialog.text.box).not.toBeFocused()
  await expect(dialog.text.box).toContainText('typed')
})

test('an engine that dies in the middle of making a machine has taken everything back when it is there again', async ({
  app,
  page,
  browser,
  virsh,
  daemon,
}) => {
  test.setTimeout(180_000)
  // So large that copying it takes seconds, and not empty, or nothing would have to be copied.
  const path = intoDownloads(daemon, testSystems().installer, 'large.iso')
  for (let part = 0; part < 12; part += 1) writeFileSync(path, Buffer.alloc(64 * 1024 ** 2, part + 1), { flag: 'a' })
  giveToTestUser(daemon.user, path)
  const create = await new StrataWindow(page).newMachine()
  await create.choose(/large\.iso/)
  await create.use('By hand')
  await create.use('Copy into the pool')
  await create.createButton.click()
  await expect
    .poll(async () => (await virsh.volumePaths()).some((volume) => volume.endsWith('large.iso')), { intervals: [50] })
    .toBe(true)
  await page.close()
  await app.stop('SIGKILL')
  await app.start()
  const again = new StrataWindow(await app.openPage(browser, () => undefined))
  await again.jobs.click()
  await expect(again.page.getByText(/Strata stopped in the middle/)).toBeVisible({ timeout: 60_000 })
  expect(await virsh.machineNames()).toEqual([])
  expect(await virsh.volumePaths()).toEqual([])
  await again.page.close()
})
