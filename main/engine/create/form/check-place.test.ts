import type { NewDisk, NewMachine } from '@strata/contract/create.ts'
import type { Network } from '@strata/contract/networks.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { describe, expect, it } from 'vitest'

import { checkPlace, type HostThings } from './check-place.ts'
import { ownLogin, ownPrograms } from '../../hosts/place/own-ports.ts'

const gib = 1024 ** 3
const pool: Pool = {
  hostId: 'local',
  uuid: '11111111-2222-3333-4444-555555555555',
  name: 'default',
  type: 'dir',
  state: 'running',
  autostart: true,
  path: '/images',
  capacityBytes: 100 * gib,
  allocationBytes: 0,
  availableBytes: 50 * gib,
  volumesRevision: 0,
}
const network: Network = {
  hostId: 'local',
  uuid: '66666666-2222-3333-4444-555555555555',
  name: 'default',
  active: true,
  autostart: true,
  forward: 'nat',
  bridge: 'virbr0',
  cidrs: [],
}
const volume = (name: string, format = 'qcow2') => ({ name, path: `/images/${name}`, format, capacityBytes: 10 * gib })
const root = { programs: ownPrograms, login: { ...ownLogin(), userId: 0 } }
const things: HostThings = {
  host: { id: 'local', ...root },
  hostLabel: 'This computer',
  isSession: false,
  machineNames: new Set(['web', 'web-2']),
  neededElsewhere: new Map([['/images/used.qcow2', unkeyed('It is also a disk of “web”.')]]),
  pools: [pool],
  networks: [network],
  volumes: new Map([
    [pool.uuid, [volume('old.qcow2'), volume('used.qcow2'), volume('free.qcow2'), volume('x.vmdk', 'vmdk')]],
  ]),
  defaultPoolFolder: '/home/me/images',
  links: {
    bridges: [{ name: 'br0', cards: ['enp3s0'] }],
    cards: [
      { name: 'enp3s0', isWireless: false, joinedTo: 'br0', isUp: true },
      { name: 'enp4s0', isWireless: false, joinedTo: null, isUp: true },
      { name: 'wlp1s0', isWireless: true, joinedTo: null, isUp: true },
    ],
  },
  helper: null,
  leastDisk: { imageBytes: null, systemBytes: null, systemName: 'Debian 12' },
}
const withPool = (changes: Partial<Pool>) => ({ ...things, pools: [{ ...pool, ...changes }] })
const options = { bus: 'virtio', cache: 'default' } as const

