import { intoDownloads } from '../fixtures/downloads.ts'
import { countEffort } from '../fixtures/press-count.ts'
import { expect, test } from '../fixtures/strata.ts'
import { isInstalled } from '../guest/is-installed.ts'
import { installerIso } from '../installer/build.mjs'
import { StrataWindow } from '../pages/strata-window.ts'
import { testSystems } from '../systems/build.mjs'

test('an ISO installs itself, in three presses and one typed field, and is taken out when it is done', async ({
  page,
  virsh,
  daemon,
  guestOf,
}) => {
  test.setTimeout(300_000)
  const iso = intoDownloads(daemon, testSystems().installer, 'ubuntu-22.04-server.iso')
  const strata = new StrataWindow(page)
  const effort = await countEffort(page)
  const create = await strata.newMachine()
  await create.choose(/ubuntu-22\.04-server\.iso/)
  await expect(create.card(/ubuntu-22\.04-server\.iso/)).toContainText('Ubuntu 22.04')
  await create.password.fill('correct horse 9')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  expect(await effort()).toEqual({ presses: 3, fields: 1 })

  const [name = ''] = await virsh.machineNames()
  const installing = await virsh.run('dumpxml', name)
  expect(installing).toContain('autoinstall')
  expect(installing).toContain(iso)
  expect(installing).not.toContain('correct horse')

  // It stops at its end, and Strata starts it from its disk, without all that was only for the installation.
  await isInstalled(virsh, name)
  await guestOf(name).shows(new RegExp(`${name} is ready, set up for \\w+`))
  const installed = await virsh.run('dumpxml', '--inactive', name)
  expect(installed).not.toContain('autoinstall')
  expect(installed).not.toContain(iso)
  expect((await virsh.volumePaths()).map((path) => path.split('/').at(-1))).toEqual([`${name}.qcow2`])
  await guestOf(name).hasAgent()
  const machine = await strata.openMachine(name)
  await expect(machine.ready).toContainText(/^Ready after (\d+\smin )?\d+\ss/, { timeout: 30_000 })
  const history = await machine.openHistory()
  await expect(history.entry('The system is installed')).toBeVisible()
})

test('a system that is installed by hand boots from its disk, and its medium is taken out', async ({
  page,
  virsh,
  daemon,
  guestOf,
}) => {
  test.setTimeout(300_000)
  const iso = intoDownloads(daemon, testSystems().installer, 'ubuntu-22.04-server.iso')
  const strata = new StrataWindow(page)
  const create = await strata.newMachine()
  await create.choose(/ubuntu-22\.04-server\.iso/)
  await create.use('By hand')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  const [name = ''] = await virsh.machineNames()
  await guestOf(name).shows(/Installer\. Type:/)
  const screen = await (await strata.openMachine(name)).openConsole()
  await expect(screen.connected).toBeVisible()
  await screen.typeLine('install-system && reboot -f')
  await guestOf(name).shows(/is ready, set up for nobody/)
  await expect.poll(() => virsh.run('dumpxml', name), { timeout: 60_000 }).not.toContain(iso)
  expect(await virsh.run('dumpxml', '--inactive', name)).not.toContain(iso)
  const history = await (await strata.openMachine(name)).openHistory()
  await expect(history.entry('The system is installed')).toBeVisible()
})

test('Debian’s own installer is answered past its first questions', async ({ page, virsh, daemon, guestOf }) => {
  test.setTimeout(400_000)
  intoDownloads(daemon, installerIso(), 'debian-12-netinst.iso')
  const create = await new StrataWindow(page).newMachine()
  await create.choose(/debian-12-netinst\.iso/)
  await expect(create.card(/debian-12-netinst\.iso/)).toContainText('Debian')
  await create.password.fill('correct horse 9')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  const [name = ''] = await virsh.machineNames()
  // Language, country and keyboard are behind it when it looks for its network's hardware; then comes a mirror, which it does not reach.
  await guestOf(name).shows(/network hardware|autoconfiguration|with DHCP|mirror/i, 360_000)
})
