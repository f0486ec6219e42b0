import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { startDaemon } from '../node-libvirt/testing/real-daemon.ts'

const MAKE_FLEET = fileURLToPath(new URL('../scripts/make-fleet.mjs', import.meta.url))

export interface FleetDaemon extends AsyncDisposable {
  /** The fleet through the daemon's socket. */
  readonly uri: string
  readonly socketPath: string
  readonly fleetPath: string
}

/** A daemon of its own with a fleet of `count` machines that libvirt's test driver holds. */
export async function startFleetDaemon(count: number): Promise<FleetDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'))
  chmodSync(folder, 0o755) // the daemon runs as another user and must read the fleet
  const fleetPath = join(folder, `fleet-${count}.xml`)
  writeFileSync(fleetPath, execFileSync(process.execPath, [MAKE_FLEET, String(count)], { maxBuffer: 1 << 28 }))
  chmodSync(fleetPath, 0o644)
  const daemon = await startDaemon()
  return {
    uri: daemon.uri(`test://${fleetPath}`),
    socketPath: daemon.socketPath,
    fleetPath,
    async [Symbol.asyncDispose]() {
      await daemon.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
