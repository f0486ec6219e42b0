import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../../../node-libvirt/testing/real-daemon.ts'
import { startSshServer, type SshServer } from '../../../../../node-libvirt/testing/ssh-server.ts'
import { sharedKvmTrial } from '../../../testing/shared-kvm-trial.ts'
import { Host } from '../../host.ts'
import { filesOf } from '../files-of.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('a host by ssh', () => {
  let daemon: RealDaemon
  let server: SshServer
  let host: Host
  let folder: string

  const uriAt = ({ port, userName, sshCommand, keys, knownHosts }: SshServer) =>
    `qemu+ssh://${userName}@127.0.0.1:${port}/session?command=${sshCommand}&keyfile=${keys.key}&known_hosts=${knownHosts}`
  const start = () => {
    const options = { log: pino({ level: 'silent' }), kvmTrial: sharedKvmTrial() }
    const made = new Host({ id: 'far', label: 'Far', uri: uriAt(server) }, options)
    made.start()
    return made
  }
  const at = (name: string) => join(folder, name)

  beforeAll(async () => {
    daemon = await startDaemon()
    server = await startSshServer([
      `SetEnv XDG_RUNTIME_DIR=${daemon.env['XDG_RUNTIME_DIR'] ?? ''} XDG_CONFIG_HOME=${daemon.baseFolder}/config`,
      'Subsystem sftp internal-sftp',
    ])
    folder = await mkdtemp(join(tmpdir(), 'far-'))
    await chmod(folder, 0o777)
    host = start()
    await host.whenConnected()
  })
  afterAll(async () => {
    await host.close()
    await server.stop()
    await daemon.stop()
    await rm(folder, { recursive: true })
  })

  it('is logged in to once, for libvirt, files and programs', async () => {
    await host.slow((connection) => connection.getHostname())
    expect(host.files).not.toBeNull()
    const established = (await readFile('/proc/net/tcp', 'utf8'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, , remote, state]) => state === '01' && Number.parseInt(remote?.split(':')[1] ?? '', 16) === server.port,
      )
    expect(established).toHaveLength(1)
    expect(host.login).toMatchObject({ name: server.userName, configDir: `${daemon.baseFolder}/config` })
    expect(host.facts?.cpuModel).not.toBe('')
  })

  it('shows its files as its user sees them', async () => {
    const files = filesOf(host)
    await writeFile(at('image'), Buffer.alloc(100_000, 7))
    await symlink(at('image'), at('link'))
    await writeFile(at('secret'), 'not yours', { mode: 0o600 })
    expect(await files.stat(at('image'))).toMatchObject({ kind: 'file', sizeBytes: 100_000 })
    expect((await files.stat(at('link'), 'keep')).kind).toBe('link')
    expect(await files.realpath(at('link'))).toBe(at('image'))
    expect((await files.list(folder, 10)).map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
      'image file',
      'link link',
      'secret file',
    ])
    expect(await files.list(folder, 2)).toHaveLength(2)
    const parts = await files.withOpen(at('image'), async (file) => [
      await file.readAt(99_990, 100),
      await file.readAt(10, 70_000),
    ])
    expect(parts).toEqual([Buffer.alloc(10, 7), Buffer.alloc(70_000, 7)])
    expect(await files.readText('/proc/meminfo', 8)).toBe('MemTotal')
    const { availableBytes, totalBytes } = await files.room(folder)
    expect(availableBytes).toBeGreaterThan(0)
    expect(totalBytes).toBeGreaterThan(availableBytes)
    await expect(files.stat(at('none'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(files.realpath(at('none'))).rejects.toMatchObject({ code: 'ENOENT' })
    if (process.getuid?.() === 0) {
      await expect(files.readText(at('secret'))).rejects.toMatchObject({ code: 'EACCES' })
      expect(await files.mayUse(at('secret'), 'read')).toBe(false)
    }
    expect(await files.mayUse(folder, 'write-in-folder')).toBe(true)
    await expect(files.withOpen(folder, () => Promise.resolve())).rejects.toMatchObject({ code: 'EISDIR' })
  })

  it('has files renamed, linked and removed, and never replaces one by a link', async () => {
    const { programs } = host
    const files = filesOf(host)
    await programs?.run('sh', ['-c', `echo one >'${at('a')}'; echo two >'${at('b')}'`], { timeoutMs: 10_000 })
    await expect(files.link(at('a'), at('b'))).rejects.toMatchObject({ code: 'EEXIST' })
    await files.link(at('a'), at('c'))
    expect(await readFile(at('c'), 'utf8')).toBe('one\n')
    await files.rename(at('a'), at('b'))
    expect(await readFile(at('b'), 'utf8')).toBe('one\n')
    await files.changeMode(at('b'), 0o640)
    expect((await stat(at('b'))).mode & 0o777).toBe(0o640)
    await files.remove(at('b'))
    await expect(stat(at('b'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('runs programs with their words as they are, and ends them in time', async () => {
    const words = [`it's`, '$(id)', 'a  b', '', '"x"']
    const ended = await host.programs?.run('printf', ['%s|', ...words], { timeoutMs: 10_000 })
    expect(ended).toMatchObject({ exitCode: 0, outputText: `it's|$(id)|a  b||"x"|` })
    expect(await host.programs?.run('sh', ['-c', 'echo no >&2; exit 7'], { timeoutMs: 10_000 })).toMatchObject({
      exitCode: 7,
      errorText: 'no\n',
    })
    expect(await host.programs?.run('no-such-program', [], { timeoutMs: 10_000 })).toMatchObject({ exitCode: null })
    expect(await host.programs?.run('sleep', ['60'], { timeoutMs: 1_000 })).toMatchObject({ exitCode: null })
    expect(await host.programs?.find('sh')).toMatch(/\/sh$/)
    expect(await host.programs?.find('no-such-program')).toBeNull()
  })

  it('is seen no longer when ssh is gone, and again when it is back', async () => {
    const before = host.files
    const ended = new Promise<void>((resolve) => {
      const stop = host.inventory.changes.listen(({ kind }) => {
        if (kind !== 'host' || host.status.state !== 'unreachable') return
        stop()
        resolve()
      })
    })
    const { pid } = masterOf(host)
    process.kill(pid, 'SIGKILL')
    await ended
    await expect(before?.stat(folder)).rejects.toThrow()
    await host.reconnect()
    await expect.poll(() => host.files).not.toBeNull()
    expect((await filesOf(host).stat(folder)).kind).toBe('folder')
  })

  it('leaves no ssh and no socket behind', async () => {
    const other = start()
    await other.whenConnected()
    const { pid, controlPath } = masterOf(other)
    await other.close()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    await expect(stat(controlPath)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

/** What a host's connections share, as its own process list shows it. */
function masterOf(host: Host): { readonly pid: number; readonly controlPath: string } {
  const { link } = host
  if (link === null) throw new Error('nothing is shared')
  return { pid: link.masterPid, controlPath: link.controlPath }
}
