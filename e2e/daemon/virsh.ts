import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { screenText } from '../guest/screen-text.ts'
import type { StoryDaemon } from './story-daemon.ts'

const run = promisify(execFile)

/** The second opinion: libvirt's own client, which shares no line with Strata. */
export class Virsh {
  #pictures = 0

  constructor(readonly daemon: StoryDaemon) {}

  /** Runs one command and gives what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    const { env, baseFolder, hostUri } = this.daemon
    const words = this.daemon.command(['virsh', '--quiet', '--connect', hostUri, ...args])
    const { stdout } = await run(words[0] ?? '', words.slice(1), { env, cwd: baseFolder })
    return stdout.trim()
  }

  async list(command: string, ...args: readonly string[]): Promise<string[]> {
    const text = await this.run(command, ...args)
    return text.split('\n').flatMap((line) => line.trim() || [])
  }

  /** Defines a machine that has no disk and no system: enough for what needs none. */
  async defineEmptyMachine(name: string): Promise<void> {
    const file = join(this.daemon.dataFolder, 'empty-machine.xml')
    writeFileSync(
      file,
      `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
        <os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`,
    )
    await this.run('define', file)
    rmSync(file)
  }

  machineNames(): Promise<string[]> {
    return this.list('list', '--all', '--name')
  }

  /** `running`, `paused`, `shut off`, … */
  stateOf(machine: string): Promise<string> {
    return this.run('domstate', machine)
  }

  snapshotNames(machine: string): Promise<string[]> {
    return this.list('snapshot-list', machine, '--name')
  }

  /** The files of all volumes, after a fresh look. */
  async volumePaths(): Promise<string[]> {
    const paths: string[] = []
    for (const pool of await this.list('pool-list', '--name')) {
      await this.run('pool-refresh', pool)
      const lines = await this.list('vol-list', pool)
      paths.push(...lines.map((line) => line.split(/\s{2,}/)[1] ?? ''))
    }
    return paths
  }

  /** What stands on a machine's screen, as text; null in a graphical mode. */
  async screenTextOf(machine: string): Promise<string | null> {
    const file = join(this.daemon.dataFolder, `screen-${++this.#pictures}.png`)
    await this.run('screenshot', machine, '--file', file)
    const text = screenText(readFileSync(file))
    rmSync(file)
    return text
  }

  /** Takes away every machine and pool with all that they hold, so that the next story starts from nothing. */
  async removeEverything(): Promise<void> {
    for (const name of await this.list('list', '--name')) await this.run('destroy', name)
    for (const name of await this.machineNames()) {
      await this.run('undefine', name, '--managed-save', '--snapshots-metadata', '--checkpoints-metadata', '--nvram')
    }
    for (const pool of await this.list('pool-list', '--name')) {
      for (const volume of await this.#volumeNames(pool)) await this.run('vol-delete', volume, '--pool', pool)
      await this.run('pool-destroy', pool)
    }
    for (const pool of await this.list('pool-list', '--all', '--name')) await this.run('pool-undefine', pool)
  }

  async #volumeNames(pool: string): Promise<string[]> {
    await this.run('pool-refresh', pool)
    const lines = await this.list('vol-list', pool)
    return lines.map((line) => line.split(/\s{2,}/)[0] ?? '')
  }
}
