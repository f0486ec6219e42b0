import { expect, it } from 'vitest'

import { defaultHosts } from './default-hosts.ts'

const usual = { demoFleetPath: null, hostsJson: null }

it('shows only the demo fleet when it is asked for', async () => {
  expect(await defaultHosts({ ...usual, demoFleetPath: '/tmp/a fleet.xml' })).toEqual([
    { id: 'demo', label: 'Demo fleet', uri: 'test:///tmp/a%20fleet.xml' },
  ])
})

it('takes the hosts that are named, and refuses what is none', async () => {
  const hosts = [{ id: 'a', label: 'A', uri: 'qemu:///session', autospawn: false }]
  expect(await defaultHosts({ ...usual, hostsJson: JSON.stringify(hosts) })).toEqual(hosts)
  for (const wrong of ['', '[]', '{}', '[{"id":"a"}]', JSON.stringify([...hosts, ...hosts])]) {
    await expect(defaultHosts({ ...usual, hostsJson: wrong })).rejects.toMatchObject({ code: 'invalid-input' })
  }
})

it('gives root the system’s daemon, and everybody else one of their own', async () => {
  expect((await defaultHosts({ ...usual, isRoot: true })).map(({ id }) => id)).toEqual(['local-system'])
  expect((await defaultHosts({ ...usual, isRoot: false })).map(({ id }) => id)).toContain('local-session')
})
