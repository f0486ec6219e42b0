import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { startSystemDaemon, type SystemDaemon } from '../daemon/system-daemon.ts'
import { intoDownloads } from '../fixtures/downloads.ts'
import { countEffort } from '../fixtures/press-count.ts'
import { expect, test as base } from '../fixtures/strata.ts'
import { isInstalled } from '../guest/is-installed.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { testSystems } from '../systems/build.mjs'

/** A bridge needs root: the system's daemon, in a network of its own that has one. */
const test = base.extend<object, { daemon: SystemDaemon }>({
  daemon: [
    async ({}, use) => {
      const daemon = await startSystemDaemon()
      await use(daemon)
      await daemon.stop()
    },
    { scope: 'worker' },
  ],
})
test.skip(process.getuid?.() !== 0, 'only root can make a bridge')

test('the web server of the reference model: six presses, one field, and its page answers', async ({
  page,
  virsh,
  daemon,
  guestOf,
}) => {
  test.setTimeout(400_000)
  const images = join(daemon.dataFolder, 'images')
  mkdirSync(images, { recursive: true })
  await virsh.run('pool-define-as', 'default', 'dir', '--target', images)
  await virsh.run('pool-start', 'default')
  intoDownloads(daemon, testSystems().installer, 'ubuntu-22.04-server.iso')

  const strata = new StrataWindow(page)
  const effort = await countEffort(page)
  const create = await strata.newMachine()
  await create.choose(/ubuntu-22\.04-server\.iso/)
  await expect(create.field('Name')).toBeVisible({ timeout: 120_000 }) // a new daemon looks at every emulator first
  await create.profile('Web server').click()
  await create.chooseNetwork(/br0/)
  await create.password.fill('correct horse 9')
  await expect(create.field('Name')).toHaveValue('web-server')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  const made = await effort()
  expect(made.presses).toBeLessThanOrEqual(6)
  expect(made.fields).toBe(1)

  const definition = await virsh.run('dumpxml', 'web-server')
  expect(definition).toContain("<vcpu placement='static'>2</vcpu>")
  expect(definition).toContain("<memory unit='KiB'>4194304</memory>")
  expect(definition).toContain("<source bridge='br0'/>")
  expect(definition).toContain('ubuntu/22.04')
  const disk = await virsh.run('domblkinfo', 'web-server', 'vda')
  const capacityBytes = Number(/Capacity:\s+(\d+)/.exec(disk)?.[1])
  expect(Math.abs(capacityBytes - 50e9)).toBeLessThan(1024 ** 2)

  await isInstalled(virsh, 'web-server')
  await guestOf('web-server').shows(/web-server is ready, set up for/)
  await guestOf('web-server').hasAgent()
  const machine = await strata.openMachine('web-server')
  await machine.openStrata()
  const shown = page.getByText(/192\.168\.77\.\d+/).first()
  await expect(shown).toBeVisible({ timeout: 90_000 })
  const address = /192\.168\.77\.\d+/.exec(await shown.innerText())?.[0] ?? 'no address'
  expect(await daemon.fetchText(`http://${address}/`)).toContain('Hello from the test guest')
})
