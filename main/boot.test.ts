import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The whole program as a process of its own, in folders of its own, with a host whose daemon does not run. */
let folder: string
let running: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-boot-'))
  running = []
})
afterEach(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exitCode: Promise<number | null>
}

function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const host = {
    id: 'away',
    label: 'Away',
    uri: `qemu+unix:///session?socket=${folder}/none`,
    autospawn: false,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', 'main/index.ts', ...words], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      STRATA_HOSTS: JSON.stringify([host]),
      TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
      ...env,
    },
  })
  running.push(child)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const exitCode = once(child, 'exit').then(([code]) => code as number | null)
  return { child, output: () => Buffer.concat(chunks).toString(), exitCode }
}

const says = (started: Started, text: string) =>
  vi
    .waitUntil(() => started.output().includes(text) || started.child.exitCode !== null, { timeout: 30_000 })
    .then(() => {
      expect(started.output()).toContain(text)
    })

describe('the program', { timeout: 60_000 }, () => {
  it('serves to whoever reads its address file, one at a time, and leaves nothing when it is told to stop', async () => {
    const addressPath = join(folder, 'address.json')
    const started = start(['--address-file', addressPath])
    await says(started, 'Strata is ready at http://127.0.0.1:')
    await vi.waitUntil(() => stat(addressPath).catch(() => null))
    const address = JSON.parse(await readFile(addressPath, 'utf8')) as { url: string; loginToken: string; pid: number }
    expect(address.pid).toBe(started.child.pid)
    expect(started.output()).not.toContain(address.loginToken)
    const signIn = await fetch(`${address.url}/login`, {
      method: 'POST',
      headers: { Origin: address.url },
      body: new URLSearchParams({ token: address.loginToken }),
    })
    expect(signIn.status).toBe(200)

    const second = start(['--no-window'])
    expect(await second.exitCode).toBe(1)
    expect(second.output()).toContain('already running')
    // One that wants a window is told where the first one is.
    const third = start([])
    expect(await third.exitCode).toBe(0)
    expect(third.output()).toContain(`running already, at ${address.url}`)

    // As a terminal and npm do: the same wish twice, at once.
    started.child.kill('SIGTERM')
    started.child.kill('SIGTERM')
    expect(await started.exitCode).toBe(0)
    await expect(stat(addressPath)).rejects.toThrow('ENOENT')
    expect(await readFile(join(folder, '.local/state/strata/strata.log'), 'utf8')).toContain('"closed"')
    expect(await readFile(join(folder, '.local/state/strata/strata.log'), 'utf8')).not.toContain(address.loginToken)
  })

  it('prints the one-time address where there is no display, and stays', async () => {
    const started = start([])
    await says(started, '/login#')
    expect(started.output()).toContain('ssh -L')
    started.child.kill('SIGINT')
    expect(await started.exitCode).toBe(0)
  })

  it('ends with its window', async () => {
    // A browser that signs in as the page's script would, and is closed by its user.
    const browser = join(folder, 'browser')
    const signIn = [
      `page=$(printf '%s\\n' "$@" | sed -n 's,^--app=file://,,p')`,
      `address=$(sed -n 's,.*location.replace("\\([^"]*\\)").*,\\1,p' "$page")`,
      `origin=\${address%%/#sign-in*}`,
      `exec "${process.execPath}" -e 'fetch(process.argv[1] + "/login", { method: "POST", headers: { Origin: process.argv[1] }, body: new URLSearchParams({ token: process.argv[2] }) })' "$origin" "\${address##*#sign-in=}"`,
    ]
    await writeFile(browser, `#!/bin/sh\n${signIn.join('\n')}\n`, { mode: 0o755 })
    const started = start([], { DISPLAY: ':0', STRATA_BROWSER: browser })
    expect(await started.exitCode).toBe(0)
    expect(await readdir(join(folder, '.cache/strata/window'))).toEqual([])
  })

  it('gives a second start another address, on the page that it wants', async () => {
    const first = start([])
    await says(first, '/login#')
    const second = start(['--open', 'web 1'])
    expect(await second.exitCode).toBe(0)
    expect(second.output()).toContain(`/login?page=${encodeURIComponent('/open?machine=web+1')}#`)
    first.child.kill('SIGTERM')
    expect(await first.exitCode).toBe(0)
  })

  it('says what it can do and which version it is, and starts nothing', async () => {
    const help = start(['--help'])
    expect(await help.exitCode).toBe(0)
    expect(help.output()).toContain('--connect URI')
    const version = start(['--version'])
    expect(await version.exitCode).toBe(0)
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(version.output().trim()).toBe(`strata ${manifest.version}`)
    expect(await readdir(folder)).toEqual([])
  })

  it('gives the address when the browser ends without having shown anything', async () => {
    const started = start([], { DISPLAY: ':0', STRATA_BROWSER: '/bin/false' })
    await says(started, '/login#')
    expect(started.output()).toContain('The browser ended before it showed Strata.')
    started.child.kill('SIGTERM')
    expect(await started.exitCode).toBe(0)
  })

  it('refuses an option that it does not know, and a port that is taken', async () => {
    const mistyped = start(['--dmeo'])
    expect(await mistyped.exitCode).toBe(2)
    expect(mistyped.output()).toContain('Did you mean --demo?')
    const { createServer } = await import('node:net')
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const started = start(['--no-window', '--port', String(port)])
    expect(await started.exitCode).toBe(1)
    expect(started.output()).toContain(`${port} is taken`)
    taken.close()
  })
})
