import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

import type { NewMachine } from '@strata/contract/create.ts'
import type { JobRef, MachineRef } from '@strata/contract/references.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'
import type { DomainXml } from 'node-libvirt/xml'

import { randomScreenPassword } from '../console/screen-password.ts'
import type { Host } from '../hosts/host.ts'
import { realScope } from '../hosts/place/host-address.ts'
import { lookWhenBack } from '../hosts/look-when-back.ts'
import type { JobControl, JobResult } from '../jobs/job-control.ts'
import { awaitedSetup } from '../machine-setup/awaited-setup.ts'
import { writeKeptSetup } from '../definitions/kept-setup.ts'
import { explainStart } from '../doctor/explain-start.ts'
import { randomMacAddress } from '../definitions/random-mac-address.ts'
import { commandLine } from '../definitions/quoted.ts'
import { noFacts, readStrataFacts } from '../definitions/strata-metadata.ts'
import { isLostAnswer, StrataError, toStrataError } from '../strata-error.ts'
import { checkForm } from './form/check.ts'
import { creationLines } from './definition/creation-lines.ts'
import { defineImported } from './definition/define-imported.ts'
import { buildDefinition, type PlacedDisk, type ScreenListener } from './definition/definition.ts'
import { toError } from './form/findings.ts'
import { freeMachineStem, variablesName } from '../storage/free-name.ts'
import { allowReachOf } from '../machines/machine-reach.ts'
import { forgetPlaced, placedAt, writePlaced } from '../storage/placed-files.ts'
import { volumeNames } from './form/host-things.ts'
import { installationDrives } from './definition/installation-drives.ts'
import { withKeyPair } from './placing/make-key-pair.ts'
import { makeOwnDisk, placeFurtherDisks } from './placing/make-disks.ts'
import { cardsOf } from './form/network-cards.ts'
import { placeDrivers } from './placing/place-drivers.ts'
import { pressKeyForMedium } from './press-key.ts'
import type { CreationParts, PlaceContext, Placement, SourcePlan } from './placing/placement.ts'
import { ownPool } from './form/own-pool.ts'
import { planSource } from './sources/plan-source.ts'

/** Checks the whole form once more, then makes the machine; what stands in the way is told at once, with its field. */
export async function createMachine(parts: CreationParts, wanted: NewMachine): Promise<JobRef> {
  const host = parts.hosts.get(wanted.hostId)
  const stops = (await checkForm(parts, host, wanted)).find(({ severity }) => severity === 'error')
  if (stops !== undefined) throw toError(stops)
  const plan = await planSource(host, wanted)
  return parts.jobs.start(
    {
      kind: 'create-machine',
      title: say('create.create', { name: wanted.name }),
      hostId: wanted.hostId,
      steps: [
        { id: 'check', label: say('create.lookWhatThere') },
        ...(wanted.poolUuid === null ? [{ id: 'pool', label: say('create.makePool') }] : []),
        ...plan.steps,
        ...(plan.disk === 'new' && wanted.diskBytes !== null ? [{ id: 'disk', label: say('create.makeDisk') }] : []),
        ...(wanted.moreDisks.length > 0 ? [{ id: 'more-disks', label: say('create.makeFurtherDisks') }] : []),
        { id: 'define', label: say('create.defineMachine') },
        ...(wanted.startsNow ? [{ id: 'start', label: say('create.startIt') }] : []),
      ],
    },
    (job) => make(parts, host, wanted, plan, job),
  )
}