describe('the place of a new machine', () => {
  it('with a free name, room and a network has no findings', () => {
    const form = {
      name: 'db',
      poolUuid: pool.uuid,
      diskBytes: 20 * gib,
      network: { kind: 'network' as const, networkName: 'default' },
      moreDisks: [{ ...options, kind: 'existing' as const, poolUuid: pool.uuid, volumeName: 'free.qcow2' }],
    }
    expect(checkPlace(form, things)).toEqual([])
    expect(checkPlace({}, things)).toEqual([])
  })

  it('needs another name where that one is taken, and proposes it', () => {
    expect(checkPlace({ name: 'web' }, things)).toMatchObject([
      { field: 'name', severity: 'error', code: 'already-exists', suggestion: { name: 'web-3' } },
    ])
  })

  it('leaves an image alone that has the name, and says which name the new one gets', () => {
    const [finding] = checkPlace({ name: 'old', poolUuid: pool.uuid }, things)
    expect(finding).toMatchObject({ field: 'name', severity: 'warning' })
    expect(finding?.message.english).toContain('old-2.qcow2')
  })

  it('without any pool offers to make one', () => {
    expect(checkPlace({}, { ...things, pools: [] })).toMatchObject([
      { field: 'poolUuid', severity: 'error', repairs: [{ action: { kind: 'make-default-pool', hostId: 'local' } }] },
    ])
  })

  it('in a pool that stands still offers to start it', () => {
    expect(checkPlace({ poolUuid: pool.uuid }, withPool({ state: 'inactive' }))).toMatchObject([
      { field: 'poolUuid', repairs: [{ action: { kind: 'start-pool', poolUuid: pool.uuid } }] },
    ])
  })

  it.each([
    [withPool({ availableBytes: 1024 ** 2 }), 'poolUuid', 'error', 'out-of-space'],
    [withPool({ type: 'iscsi' }), 'poolUuid', 'error', 'unsupported'],
    [withPool({ availableBytes: gib }), 'diskBytes', 'warning', 'invalid-input'],
    [withPool({ capacityBytes: 55 * gib }), 'diskBytes', 'warning', 'invalid-input'],
    [{ ...things, pools: [{ ...pool, uuid: 'another' }] }, 'poolUuid', 'error', 'not-found'],
  ])('in a pool that does not suit is told (%#)', (where, field, severity, code) => {
    const [first] = checkPlace({ poolUuid: pool.uuid, diskBytes: 20 * gib }, where)
    expect(first).toMatchObject({ field, severity, code })
  })

  it('that takes its room at once needs all of it', () => {
    const disk = { ...options, allocation: 'full' as const }
    expect(checkPlace({ poolUuid: pool.uuid, diskBytes: 60 * gib, disk }, things)).toMatchObject([
      { field: 'diskBytes', severity: 'error', code: 'out-of-space' },
    ])
  })

  it('has a disk that holds its image and its system', () => {
    const least = (imageBytes: number | null, systemBytes: number | null) => ({
      ...things,
      leastDisk: { ...things.leastDisk, imageBytes, systemBytes },
    })
    expect(checkPlace({ diskBytes: gib }, least(3 * gib, 10 * gib))).toMatchObject([
      { field: 'diskBytes', severity: 'error', suggestion: { diskBytes: 3 * gib } },
    ])
    expect(checkPlace({ diskBytes: 4 * gib }, least(3 * gib, 10 * gib))).toMatchObject([
      { field: 'diskBytes', severity: 'warning', suggestion: { diskBytes: 10 * gib } },
    ])
    const media = { kind: 'file', path: '/a.iso', use: 'in-place' } as const
    const source = { kind: 'iso', media, installs: 'by-hand' } as const
    expect(checkPlace({ diskBytes: null, source }, things)).toMatchObject([{ field: 'diskBytes', severity: 'warning' }])
  })
})

describe('a further disk', () => {
  const existing = (volumeName: string): NewDisk => ({ ...options, kind: 'existing', poolUuid: pool.uuid, volumeName })
  const fresh = (capacityBytes: number, poolUuid = pool.uuid): NewDisk => ({
    ...options,
    kind: 'new',
    poolUuid,
    capacityBytes,
    allocation: 'full',
  })

  it.each<[NewDisk[], number, string]>([
    [[existing('gone.qcow2')], 0, 'not-found'],
    [[fresh(gib), existing('used.qcow2')], 1, 'busy'],
    [[existing('x.vmdk')], 0, 'unsupported'],
    [[existing('free.qcow2'), existing('free.qcow2')], 1, 'invalid-input'],
    [[fresh(gib, '99999999-2222-3333-4444-555555555555')], 0, 'not-found'],
    [[fresh(60 * gib)], 0, 'out-of-space'],
  ])('that does not suit is told by its number (%#)', (moreDisks, part, code) => {
    expect(checkPlace({ moreDisks }, things)).toMatchObject([{ field: 'moreDisks', part, severity: 'error', code }])
  })

  it('is counted together with the others', () => {
    const form = { poolUuid: pool.uuid, diskBytes: 30 * gib, moreDisks: [fresh(30 * gib)] }
    expect(checkPlace(form, things)).toMatchObject([{ field: 'diskBytes', severity: 'warning' }])
  })

  it('in a pool that cannot hold new images may be there already', () => {
    const group = { ...pool, type: 'logical' }
    const where = {
      ...things,
      pools: [group, { ...pool, uuid: 'files' }],
      volumes: new Map([[pool.uuid, [volume('lv', 'raw')]]]),
    }
    expect(checkPlace({ moreDisks: [existing('lv')] }, where)).toEqual([])
  })
})

