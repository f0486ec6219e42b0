import type { Page } from '@playwright/test'
import { openConnection, type Connection, type Domain } from 'node-libvirt'

import { startDaemon } from '../../node-libvirt/testing/real-daemon.ts'
import { startDisplay } from '../display.ts'
import { startFleetDaemon } from '../fleet-daemon.ts'
import { longestTaskMs } from '../main-thread.ts'
import { median, type BenchEntry, type BenchRow } from '../row.ts'
import { withStrataList } from '../strata-window.ts'

const MACHINES = 1000
const WATCHED_MS = 30_000
const CHANGES = 40

const alone = (name: string, unit: string, ours: number): BenchRow => ({
  ...{ name, ours: Number(ours.toPrecision(5)), unit },
  ...{ peer: null, peerName: null, ratio: null },
})

/** The longest that the window could not answer, while the statistics of a thousand machines came in each second. */
async function frameWorst(name: string): Promise<BenchRow> {
  await using display = await startDisplay()
  await using daemon = await startFleetDaemon(MACHINES)
  const worstMs = await withStrataList(daemon.uri, MACHINES, display.name, (_times, _pid, page) =>
    longestTaskMs(page, WATCHED_MS),
  )
  return alone(name, 'ms', worstMs)
}

/** From the moment a client beside Strata has libvirt's event until the frame in which the row tells of it. */
async function eventToRow(name: string): Promise<BenchRow> {
  await using display = await startDisplay()
  const daemon = await startDaemon()
  try {
    // Unlike a fleet from a file, which each connection has for itself, the driver's own machines are one world for all.
    const uri = daemon.uri('test:///default')
    await using connection = await openConnection(uri)
    for (let index = 1; index <= MACHINES; index += 1) await connection.domainCreateXML(machineXml(index))
    const delays = await withStrataList(uri, MACHINES, display.name, async (_times, _pid, page) => {
      const uuid = await page.locator('[data-machine]').first().getAttribute('data-machine')
      const domain = await connection.domainLookupByUUID(uuid ?? '')
      return delaysOf(connection, domain, page)
    })
    return alone(name, 'ms', median(delays))
  } finally {
    await daemon.stop()
  }
}

const machineXml = (index: number) =>
  `<domain type="test"><name>row-${String(index).padStart(4, '0')}</name><memory unit="MiB">64</memory>
     <os><type>hvm</type></os></domain>`

async function delaysOf(connection: Connection, domain: Domain, page: Page): Promise<number[]> {
  await watchRow(page, domain.uuid)
  const events = connection.domainEvents('lifecycle', { domain })
  await events.ready
  const delays: number[] = []
  for (let change = 0; change < CHANGES; change += 1) {
    await (change % 2 === 0 ? domain.suspend() : domain.resume())
    await events.next()
    const arrivedAtMs = performance.timeOrigin + performance.now()
    const shown = await page.waitForFunction((count) => globalThis.strataRowChanges?.[count], change)
    delays.push(Number(await shown.jsonValue()) - arrivedAtMs)
  }
  await events.return()
  return delays
}

declare global {
  /** When the watched row's word for its state had changed on the screen: epoch milliseconds. */
  var strataRowChanges: number[] | undefined
}

const watchRow = (page: Page, uuid: string) =>
  page.evaluate((wanted) => {
    const state = document.querySelector(`[data-machine="${wanted}"] .state`)
    if (state === null) throw new Error('The row is not there.')
    const changes: number[] = []
    globalThis.strataRowChanges = changes
    let word = state.textContent
    new MutationObserver(() => {
      if (state.textContent === word) return
      word = state.textContent
      // The frame that follows shows it.
      requestAnimationFrame(() => changes.push(performance.timeOrigin + performance.now()))
    }).observe(state, { subtree: true, childList: true, characterData: true })
  }, uuid)

export const windowRows: readonly BenchEntry[] = [
  {
    name: 'frame-worst',
    goal: 16,
    better: 'less',
    judged: 'ours',
    measure: () => frameWorst('frame-worst'),
  },
  {
    name: 'event-to-row',
    goal: 100,
    better: 'less',
    judged: 'ours',
    measure: () => eventToRow('event-to-row'),
  },
]