/** Each thing is promised to go again before it is made: a failure at any step leaves the host as it was. */
async function make(
  parts: CreationParts,
  host: Host,
  order: NewMachine,
  plan: SourcePlan,
  job: JobControl,
): Promise<JobResult> {
  job.step('check')
  if (order.poolUuid === null) job.step('pool')
  const pool = order.poolUuid === null ? await ownPool(host) : { uuid: order.poolUuid, commands: [] }
  const taken = await volumesAfterRefresh(host, pool.uuid)
  const machine = { hostId: host.id, uuid: randomUUID() }
  const wanted = await withKeyPair(parts.folders.dataDir, { ...order, poolUuid: pool.uuid }, machine, job)
  const stem = freeMachineStem(wanted.name, taken)
  const macAddress = cardsOf(wanted).length === 0 ? null : randomMacAddress()
  const context: PlaceContext = { parts, host, wanted, machine, macAddress, stem, taken, job }
  const placement = await plan.place(context)
  const disks = [...placement.disks, ...(await makeDisks(context, plan))]
  const drivers = await placeDrivers(context)
  const placed = { ...placement, disks, cdroms: [...placement.cdroms, ...drivers] }
  job.step('define')
  await job.allWritten()
  await define(context, placed)
  if (wanted.startsNow) {
    job.step('start')
    await start(context)
    if (placed.asksForKey) await pressKeyForMedium(context)
  }
  await job.keep()
  await allowWhatWasChosen(context)
  // Never before: what is removed now could not be taken back. It does not fail; what it could not do is told.
  const settled = (await placed.settle?.()) ?? []
  await tellHistory(context, {
    ...placed,
    notes: [...placed.notes, ...settled],
    commands: [...pool.commands, ...placed.commands],
  })
  await Promise.all([host.inventory.reloadMachine(machine.uuid), host.inventory.reloadPool(wanted.poolUuid)])
  return { machine }
}

/** Names of all that lies in the pool's folder now, whoever put it there. */
async function volumesAfterRefresh(host: Host, poolUuid: string): Promise<ReadonlySet<string>> {
  await host.slow(async (connection) => (await connection.storagePoolLookupByUUID(poolUuid)).refresh())
  return volumeNames(host, poolUuid)
}

async function makeDisks(context: PlaceContext, plan: SourcePlan): Promise<PlacedDisk[]> {
  const { wanted, job } = context
  const disks: PlacedDisk[] = []
  if (plan.disk === 'new' && wanted.diskBytes !== null) {
    job.step('disk')
    disks.push(await makeOwnDisk(context, wanted.diskBytes))
  }
  if (wanted.moreDisks.length > 0) {
    job.step('more-disks')
    disks.push(...(await placeFurtherDisks(context)))
  }
  return disks
}

/** All that its definition reaches was chosen in the form, or ticked there. Without this note the first start asks once more. */
async function allowWhatWasChosen({ parts, host, machine: { uuid }, wanted: { name } }: PlaceContext): Promise<void> {
  try {
    await allowReachOf(parts, host, { uuid, name })
  } catch (error) {
    parts.log.warn({ err: error, host: host.id, uuid }, 'what the new machine may reach could not be noted')
  }
}

async function define(context: PlaceContext, placed: Placement): Promise<void> {
  const { host, wanted, machine, job } = context
  await job.willUndo({ kind: 'undefine-machine', ...machine })
  job.concerns(machine)
  const definition = await definitionOf(context, placed)
  if (host.address.driver === 'test') definition.type = 'test' // libvirt's test driver knows no other
  await notePlaced(context, placed, definition)
  try {
    await host.slow(async (connection) => {
      const domain = await connection.domainDefineXML(definition.toString())
      if (wanted.autostart) await domain.setAutostart(true)
    })
  } catch (error) {
    await forgetPlaced(context.parts.folders.dataDir, machine)
    throw toStrataError(error, say('create.couldNotDefined', { name: wanted.name }))
  }
}

/** In the user's own data: what may be deleted of the machine later is not asked of its definition. */
async function notePlaced({ parts, host, wanted, machine }: PlaceContext, placed: Placement, definition: DomainXml) {
  const installed = placed.installation?.files ?? []
  const paths = [...new Set([...placed.seeds, ...installed])]
  if (paths.length === 0 && placed.installation === null) return
  const files = await Promise.all(paths.map((path) => placedAt(host, wanted.poolUuid, path, basename(path))))
  const installation = placed.installation === null ? null : readStrataFacts(definition.metadata).installation
  await writePlaced(parts.folders.dataDir, machine, {
    files,
    installation:
      installation === null ? null : { ...installation, drives: [...installation.drives], files: [...installed] },
  })
}

