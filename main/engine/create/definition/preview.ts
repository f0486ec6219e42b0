import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

import type { NewMachine } from '@strata/contract/create.ts'

import type { Host } from '../../hosts/host.ts'
import { noFacts } from '../../definitions/strata-metadata.ts'
import { defaultPoolFolder } from '../../storage/default-pool.ts'
import { buildDefinition } from './definition.ts'
import { diskName, fileStem } from '../../storage/free-name.ts'

/** The definition as it would be; names of files that are only chosen when they are made may still change. */
export function previewMachine(host: Host, wanted: NewMachine): string {
  const pool = wanted.poolUuid === null ? null : host.inventory.pool(wanted.poolUuid)
  const folder = pool?.path ?? defaultPoolFolder(host) ?? '/'
  const { bus, cache, allocation } = wanted.disk
  const diskPath = join(folder, diskName(fileStem(wanted.name)))
  return buildDefinition({
    wanted,
    uuid: randomUUID(),
    architecture: host.facts?.architecture ?? 'x86_64',
    osUri: null,
    macAddress: null,
    disks: wanted.diskBytes === null ? [] : [{ path: diskPath, type: 'file', format: 'qcow2', bus, cache, allocation }],
    cdroms: [],
    seeds: [],
    directBoot: null,
    variablesPath: null,
    screen: { kind: 'socket' },
    facts: noFacts,
  }).withoutSecrets()
}
