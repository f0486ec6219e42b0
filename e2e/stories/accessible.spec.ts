import { expect, test } from '../fixtures/strata.ts'
import { defineGuest } from '../guest/define-guest.ts'
import { tabTo, violations } from '../pages/accessibility.ts'
import { ConsoleTab } from '../pages/console-tab.ts'
import { CreatePage } from '../pages/create-page.ts'
import { StrataWindow } from '../pages/strata-window.ts'

/** In the page: until nothing moves, also what the end of a movement set going. What turns for ever is not waited for. */
async function untilColoursStand(): Promise<void> {
  const moving = () =>
    document
      .getAnimations()
      .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
  for (let left = moving(); left.length > 0; left = moving()) {
    await Promise.allSettled(left.map(({ finished }) => finished))
  }
}

test('no page, dialog or menu breaks a rule of accessibility, light or dark', async ({ page, virsh }) => {
  test.setTimeout(300_000)
  const strata = new StrataWindow(page)
  /** Soft: one run tells of every page. */
  const isClean = async (place: string, options?: { isMenu: boolean }) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${theme}\\b`))
      await page.evaluate(untilColoursStand)
      expect.soft(await violations(page, options), `${place}, ${theme}`).toEqual([])
    }
  }

  await test.step('with nothing there', async () => {
    await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible()
    await isClean('machines, none')
    await strata.openTrash()
    await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
    await isClean('trash, empty')
    const images = await strata.openImages()
    await expect(images.emptyState).toBeVisible()
    await isClean('cloud images')
  })

  await defineGuest(virsh, { name: 'with-points', diskMiB: 64 })
  await defineGuest(virsh, { name: 'without', diskMiB: 64 })
  for (const point of ['first', 'second']) await virsh.run('snapshot-create-as', 'with-points', point)
  await virsh.run('start', 'with-points')

  await test.step('lists, the host and the settings', async () => {
    const machines = await strata.openAllMachines()
    await expect(machines.row('with-points')).toContainText('Running')
    await isClean('machines')
    await machines.row('with-points').click({ button: 'right' })
    await expect(page.getByRole('menu')).toBeVisible()
    await isClean('the menu of a row', { isMenu: true })
    await page.keyboard.press('Escape')
    await strata.hostTree.getByRole('treeitem', { name: /^This computer/ }).click()
    await expect(page.getByRole('heading', { name: 'Readiness' })).toBeVisible()
    await expect(page.getByText('Connection to libvirt')).toBeVisible()
    await isClean('the host')
    await page.getByRole('link', { name: 'Settings' }).click()
    await isClean('settings')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await isClean('the keys')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('with')
    await expect(page.getByRole('option').first()).toBeVisible()
    await isClean('the search')
    await page.keyboard.press('Escape')
  })

  await test.step('the tabs of a machine', async () => {
    const machine = await strata.openMachine('with-points')
    await expect(page.getByText('Hypervisor', { exact: true })).toBeVisible()
    await isClean('cross-section')
    await expect((await machine.openConsole()).connected).toBeVisible()
    await isClean('console')
    await (await machine.openSnapshots()).point('first').click()
    await isClean('restore points')
    await expect((await machine.openGraphs()).panel('CPU')).toBeVisible()
    await isClean('graphs')
    await machine.openHistory()
    await expect(page.getByRole('heading', { name: 'Nothing is written down yet' })).toBeVisible()
    await isClean('history')
  })

  await test.step('making and deleting', async () => {
    const create = await strata.newMachine()
    await expect(create.field('Name')).toBeVisible()
    await isClean('create')
    await create.choosePlain('Empty machine')
    await expect(create.createButton).toBeEnabled()
    await create.customise()
    for (const part of [
      'System',
      'Processor',
      'Memory',
      'Firmware and TPM',
      'Disks',
      'Network',
      'Devices',
      'Boot',
    ] as const)
      await create.part(part)
    await (await create.part('Disks')).getByRole('button', { name: 'New disk' }).click()
    await (await create.part('Network')).getByRole('button', { name: 'Another card' }).click()
    await expect((await create.part('Definition')).getByRole('textbox')).toContainText('<domain')
    await isClean('create, customised')
    const xml = await create.openXmlDialog()
    await xml.text.fill(await virsh.run('dumpxml', 'without'))
    await expect(xml.clash(/without/).first()).toBeVisible()
    await isClean('importing XML')
    await page.keyboard.press('Escape')
    const dialog = await create.openFileDialog()
    await expect(dialog.dialog.getByRole('navigation')).toBeVisible()
    await isClean('choosing a file')
    await dialog.cancel()
    const deletion = await (await strata.openMachine('without')).delete()
    await expect(deletion.confirmButton).toBeEnabled()
    await isClean('deletion')
    await deletion.confirm()
    await expect(strata.machineLine('without')).toHaveCount(0)
    const trash = await strata.openTrash()
    await expect(trash.row('without')).toBeVisible()
    await isClean('trash')
  })
})

test('a machine is made, used and stopped without a mouse', async ({ page, virsh, guestOf, guestImage }) => {
  test.setTimeout(300_000)
  const name = 'by-keys'
  const guest = guestOf(name)
  const command = async (text: string) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(text)
    await expect(page.getByRole('option').first()).toBeVisible()
    await page.keyboard.press('Enter')
  }

  await test.step('made, from the search to the button', async () => {
    await expect(page.getByRole('heading', { name: 'No machines yet' })).toBeVisible()
    await command('new machine')
    const create = new CreatePage(page)
    await expect(create.field('Name')).toBeVisible()
    await tabTo(page, create.chooseFileButton)
    await page.keyboard.press('Enter')
    const path = page.getByRole('dialog').getByLabel('Path')
    await expect(path).toBeVisible()
    await tabTo(page, path)
    await page.keyboard.type(guestImage)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    for (const [field, text] of [
      ['Name', name],
      ['Processors', '1'],
      ['Memory', '256 MiB'],
    ] as const) {
      await tabTo(page, create.field(field))
      await page.keyboard.press('Control+a')
      await page.keyboard.type(text)
    }
    await expect(create.createButton).toBeEnabled()
    await tabTo(page, create.createButton)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/console$/)
    expect(await virsh.stateOf(name)).toBe('running')
  })

  await test.step('used: the console has the keys, and gives them back', async () => {
    const screen = new ConsoleTab(page, name)
    await expect(screen.connected).toBeVisible()
    await guest.hasBooted()
    await screen.pressLine('echo keys-$((6*7))')
    await guest.shows('keys-42')
    // What the window itself listens to goes to the guest as well, while it has the keys.
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await screen.giveKeysBack()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  await test.step('stopped, by naming what is wanted', async () => {
    await command(`pause ${name}`)
    await expect.poll(() => virsh.stateOf(name)).toBe('paused')
    await command(`force off ${name}`)
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Force off' })
    await expect(confirm).toBeVisible()
    await tabTo(page, confirm)
    await page.keyboard.press('Enter')
    await expect.poll(() => virsh.stateOf(name)).toBe('shut off')
  })
})
