import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { isoBytes } from '../../main/engine/testing/iso-bytes.ts'
import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { ElectronStandInApp } from '../fixtures/electron-stand-in-app.ts'
import { expect, test } from '../fixtures/strata.ts'
import { StrataWindow } from '../pages/strata-window.ts'

test.skip(({ shell }) => shell !== 'electron-stand-in', 'asks the stand-in for Electron what only that can tell')

test('notices are granted to the window, and the camera is not', async ({ page }) => {
  await expect(page.getByRole('banner')).toBeVisible()
  expect(await page.evaluate(() => Notification.permission)).toBe('granted')
  expect(await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state)).toBe(
    'denied',
  )
})

test('the browser’s profile lies in folders of its own, not among the settings', async ({ page, app, appSettings }) => {
  await page.goto(`${app.origin}/settings`)
  await page.getByRole('radio', { name: 'Dark' }).click()
  const folder = (kind: string) => join(appSettings.daemon.dataFolder, appSettings.name, kind, 'strata')
  await expect.poll(() => readdirSync(folder('config'))).toEqual(['settings.json'])
  expect(readdirSync(folder('data'))).toContain('window')
  expect(readdirSync(folder('cache'))).toContain('window')
})

test('a dropped file is chosen from wherever it lies', async ({ page, daemon }) => {
  const path = join(daemon.dataFolder, 'far-away.iso')
  writeFileSync(path, isoBytes({ label: 'FAR', catalogue: {} }))
  giveToTestUser(daemon.user, path)
  const create = await new StrataWindow(page).newMachine()
  await page.evaluate(
    (paths) => {
      document.documentElement.dataset['standInPaths'] = JSON.stringify(paths)
      const transfer = new DataTransfer()
      transfer.items.add(new File(['x'], 'far-away.iso'))
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }))
    },
    { 'far-away.iso': path },
  )
  await expect(create.chosenCard).toContainText('far-away.iso')
})

test('a second start goes to what it was asked for, and ends', async ({ page, app, virsh }) => {
  await expect(page.getByRole('banner')).toBeVisible()
  await virsh.defineEmptyMachine('asked-for')
  if (!(app instanceof ElectronStandInApp)) throw new Error('This story is for the stand-in.')
  const { command, env } = app.command(['--open', 'asked-for'])
  const [program = '', ...args] = command
  const second = spawn(program, args, { env, stdio: 'ignore' })
  expect(await once(second, 'exit')).toEqual([0, null])
  await expect(page.getByRole('heading', { name: 'asked-for', level: 1 })).toBeVisible()
})

test('a page that is not ours is not shown, and a link leaves for the system’s browser', async ({ app, browser }) => {
  // Without the watch that every story has: it would note the request, which is what is refused here.
  const page = await app.openPage(browser, () => undefined)
  await expect(page.getByRole('banner')).toBeVisible()
  await page.evaluate(() => void window.open('https://example.org/elsewhere'))
  await expect.poll(() => app.said()).toContain('opened outside: https://example.org/elsewhere')
  await page.evaluate(() => void (location.href = 'https://example.org/'))
  await expect(page.getByRole('banner')).toBeVisible()
  expect(page.url()).toContain(app.origin)
})

test('the engine comes back by itself when its process dies, and the window with it', async ({ page, app, virsh }) => {
  await expect(page.getByText('This computer').first()).toBeVisible()
  if (!(app instanceof ElectronStandInApp)) throw new Error('This story is for the stand-in.')
  app.killEngine()
  await virsh.defineEmptyMachine('made-meanwhile')
  await expect(page.getByText('made-meanwhile').first()).toBeVisible()
})
