import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseOptions } from '@strata/engine/startup/options.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { fakeElectron } from './testing/fake-electron.ts'

/** The computer that runs the tests may have other work. */
const busy = { timeout: 20_000 }

let fake: ReturnType<typeof fakeElectron>
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-shell-'))
  await mkdir(join(folder, 'renderer'))
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>')
  fake = fakeElectron()
  vi.resetModules()
  vi.doMock('electron', () => fake.electron)
})
afterEach(async () => {
  vi.doUnmock('electron')
  await rm(folder, { recursive: true })
})

const run = async () => {
  const { runElectronShell } = await import('./shell.ts')
  return runElectronShell({ options: parseOptions([], { HOME: folder }, 'ignore'), distDir: `${folder}/` })
}
const started = async () => {
  fake.becomeReady()
  await run()
  const [window, child] = [fake.windows[0] ?? expect.fail(), fake.children[0] ?? expect.fail()]
  return { window, child }
}
const eventFor = (url: string, more: object = {}) => ({ url, preventDefault: vi.fn(), ...more })

describe('the start', () => {
  it('registers sandbox and scheme before the runtime is ready, and opens the window last', async () => {
    const running = run()
    await vi.waitUntil(() => fake.order.length >= 2, busy)
    fake.becomeReady()
    await running
    expect(fake.order.slice(0, 4)).toEqual(['sandbox', 'folders', 'folders', 'scheme'])
    expect(fake.order.slice(4)).toEqual(['ready', 'handler', 'permissions', 'engine', 'window'])
  })

  it('gives way to a Strata that is already open', async () => {
    fake.electron.app.requestSingleInstanceLock.mockReturnValue(false)
    await run()
    expect(fake.electron.app.quit).toHaveBeenCalled()
    expect(fake.windows).toEqual([])
  })

  it('opens a window without Node in it, on our own pages', async () => {
    const { window, child } = await started()
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    })
    expect(window.loadURL).toHaveBeenCalledWith('app://strata/')
    expect(child.posted[0]).toMatchObject({ type: 'start' })
  })

  it('comes to the front when it is started once more', async () => {
    const { window } = await started()
    fake.electron.app.emit('second-instance')
    await vi.waitUntil(() => window.focus.mock.calls.length > 0, busy)
    expect(fake.windows).toHaveLength(1)
  })
})

describe('the page', () => {
  it('cannot leave, embed or be redirected', async () => {
    const { window } = await started()
    const leaving = eventFor('https://example.org/')
    window.webContents.emit('will-navigate', leaving)
    const staying = eventFor('app://strata/new')
    window.webContents.emit('will-navigate', staying)
    const framing = eventFor('app://strata/', { isMainFrame: false })
    window.webContents.emit('will-frame-navigate', framing)
    const attaching = eventFor('')
    window.webContents.emit('will-attach-webview', attaching)
    const redirected = eventFor('app://strata/')
    window.webContents.emit('will-redirect', redirected)
    for (const denied of [leaving, framing, attaching, redirected]) expect(denied.preventDefault).toHaveBeenCalled()
    expect(staying.preventDefault).not.toHaveBeenCalled()
  })

  it('opens no windows; links of the web go to the system browser, others nowhere', async () => {
    const { window } = await started()
    expect(window.webContents.openHandler({ url: 'https://example.org/' })).toEqual({ action: 'deny' })
    expect(window.webContents.openHandler({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' })
    expect(fake.electron.shell.openExternal.mock.calls).toEqual([['https://example.org/']])
  })

  it('gets its ports when it asks, and nobody else does', async () => {
    const { child } = await started()
    const frame = (url: string, parent: object | null) => ({
      url,
      parent,
      detached: false,
      isDestroyed: () => false,
      postMessage: vi.fn(),
    })
    const ours = frame('app://strata/machines', null)
    const others = [frame('https://evil.example/', null), frame('app://strata/', {}), frame('app://strata.evil/', null)]
    for (const each of [...others, ours]) fake.electron.ipcMain.emit('strata:ports-wanted', { senderFrame: each })
    for (const other of others) expect(other.postMessage).not.toHaveBeenCalled()
    expect(ours.postMessage).toHaveBeenCalledWith('strata:ports', null, [
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ])
    expect(child.posted.filter(({ type }) => type === 'window')).toHaveLength(1)
  })
})

describe('the end', () => {
  it('comes when the engine has closed, after the window is remembered', async () => {
    const { child } = await started()
    const quit = eventFor('')
    fake.electron.app.emit('before-quit', quit)
    expect(quit.preventDefault).toHaveBeenCalled()
    await vi.waitUntil(() => child.posted.some(({ type }) => type === 'close'), busy)
    expect(fake.electron.app.exit).not.toHaveBeenCalled()
    child.emit('exit', 0)
    await vi.waitUntil(() => fake.electron.app.exit.mock.calls.length > 0, busy)
    expect(JSON.parse(await readFile(join(folder, '.config/strata/window.json'), 'utf8'))).toMatchObject({
      bounds: { width: 1000 },
    })
    expect(fake.children).toHaveLength(1)
  })

  it('does not wait any longer for who asks twice', async () => {
    const { child } = await started()
    fake.electron.app.emit('before-quit', eventFor(''))
    fake.electron.app.emit('before-quit', eventFor(''))
    expect(child.kill).toHaveBeenCalled()
    await vi.waitUntil(() => fake.electron.app.exit.mock.calls.length > 0, busy)
  })

  it('is offered when the engine cannot go on', async () => {
    await started()
    for (let death = 0; death < 4; death += 1) fake.children.at(-1)?.emit('exit', 11)
    expect(fake.electron.dialog.showMessageBox).toHaveBeenCalledOnce()
    await vi.waitUntil(() => fake.electron.app.quit.mock.calls.length > 0, busy)
  })
})
