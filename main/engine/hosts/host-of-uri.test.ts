import { expect, it } from 'vitest'

import { defaultHosts } from './default-hosts.ts'
import { hostOfUri } from './host-of-uri.ts'

it('knows the hosts of this computer by their usual ids, and gives every other address one that lasts', () => {
  expect(hostOfUri('qemu:///session')).toMatchObject({ id: 'local-session', label: 'My machines' })
  expect(hostOfUri('qemu+ssh://ada@lab/system')).toMatchObject({ label: 'lab' })
  expect(hostOfUri('qemu+tls://lab/session').label).toBe('lab (session)')
  expect(hostOfUri('qemu+unix:///session?socket=/run/a').label).toBe('This computer (session)')
  expect(hostOfUri('test:///default').label).toBe('Test driver')
  expect(hostOfUri('qemu+ssh://lab/system').id).toBe(hostOfUri('qemu+ssh://lab/system').id)
  expect(hostOfUri('qemu+ssh://lab/system').id).not.toBe(hostOfUri('qemu+ssh://lab/session').id)
})

it('refuses what is no address with an example of one', () => {
  expect(() => hostOfUri('lab')).toThrow('qemu+ssh://HOST/system')
})

it('shows the hosts that were asked for first, each once', async () => {
  const choice = { demoFleetPath: null, hostsJson: null, isRoot: true }
  const connectUris = ['qemu+ssh://lab/system', 'qemu:///system', 'qemu+ssh://lab/system']
  const hosts = await defaultHosts({ ...choice, connectUris })
  expect(hosts.map(({ uri }) => uri)).toEqual(['qemu+ssh://lab/system', 'qemu:///system'])
})
