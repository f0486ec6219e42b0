import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { endGroup, monotonicSeconds, spawnGroup } from '../process-group.ts'

const SCRIPT = fileURLToPath(new URL('virt_manager.py', import.meta.url))

export interface StartTimes {
  /** Seconds from the start of the process to its window. */
  readonly windowSeconds: number
  /** Seconds to the first frame with every machine in the list. */
  readonly listedSeconds: number
}

/** How long virt-manager takes to start. */
export function startVirtManager(uri: string, machines: number, display: string): Promise<StartTimes> {
  return withVirtManager(uri, machines, display, (times) => Promise.resolve(times))
}

/**
 * Starts virt-manager with one saved connection that opens by itself, as its users have it; `look` has it with every
 * machine in its list. Ends it again.
 */
export async function withVirtManager<T>(
  uri: string,
  machines: number,
  display: string,
  look: (times: StartTimes, pid: number) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'strata-bench-peer-'))
  const settings = join(home, 'glib-2.0', 'settings')
  mkdirSync(settings, { recursive: true })
  writeFileSync(
    join(settings, 'keyfile'),
    `[org/virt-manager/virt-manager/connections]\nuris=['${uri}']\nautoconnect=['${uri}']\n`,
  )
  const startedSeconds = monotonicSeconds()
  const child = spawnGroup('dbus-run-session', ['--', '/usr/bin/python3', SCRIPT, String(machines)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      GSETTINGS_BACKEND: 'keyfile',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_DATA_HOME: home,
      XDG_RUNTIME_DIR: home,
    },
  })
  try {
    if (child.stdout === null) throw new Error('virt-manager has no output to read.')
    const marks = new Map<string, number>()
    for await (const line of createInterface({ input: child.stdout })) {
      const [name, at] = line.split(' ')
      if (name !== undefined && at !== undefined) marks.set(name, Number(at) - startedSeconds)
      if (marks.has('painted')) break
    }
    const [windowSeconds, listedSeconds] = [marks.get('mapped'), marks.get('painted')]
    if (windowSeconds === undefined || listedSeconds === undefined) {
      throw new Error('virt-manager ended before its list was drawn; is it installed?')
    }
    return await look({ windowSeconds, listedSeconds }, child.pid ?? 0)
  } finally {
    await endGroup(child)
    rmSync(home, { recursive: true, force: true })
  }
}
