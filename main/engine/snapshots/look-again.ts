import { setTimeout as pause } from 'node:timers/promises'

import { say } from '@strata/contract/words/say.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { ConnectionError, LibvirtError, ProtocolError, type Connection, type Domain } from 'node-libvirt'

import type { Host } from '../hosts/host.ts'
import { isOpenElsewhere } from '../disk-images/image-info.ts'
import { StrataError, toStrataError } from '../strata-error.ts'

/** A daemon that died is started again by somebody, or by the next connection; work that it had begun may go on for minutes. */
const patienceMs = 2 * 60_000
const betweenTriesMs = 250

/** Whether the answer to a call was lost: then nothing says whether the call was carried out. */
export const isAnswerLost = (error: unknown) =>
  error instanceof ConnectionError ||
  error instanceof ProtocolError ||
  toStrataError(error, unkeyed('')).code === 'connection-lost'

/**
 * After a lost answer: waits until the daemon is there again and has done with the machine, and looks.
 * @param question its images: none of them may be written to any more by a program that the daemon left behind
 * @throws StrataError 'connection-lost' when it does not come back in time
 */
export async function lookAgain<T>(
  host: Host,
  { uuid, images, signal }: { readonly uuid: string; readonly images: readonly string[]; readonly signal: AbortSignal },
  look: (domain: Domain, connection: Connection) => Promise<T>,
): Promise<T> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  for (;;) {
    try {
      await host.whenConnected(ending)
      return await host.slow(async (connection) => {
        const domain = await connection.domainLookupByUUID(uuid)
        await untilDone(domain, ending)
        if (!(await domain.isActive())) for (const path of images) await untilClosed(path, ending)
        return look(domain, connection)
      })
    } catch (error) {
      if (ending.aborted)
        throw new StrataError('connection-lost', say('snapshots.libvirtDidNotCome', { host: host.label }), {
          cause: error,
        })
      if (error instanceof LibvirtError || (error instanceof StrataError && error.code !== 'host-unreachable'))
        throw error
      await pause(betweenTriesMs)
    }
  }
}

/** What asks for sizes waits in the daemon until whatever changes the machine has ended, up to half a minute at a time. */
async function untilDone(domain: Domain, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    try {
      await domain.getBlockInfo('vda')
      return
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error
      if (error.code !== 'operation-timeout') return // no such disk: it has been asked all the same
    }
  }
}

async function untilClosed(path: string, ending: AbortSignal): Promise<void> {
  while (!ending.aborted && (await isOpenElsewhere({ path, format: 'qcow2', part: null }))) await pause(betweenTriesMs)
}
