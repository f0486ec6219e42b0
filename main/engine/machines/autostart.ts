import type { Host } from '../hosts/host.ts'
import { toStrataError } from '../strata-error.ts'

export async function setAutostart(host: Host, uuid: string, autostart: boolean): Promise<void> {
  const { name } = host.inventory.requireMachine(uuid)
  try {
    const domain = await host.inventory.domain(uuid)
    await domain.setAutostart(autostart)
  } catch (error) {
    throw toStrataError(
      error,
      `“${name}” could not be set to ${autostart ? 'start with the host' : 'stay off when the host starts'}.`,
    )
  }
  await host.inventory.reloadMachine(uuid) // no event tells of it
}
