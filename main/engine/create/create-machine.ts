import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'

import type { NewMachine } from '@strata/contract/create.ts'
import type { JobRef, MachineRef } from '@strata/contract/references.ts'

import { randomScreenPassword } from '../console/screen-password.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { Host } from '../hosts/host.ts'
import type { JobControl, JobResult } from '../jobs/job-control.ts'
import { noFacts } from '../machines/strata-metadata.ts'
import { explainStart } from '../machines/explain-start.ts'
import { explainWrite } from '../storage/out-of-space.ts'
import { StrataError, toStrataError } from '../strata-error.ts'
import { checkForm, volumeNames, type IsoSource } from './check.ts'
import { buildDefinition, type ScreenListener } from './definition.ts'
import { toError } from './findings.ts'
import { diskName, freeDiskStem, freeIsoName, variablesName } from './free-name.ts'
import { describeVolume, inspectMedia, volumeOf, type InspectedMedia } from './media.ts'
import { makeVolume, uploadIso } from './place-media.ts'

type Parts = Pick<EngineParts, 'hosts' | 'jobs' | 'folders'>

/** Checks the whole form once more, then makes the machine; what stands in the way is told at once, with its field. */
export async function createMachine(parts: Parts, wanted: NewMachine): Promise<JobRef> {
  const host = parts.hosts.get(wanted.hostId)
  const stops = (await checkForm(host, wanted, parts.folders.homeDir)).find(({ severity }) => severity === 'error')
  if (stops !== undefined) throw toError(stops)
  const { source } = wanted
  if (source.kind !== 'iso')
    throw new StrataError('unsupported', 'Only an ISO can be installed yet.', { field: 'source' })
  const uploads = source.media.kind === 'file' && source.media.use === 'upload'
  return parts.jobs.start(
    {
      kind: 'create-machine',
      title: `Create “${wanted.name}”`,
      hostId: wanted.hostId,
      steps: [
        { id: 'check', label: 'Look at what is there' },
        ...(uploads ? [{ id: 'upload', label: 'Copy the ISO into the pool' }] : []),
        { id: 'disk', label: 'Make the disk' },
        { id: 'define', label: 'Define the machine' },
        { id: 'start', label: 'Start it' },
      ],
    },
    (job) => make(host, wanted, source, job),
  )
}

/** Each thing is promised to go again before it is made: a failure at any step leaves the host as it was. */
async function make(host: Host, wanted: NewMachine, source: IsoSource, job: JobControl): Promise<JobResult> {
  job.step('check')
  const taken = await volumesAfterRefresh(host, wanted.poolUuid)
  const media = await inspectMedia(host, source.media)
  const mediaPath = await placeMedia(host, wanted, media, taken, job)
  job.step('disk')
  const diskPath = await makeDisk(host, wanted, freeDiskStem(wanted.name, taken), job)
  job.step('define')
  const machine = { hostId: host.id, uuid: randomUUID() }
  await define(host, wanted, { ...machine, diskPath, mediaPath, mediaName: media.found.fileName }, job)
  job.step('start')
  await start(host, machine, wanted.name, job)
  await job.keep()
  await Promise.all([host.inventory.reloadMachine(machine.uuid), host.inventory.reloadPool(wanted.poolUuid)])
  return { machine }
}

/** Names of all that lies in the pool's folder now, whoever put it there. */
async function volumesAfterRefresh(host: Host, poolUuid: string): Promise<ReadonlySet<string>> {
  await host.slow(async (connection) => (await connection.storagePoolLookupByUUID(poolUuid)).refresh())
  return volumeNames(host, poolUuid)
}

/** Gives the path that the machine's drive will have. */
async function placeMedia(
  host: Host,
  wanted: NewMachine,
  { found }: InspectedMedia,
  taken: ReadonlySet<string>,
  job: JobControl,
): Promise<string> {
  const { source } = found
  if (source.kind === 'volume') {
    return host.slow(async (connection) => (await describeVolume(await volumeOf(connection, source))).path)
  }
  if (source.use === 'in-place') return source.path
  job.step('upload')
  const name = freeIsoName(found.fileName, taken)
  return uploadIso(host, { path: source.path, sizeBytes: found.sizeBytes, poolUuid: wanted.poolUuid, name }, job)
}

function makeDisk(host: Host, wanted: NewMachine, stem: string, job: JobControl): Promise<string> {
  const { poolUuid, diskBytes } = wanted
  if (diskBytes === null)
    throw new StrataError('invalid-input', 'A machine from an ISO needs a disk.', { field: 'diskBytes' })
  const volume = { hostId: host.id, poolUuid, name: diskName(stem), format: 'qcow2' as const, capacityBytes: diskBytes }
  return host.slow(async (connection) => {
    try {
      return await (await makeVolume(await connection.storagePoolLookupByUUID(poolUuid), volume, job)).getPath()
    } catch (error) {
      throw await explainWrite(error, host, connection, poolUuid, `The disk of “${wanted.name}” could not be made.`)
    }
  })
}

interface Placed extends MachineRef {
  readonly diskPath: string
  readonly mediaPath: string
  readonly mediaName: string
}

async function define(host: Host, wanted: NewMachine, placed: Placed, job: JobControl): Promise<void> {
  const { hostId, uuid, diskPath, mediaPath, mediaName } = placed
  const { bus, cache, allocation } = wanted.disk
  const definition = buildDefinition({
    wanted,
    uuid,
    architecture: host.facts?.architecture ?? 'x86_64',
    osUri: null,
    disks: [{ path: diskPath, type: 'file', format: 'qcow2', bus, cache, allocation }],
    cdroms: [mediaPath],
    directBoot: null,
    // Beside the disk and named like it: libvirt's own place follows the machine's name, which may change.
    variablesPath: wanted.firmware === 'bios' ? null : join(dirname(diskPath), variablesName(stemOf(diskPath))),
    screen: screenListener(host),
    facts: { ...noFacts, origin: { createdAtMs: Date.now(), mediaName } },
  })
  if (host.kind === 'test') definition.type = 'test' // libvirt's test driver knows no other
  await job.willUndo({ kind: 'undefine-machine', hostId, uuid })
  job.concerns({ hostId, uuid })
  try {
    await host.slow((connection) => connection.domainDefineXML(definition.toString()))
  } catch (error) {
    throw toStrataError(error, `“${wanted.name}” could not be defined.`)
  }
}

const stemOf = (diskPath: string) => diskPath.slice(dirname(diskPath).length + 1).replace(/\.qcow2$/, '')

/** A socket that only this user reaches; the system daemon's sockets are not for other users, so there it is loopback. */
function screenListener(host: Host): ScreenListener {
  const reachesSockets =
    host.kind === 'session' || host.kind === 'test' || (host.kind === 'system' && process.getuid?.() === 0)
  return reachesSockets ? { kind: 'socket' } : { kind: 'loopback', password: randomScreenPassword() }
}

async function start(host: Host, machine: MachineRef, name: string, job: JobControl): Promise<void> {
  await job.willUndo({ kind: 'destroy-machine', ...machine })
  try {
    await host.slow(async (connection) => (await connection.domainLookupByUUID(machine.uuid)).create())
  } catch (error) {
    throw await explainStart(error, host, { uuid: machine.uuid, name })
  }
}