async function definitionOf(context: PlaceContext, placed: Placement): Promise<DomainXml> {
  const { parts, host, wanted, machine, macAddress, stem } = context
  const origin = {
    createdAtMs: Date.now(),
    mediaName: typeof placed.sourceName === 'string' ? placed.sourceName : placed.sourceName.english,
  }
  const facts = { ...noFacts, origin, ownMedia: placed.seeds }
  if (wanted.source.kind === 'definition') return defineImported(wanted.source.xml, wanted, machine, facts)
  const os = wanted.osId === null ? null : await parts.catalogue.os(wanted.osId)
  const folder = host.inventory.pool(wanted.poolUuid)?.path ?? dirname(placed.disks[0]?.path ?? '/')
  const definition = buildDefinition({
    wanted,
    uuid: machine.uuid,
    architecture: host.facts?.architecture ?? 'x86_64',
    osUri: os?.uri ?? null,
    macAddress,
    ...placed,
    // Beside the disks and named like them: libvirt's own place follows the machine's name, which may change.
    variablesPath: wanted.firmware === 'bios' ? null : join(folder, variablesName(stem)),
    screen: screenListener(host),
    facts,
  })
  // libvirt's test driver runs nothing that could be set up.
  const setup = host.address.driver === 'test' ? null : awaitedSetup(wanted, placed)
  if (setup !== null) writeKeptSetup(definition.metadata, setup)
  return placed.installation === null ? definition : withInstallation(definition, placed.installation, facts)
}

/** Where the installation's own things hang is known only when they have their places. */
function withInstallation(
  definition: DomainXml,
  installation: NonNullable<Placement['installation']>,
  facts: Parameters<typeof installationDrives>[2],
): DomainXml {
  // Started again with the same kernel, it would install once more: so it stops, and Strata takes the kernel away.
  if (definition.os.kernelPath !== null) definition.onReboot = 'destroy'
  installationDrives(definition, installation, facts)
  return definition
}

/** A socket that only this user reaches; the system daemon's sockets are not for other users, so there it is loopback. */
function screenListener(host: Host): ScreenListener {
  const reachesSockets = realScope(host.address) !== 'system' || host.login?.userId === 0
  return reachesSockets ? { kind: 'socket' } : { kind: 'loopback', password: randomScreenPassword() }
}

async function start({ host, wanted, machine, job }: PlaceContext): Promise<void> {
  await job.willUndo({ kind: 'destroy-machine', ...machine })
  try {
    await host.slow(async (connection) => (await connection.domainLookupByUUID(machine.uuid)).create())
  } catch (error) {
    // Started, and only the answer was lost: its guest is at work already.
    if (isLostAnswer(error) && (await lookWhenBack(host, isActive(machine)))?.found === true) return
    throw withoutRepairsOf(machine, await explainStart(error, host, { uuid: machine.uuid, name: wanted.name }))
  }
}

const isActive =
  ({ uuid }: MachineRef) =>
  async (connection: Connection) =>
    (await connection.domainLookupByUUID(uuid)).isActive()

/** The machine is taken back when its start fails: only what mends the host is of use. */
function withoutRepairsOf({ uuid }: MachineRef, error: StrataError): StrataError {
  const { detail, repairs } = error.data
  const ofHost = repairs.filter(({ action }) => action === null || !('uuid' in action) || action.uuid !== uuid)
  return new StrataError(error.code, error.message, {
    cause: error.cause,
    detail: detail ?? undefined,
    repairs: ofHost,
  })
}

async function tellHistory(
  { parts, host, wanted, machine, macAddress }: PlaceContext,
  placed: Placement,
): Promise<void> {
  await parts.history.add(machine, {
    atMs: Date.now(),
    kind: 'created',
    title: say('create.createdAs', { name: wanted.name }),
    notes: [...placed.notes],
    commands:
      wanted.source.kind === 'definition'
        ? [commandLine('virsh', '--connect', host.uri, 'define', `${wanted.name}.xml`)]
        : [...placed.commands, ...creationLines({ uri: host.uri, wanted, macAddress, ...placed })],
  })
}
