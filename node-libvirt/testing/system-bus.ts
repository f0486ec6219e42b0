import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endProcess } from './daemon-process.ts'

const POLKITD = ['/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd'].find((path) => existsSync(path))

/** polkitd changes to a user of its own, which root alone can do. */
export const canRunPolkit = POLKITD !== undefined && process.getuid?.() === 0

/** A system bus of its own with a real polkitd on it, and no agent that could ask anybody. */
export interface SystemBus {
  /** For DBUS_SYSTEM_BUS_ADDRESS. */
  readonly address: string
  stop(): Promise<void>
}

export async function startSystemBus(): Promise<SystemBus> {
  const folder = mkdtempSync(join(tmpdir(), 'bus-'))
  chmodSync(folder, 0o755)
  const address = `unix:path=${join(folder, 'socket')}`
  const config = join(folder, 'bus.conf')
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig><type>system</type><listen>${address}</listen><auth>EXTERNAL</auth>
    <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
    </busconfig>`,
  )
  const bus = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await firstLine(bus, bus.stdout, () => true)
  const polkit = spawn(POLKITD ?? 'polkitd', [], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await firstLine(polkit, polkit.stdout, (line) => line.includes('Acquired the name'))
  return {
    address,
    stop: async () => {
      await endProcess(polkit, 'SIGTERM')
      await endProcess(bus, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until a program says a line that is wanted. */
async function firstLine(
  child: ChildProcess,
  output: NodeJS.ReadableStream,
  isWanted: (line: string) => boolean,
): Promise<void> {
  const lines = createInterface(output)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${child.spawnfile} ended (${String(code)})`)
  })
  const said = new Promise<void>((resolve) => lines.on('line', (line) => isWanted(line) && resolve()))
  ended.catch(() => undefined)
  await Promise.race([said, ended])
}
