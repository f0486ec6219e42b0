import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'

import type { Virsh } from '../daemon/virsh.ts'
import { startImageMirror, type ImageMirror } from '../fixtures/image-mirror.ts'
import { countEffort } from '../fixtures/press-count.ts'
import { expect, test as base } from '../fixtures/strata.ts'
import { MachinePage } from '../pages/machine-page.ts'
import { StrataWindow } from '../pages/strata-window.ts'
import { testSystems } from '../systems/build.mjs'

/** The app's catalogue is a mirror on this computer, with one small system. */
const test = base.extend<{ mirror: ImageMirror }>({
  mirror: async ({}, use) => {
    await using mirror = await startImageMirror(testSystems().cloudImage)
    await use(mirror)
  },
  appVariables: async ({ mirror }, use) => use({ STRATA_IMAGE_CATALOGUE: mirror.catalogueUrl }),
})

const imageVolumes = async (virsh: Virsh) =>
  (await virsh.volumePaths()).filter((path) => path.includes('strata-image-small-12-amd64'))

test('a cloud image becomes a machine that can be reached, in two presses and nothing typed', async ({
  page,
  virsh,
  guestOf,
  mirror,
}) => {
  test.setTimeout(300_000)
  const strata = new StrataWindow(page)
  const effort = await countEffort(page)
  const create = await strata.newMachine()
  await expect(create.chosenCard).toContainText('Small Debian 12')
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
  expect(await effort()).toEqual({ presses: 2, fields: 0 })

  const [name = ''] = await virsh.machineNames()
  expect(await virsh.stateOf(name)).toBe('running')
  const machine = new MachinePage(page, name)
  await expect(machine.setup).toContainText('The guest starts')
  // What the seed says has been done inside: the machine's name, its user, the agent.
  await guestOf(name).shows(new RegExp(`${name} is ready, set up for \\w+`))
  await guestOf(name).hasAgent()
  expect(await guestOf(name).run('hostname')).toBe(name)
  expect(await guestOf(name).run('cat /home/*/.ssh/authorized_keys')).toMatch(/^ssh-ed25519 /)
  // Nobody pressed anything for this: what cloud-init says of itself has been read.
  await expect(machine.ready).toContainText(/^Ready after (\d+\smin )?\d+\ss\. Its user is \w/, { timeout: 30_000 })
  // The disk holds only what differs from the image, which lies in the pool once.
  const disk = /vda\s+(\S+)/.exec(await virsh.run('domblklist', name))?.[1] ?? ''
  expect(await virsh.run('vol-dumpxml', disk)).toMatch(/<backingStore>\s*<path>[^<]*strata-image-small-12-amd64/)

  await test.step('the second one downloads nothing', async () => {
    const asked = mirror.asked.length
    const again = await strata.newMachine()
    await expect(again.chosenCard).toContainText('Small Debian 12')
    await again.createButton.click()
    await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })
    expect(await virsh.machineNames()).toHaveLength(2)
    expect(mirror.asked).toHaveLength(asked)
  })

  await test.step('its history says how it was made', async () => {
    const history = await (await strata.openMachine(name)).openHistory()
    const lines = await history.commandsOf(/^Created as/)
    expect(lines.join('\n')).toContain(`virt-install --connect`)
    await expect(history.entry(/^Created as/)).toContainText('strata-image-small-12-amd64')
    await expect(history.entry(/^Set up inside after \d+/)).toHaveCount(1)
    await machine.dismissSetup()
    await expect(machine.ready).toHaveCount(0)
  })

  await test.step('the image goes only when nothing is built on it any more', async () => {
    const names = await virsh.machineNames()
    const images = await strata.openImages()
    const row = images.row('Small Debian 12', 'Here')
    for (const each of names) await expect(row).toContainText(each)
    await expect(images.deleteButton('Small Debian 12')).toBeDisabled()
    for (const each of names) {
      await virsh.run('destroy', each)
      const deletion = await (await strata.openMachine(each)).delete()
      await deletion.choose('Delete now')
      await deletion.confirm()
      await expect(strata.machineLine(each)).toHaveCount(0)
    }
    await strata.openImages()
    await expect(row).toContainText('nothing')
    expect(await imageVolumes(virsh)).toHaveLength(1)
    await images.delete('Small Debian 12')
    await expect(images.emptyState).toBeVisible()
    expect(await imageVolumes(virsh)).toEqual([])
  })
})

test('a download that broke off goes on where it was, and a cancelled one leaves nothing', async ({
  page,
  virsh,
  mirror,
}) => {
  const strata = new StrataWindow(page)
  const create = await strata.newMachine()
  await expect(create.chosenCard).toContainText('Small Debian 12')
  mirror.breakAfter(2 * 1024 ** 2)
  await create.createButton.click()
  // The engine tries again by itself, each time from where it was.
  await expect.poll(() => mirror.asked.length, { timeout: 60_000 }).toBeGreaterThan(1)
  expect(mirror.asked[1]).toBeGreaterThan(1024 ** 2) // what was on its way when the line broke is lost
  await create.cancelButton.click()
  await expect(create.createButton).toBeEnabled()
  expect(await virsh.machineNames()).toEqual([])
  expect((await virsh.volumePaths()).filter((path) => path.includes('small-12'))).toEqual([])
})

