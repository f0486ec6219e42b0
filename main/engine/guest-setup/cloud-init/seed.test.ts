import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { shaCrypt } from '../sha-crypt.ts'
import { testSetup } from '../testing/test-setup.ts'
import { prepareSeed } from './seed.ts'

const machine = { uuid: '11111111-2222-3333-4444-555555555555', name: 'Web server' }
const macAddress = '52:54:00:AA:00:01'

function filesOf(changes: Parameters<typeof testSetup>[0], mac: string | null = macAddress) {
  const { files } = prepareSeed({ setup: testSetup(changes), machine, macAddress: mac })
  return Object.fromEntries(files.map(({ path, content }) => [path, new TextDecoder().decode(content)]))
}

const yaml = (text: string | undefined) => parse(text ?? '', { version: '1.1' }) as Record<string, unknown>

describe('a seed', () => {
  it('names the machine by its uuid and, unless told otherwise, by its own name', () => {
    expect(yaml(filesOf({})['meta-data'])).toEqual({ 'instance-id': machine.uuid, 'local-hostname': 'web-server' })
    expect(yaml(filesOf({ hostName: 'db' })['meta-data'])).toMatchObject({ 'local-hostname': 'db' })
  })

  it('without a password has none and lets nobody in by one', () => {
    const userData = yaml(filesOf({})['user-data'])
    expect(userData).toMatchObject({ ssh_pwauth: false })
    expect(JSON.stringify(userData)).not.toContain('passwd')
  })

  it('carries a password as a hash that fits it, and as nothing else', () => {
    const text = filesOf({ password: 'correct horse' })['user-data']
    expect(text).not.toContain('horse')
    const { users, ...rest } = yaml(text)
    const [user] = users as { passwd: string; lock_passwd: boolean }[]
    expect(rest).toMatchObject({ ssh_pwauth: true })
    expect(user?.lock_passwd).toBe(false)
    expect(shaCrypt('correct horse', user?.passwd ?? '')).toBe(user?.passwd)
  })

  it('leaves it to a text that was written by hand whether SSH takes passwords', () => {
    const userData = '#cloud-config\nssh_pwauth: false\nusers: [{name: ada}]\n'
    expect(yaml(filesOf({ password: 'secret', userData })['user-data'])).toMatchObject({ ssh_pwauth: false })
  })

  it('passes a script on as it stands, and what the fields say beside it', () => {
    const userData = '#!/bin/sh\necho hello\n'
    const files = filesOf({ userData, packages: ['git'], password: 'secret' })
    expect(files['user-data']).toBe(userData)
    expect(files['vendor-data']).toMatch(/^#cloud-config\n/)
    expect(yaml(files['vendor-data'])).toMatchObject({ packages: ['git'], ssh_pwauth: true })
  })

  it('says nothing of the network for DHCP', () => {
    expect(filesOf({})).not.toHaveProperty('network-config')
  })

  it('gives a fixed address to the card with the machine’s own hardware address', () => {
    const network = {
      kind: 'static',
      address: '192.168.1.10/24',
      gateway: '192.168.1.1',
      nameServers: ['9.9.9.9'],
    } as const
    expect(yaml(filesOf({ network: { ...network, nameServers: [...network.nameServers] } })['network-config'])).toEqual(
      {
        version: 2,
        ethernets: {
          card0: {
            match: { macaddress: '52:54:00:aa:00:01' },
            dhcp4: false,
            dhcp6: false,
            addresses: ['192.168.1.10/24'],
            routes: [{ to: '0.0.0.0/0', via: '192.168.1.1' }],
            nameservers: { addresses: ['9.9.9.9'] },
          },
        },
      },
    )
  })

  it('takes an IPv6 address as well, with no gateway where there is none', () => {
    const network = { kind: 'static', address: 'fd00::10/64', gateway: null, nameServers: [] } as const
    const files = filesOf({ network: { ...network, nameServers: [] } }, null)
    expect(yaml(files['network-config'])['ethernets']).toEqual({
      card0: { match: { name: 'e*' }, dhcp4: false, dhcp6: false, addresses: ['fd00::10/64'] },
    })
    expect(
      yaml(filesOf({ network: { ...network, gateway: 'fd00::1', nameServers: [] } })['network-config']),
    ).toMatchObject({
      ethernets: { card0: { routes: [{ to: '::/0', via: 'fd00::1' }] } },
    })
  })
})
