import { diskBuses, type MachineSource } from '@strata/contract/create.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Connection } from 'node-libvirt'
import { DomainXml } from 'node-libvirt/xml'

import { explainWrite } from '../../storage/out-of-space.ts'
import { volumesByPath } from '../../storage/list-volumes.ts'
import { StrataError } from '../../strata-error.ts'
import { diskName } from '../../storage/free-name.ts'
import type { PlacedDisk } from '../definition/definition.ts'
import { makeVolume } from '../../storage/place-media.ts'
import { placeSeed } from './place-seed.ts'
import { emptyPlacement, type PlaceContext, type Placement, type SourcePlan } from './placement.ts'

type TemplateSource = Extract<MachineSource, { kind: 'template' }>

export function planTemplate(source: TemplateSource): SourcePlan {
  return {
    steps: [{ id: 'disk', label: say('create.makeDisksTopTemplates') }],
    disk: 'own',
    place: (context) => placeTemplate(source, context),
  }
}

interface TemplateDisk {
  readonly path: string
  readonly format: 'qcow2' | 'raw'
  readonly capacityBytes: number
  readonly bus: PlacedDisk['bus']
}

/** The template's own disks are only read from here on: it is not started as long as it is a template. */
async function placeTemplate(source: TemplateSource, context: PlaceContext): Promise<Placement> {
  const { host, job, stem, wanted } = context
  const { name } = host.inventory.requireMachine(source.uuid)
  const bases = await host.slow((connection) => templateDisks(connection, source.uuid, name))
  job.step('disk')
  const disks: PlacedDisk[] = []
  for (const [index, base] of bases.entries()) {
    const path = await makeOverlayOf(context, base, diskName(index === 0 ? stem : `${stem}-${index + 1}`), index === 0)
    disks.push({ ...wanted.disk, path, type: 'file', format: 'qcow2', bus: index === 0 ? wanted.disk.bus : base.bus })
  }
  return {
    ...emptyPlacement,
    disks,
    seeds: await placeSeed(context),
    sourceName: name,
    notes: [say('create.templateDisksHoldWhat', { name })],
  }
}

async function templateDisks(connection: Connection, uuid: string, name: string): Promise<TemplateDisk[]> {
  const definition = DomainXml.parse(await (await connection.domainLookupByUUID(uuid)).getXMLDesc(['inactive']))
  const volumes = await volumesByPath(connection)
  const disks = definition.devices.disks.filter(
    ({ device, isReadOnly }) => device !== 'cdrom' && device !== 'floppy' && !isReadOnly,
  )
  return disks.map((disk) => {
    const path = disk.source.file ?? disk.source.device
    const volume = path === null ? undefined : volumes.get(path)
    if (path === null || volume === undefined) {
      throw new StrataError(
        'unsupported',
        say('create.diskTemplateLiesNo', { device: disk.target.device ?? '', name }),
        { field: 'source' },
      )
    }
    const { bus } = disk.target
    return {
      path,
      format: disk.driver.type === 'qcow2' ? 'qcow2' : 'raw',
      capacityBytes: volume.capacityBytes,
      bus: diskBuses.find((each) => each === bus) ?? 'virtio',
    }
  })
}

async function makeOverlayOf(
  { host, wanted, job }: PlaceContext,
  base: TemplateDisk,
  name: string,
  isFirst: boolean,
): Promise<string> {
  const { poolUuid } = wanted
  const capacityBytes = Math.max(base.capacityBytes, isFirst ? (wanted.diskBytes ?? 0) : 0)
  return host.slow(async (connection) => {
    try {
      const pool = await connection.storagePoolLookupByUUID(poolUuid)
      const backing = { path: base.path, format: base.format }
      const volume = { hostId: host.id, poolUuid, name, format: 'qcow2' as const, capacityBytes, backing }
      return await (await makeVolume(pool, volume, job)).getPath()
    } catch (error) {
      throw await explainWrite(error, host, connection, poolUuid, say('create.diskCouldNotMade', { name: wanted.name }))
    }
  })
}
