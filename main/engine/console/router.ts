import { contract } from '@strata/contract/index.ts'
import { say } from '@strata/contract/words/say.ts'
import { implement } from '@orpc/server'
import { LibvirtError } from 'node-libvirt'

import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'
import { keysHeldMs } from './keys-held.ts'
import { ScreenShots } from './screen-shots.ts'

const pictureTimeoutMs = 10_000

export function consoleRouter({ hosts, consoles }: EngineParts) {
  const shots = new ScreenShots()
  const os = implement(contract.console)
  return os.router({
    open: os.open.handler(({ input }) => consoles.open(input)),
    screenshot: os.screenshot.handler(({ input }) =>
      screenshot(shots, hosts.get(input.hostId), input.uuid, input.maxWidthPx),
    ),
    sendKeys: os.sendKeys.handler(({ input }) => sendKeys(hosts.get(input.hostId), input.uuid, input.keyCodes)),
  })
}

async function screenshot(
  shots: ScreenShots,
  host: Host,
  uuid: string,
  maxWidthPx: number,
): Promise<{ picture: Blob; takenAtMs: number } | null> {
  const { name, state } = host.inventory.requireMachine(uuid)
  if (state === 'shut-off') return null
  try {
    const shot = await shots.take(`${host.id} ${uuid}`, maxWidthPx, () =>
      host.slow(async (connection) =>
        (await connection.domainLookupByUUID(uuid)).screenshot(0, { signal: AbortSignal.timeout(pictureTimeoutMs) }),
      ),
    )
    return shot === null ? null : { picture: new Blob([shot.png], { type: 'image/png' }), takenAtMs: shot.takenAtMs }
  } catch (error) {
    if (error instanceof LibvirtError) return null // no video device, or it stopped meanwhile
    throw toStrataError(error, say('console.screenCouldNotRead', { name }))
  }
}

async function sendKeys(host: Host, uuid: string, keyCodes: readonly number[]): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  try {
    await host.slow(async (connection) =>
      (await connection.domainLookupByUUID(uuid)).sendKey(keyCodes, { holdMs: keysHeldMs }),
    )
  } catch (error) {
    throw toStrataError(error, say('console.keysCouldNotSent', { name }))
  }
}