test('a key pair that was made for a machine is in its seed, and the private half is saved by its user', async ({
  page,
  virsh,
}) => {
  const strata = new StrataWindow(page)
  const create = await strata.newMachine()
  await expect(create.chosenCard).toContainText('Small Debian 12')
  await create.customise()
  const setup = await create.part('Inside the guest')
  // Proposed to somebody who has no key, as the user of this story.
  await expect(setup.getByRole('checkbox', { name: 'Make a key pair for this machine' })).toBeChecked()
  await create.createButton.click()
  await expect(page).toHaveURL(/\/console$/, { timeout: 60_000 })

  const [name = ''] = await virsh.machineNames()
  const privateKey = await (await strata.openMachine(name)).savePrivateKey()
  chmodSync(privateKey, 0o600) // ssh-keygen takes none that others could read
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', privateKey], { encoding: 'utf8' })
  const [type = '', key = ''] = publicKey.split(' ')
  const seed = readFileSync(/(\S+-seed\.iso)/.exec(await virsh.run('domblklist', name))?.[1] ?? '')
  expect(seed.includes(`${type} ${key}`)).toBe(true)
  expect(seed.includes('PRIVATE KEY')).toBe(false)
})

test('what is set up inside is a form and a text, each changing the other, and undo leads both back', async ({
  page,
}) => {
  const create = await new StrataWindow(page).newMachine()
  await expect(create.chosenCard).toContainText('Small Debian 12')
  await create.customise()
  const setup = await create.part('Inside the guest')
  const packages = setup.getByLabel('Packages')
  const text = create.userData
  await expect(text.box).toContainText('#cloud-config')

  await packages.fill('git')
  await expect(text.box).toContainText(/packages:\s*- git|packages: \[\s*git/)
  await text.fill('#cloud-config\ntimezone: Europe/Rome\npackages:\n  - git')
  await text.type('\n')
  await expect(setup.getByLabel('Time zone')).toHaveValue('Europe/Rome')
  await packages.fill('git\ncurl')
  await expect(text.box).toContainText('curl')
  await text.box.click()
  await page.keyboard.press('Control+z')
  await expect(text.box).not.toContainText('curl')
  await expect(packages).toHaveValue('git')
  await expect(setup.getByLabel('Time zone')).toHaveValue('Europe/Rome')

  await text.fill('timezone: UTC\ntimezone: Europe/Rome')
  await expect(text.wrong).toHaveText('timezone: Europe/Rome')
  await expect(setup.getByRole('button', { name: /^Line \d+$/ })).toBeVisible()
})

test('a use says what it puts into the guest, as what it changes in the set-up', async ({ page }) => {
  const create = await new StrataWindow(page).newMachine()
  await expect(create.chosenCard).toContainText('Small Debian 12')
  await create.profile('Web server').click()
  await expect(create.field('Name')).toHaveValue('web-server')
  await create.recipe.click()
  await expect(create.recipeLines).toContainText(['+   - nginx'])
  await create.profile('Web server').click() // a second press takes the choice back
  await expect(create.recipe).toBeHidden()
})

test('an image is brought before it is needed, looked after, and deleted', async ({ page, virsh, daemon, mirror }) => {
  await virsh.run('pool-define-as', 'default', 'dir', '--target', `${daemon.baseFolder}/images`)
  await virsh.run('pool-build', 'default')
  await virsh.run('pool-start', 'default')
  const images = await new StrataWindow(page).openImages()
  await expect(images.emptyState).toBeVisible()
  const offered = images.row('Small Debian 12', 'Can be downloaded')
  // What it came with over plain http is worth nothing.
  await expect(offered).toContainText('nothing that is published')

  mirror.breakAfter(2 * 1024 ** 2)
  await images.download('Small Debian 12')
  await expect.poll(() => mirror.asked.length, { timeout: 60_000 }).toBeGreaterThan(1)
  await images.cancelDownload('Small Debian 12')
  await expect(offered.getByRole('button', { name: 'Download Small Debian 12' })).toBeEnabled()
  expect(await imageVolumes(virsh)).toEqual([])

  mirror.breakAfter(null)
  await images.download('Small Debian 12')
  const row = images.row('Small Debian 12', 'Here')
  await expect(row).toContainText('default', { timeout: 60_000 })
  await expect(row).toContainText('nothing')
  await expect(images.note).toContainText(/one here, [\d.]+\sMiB on disk/)
  expect(await imageVolumes(virsh)).toHaveLength(1)
  await images.lookForNewer('Small Debian 12')
  await expect(row).toContainText('This is the newest.')

  await images.delete('Small Debian 12')
  await expect(images.emptyState).toBeVisible()
  await expect(offered).toBeVisible()
  expect(await imageVolumes(virsh)).toEqual([])
})