describe('what a card is plugged into', () => {
  const on = (source: NewMachine['network'], where: Partial<HostThings> = {}) =>
    checkPlace({ network: source }, { ...things, ...where })
  const toDefault = { network: { kind: 'network', networkName: 'default' } }

  it('stands still or is not there: told with the repair', () => {
    expect(
      on({ kind: 'network', networkName: 'default' }, { networks: [{ ...network, active: false }] }),
    ).toMatchObject([
      {
        field: 'network',
        code: 'wrong-state',
        repairs: [{ action: { kind: 'start-network', networkUuid: network.uuid } }],
      },
    ])
    expect(on({ kind: 'network', networkName: 'lab' })).toMatchObject([{ code: 'not-found', suggestion: toDefault }])
    expect(on({ kind: 'network', networkName: 'default' }, { networks: [] })).toMatchObject([
      {
        code: 'not-found',
        repairs: [{ action: { kind: 'make-default-network' } }],
        suggestion: { network: { kind: 'user' } },
      },
    ])
    expect(on({ kind: 'user' })).toEqual([])
  })

  it('is a bridge that is there, or that can be made', () => {
    expect(on({ kind: 'bridge', bridgeName: 'br0' })).toEqual([])
    expect(on({ kind: 'bridge', bridgeName: 'br9' })).toMatchObject([
      { code: 'not-found', repairs: [{ action: { kind: 'make-bridge', bridgeName: 'br9' } }], suggestion: toDefault },
    ])
    expect(on({ kind: 'bridge', bridgeName: 'no such; bridge' })[0]?.repairs).toEqual([])
    expect(on({ kind: 'bridge', bridgeName: 'enp4s0' })).toMatchObject([
      { code: 'invalid-input', suggestion: { network: { kind: 'macvtap', deviceName: 'enp4s0' } } },
    ])
    expect(on({ kind: 'bridge', bridgeName: 'br9' }, { links: null })).toEqual([])
  })

  it('is a bridge that a user’s machines may be on', () => {
    const user = { ...things.host, login: { ...root.login, userId: 1000 } }
    const session = { isSession: true, networks: [], host: user }
    const helper = { path: '/usr/lib/qemu/qemu-bridge-helper', hasRights: true, allows: () => true }
    expect(on({ kind: 'bridge', bridgeName: 'br0' }, { ...session, helper })).toEqual([])
    const closed = { ...helper, allows: () => false }
    expect(on({ kind: 'bridge', bridgeName: 'br0' }, { ...session, helper: closed })).toMatchObject([
      { code: 'not-permitted', suggestion: { network: { kind: 'user' } }, repairs: [{ action: null }] },
    ])
  })

  it('is a card of the host that nothing else has', () => {
    const card = (deviceName: string, where: Partial<HostThings> = {}) => on({ kind: 'macvtap', deviceName }, where)
    expect(card('enp4s0')).toEqual([])
    expect(card('wlp1s0')).toMatchObject([{ severity: 'error', code: 'unsupported' }])
    expect(card('enp3s0')).toMatchObject([
      { severity: 'error', code: 'busy', suggestion: { network: { kind: 'bridge', bridgeName: 'br0' } } },
    ])
    expect(card('br0')).toMatchObject([{ suggestion: { network: { kind: 'bridge', bridgeName: 'br0' } } }])
    expect(card('bond0')).toMatchObject([{ severity: 'warning' }])
    expect(card('enp4s0', { isSession: true })).toMatchObject([{ code: 'not-permitted' }])
  })

  it('is told of each further card by its number', () => {
    const nics = [
      { source: { kind: 'user' as const }, model: 'virtio' as const },
      { source: { kind: 'network' as const, networkName: 'lab' }, model: 'e1000' as const },
    ]
    expect(checkPlace({ moreNics: nics }, things)).toMatchObject([
      {
        field: 'moreNics',
        part: 1,
        suggestion: { moreNics: [nics[0], { source: { kind: 'network', networkName: 'default' }, model: 'e1000' }] },
      },
    ])
  })
})
