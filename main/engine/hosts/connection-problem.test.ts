import { AuthenticationError, ConnectionError } from 'node-libvirt'
import { describe, expect, it } from 'vitest'

import { connectionProblem } from './connection-problem.ts'
import type { ConnectedHost } from './connection-repairs.ts'
import { parseHostAddress } from './place/host-address.ts'
import { parseGroup, type HostSystem } from './place/host-system.ts'

const at = (id: string, label: string, uri: string): ConnectedHost => {
  const address = parseHostAddress(uri, { env: {}, userId: 1000 })
  return { id, label, uri, address, autospawn: true }
}
const session = at('s', 'My machines', 'qemu:///session')
const system = at('y', 'This computer', 'qemu:///system')
const around: HostSystem = {
  userName: 'ada',
  isRoot: false,
  isListedInGroup: false,
  hasGroup: false,
  hasSystemd: true,
  daemonProgram: 'libvirtd',
  isQemuInstalled: true,
  hasDnsmasq: true,
  hasPkexec: false,
  packages: 'apt',
}
const failed = (reason: ConnectionError['reason']) => new ConnectionError(reason, 'in other words')
const commands = (problem: ReturnType<typeof connectionProblem>) =>
  problem.repairs.map(({ command }) => command).filter((command) => command !== null)
const actions = (problem: ReturnType<typeof connectionProblem>) =>
  problem.repairs.map(({ action }) => action?.kind ?? null)

describe('a host that cannot be reached', () => {
  it('keeps the system’s own words as detail', () => {
    expect(connectionProblem(failed('refused'), session, around).detail).toBe('in other words')
  })

  it('wants libvirt installed when it is not, by the system’s own way', () => {
    const missing = { ...around, daemonProgram: null }
    const problem = connectionProblem(failed('not-found'), session, missing)
    expect(problem.said.english).toContain('not installed')
    expect(commands(problem)).toEqual(['sudo apt-get install libvirt-daemon-system qemu-system ovmf swtpm'])
    expect(commands(connectionProblem(failed('not-found'), session, { ...missing, packages: null }))).toEqual([])
  })

  it('starts a daemon of the user’s own by a button', () => {
    const problem = connectionProblem(failed('spawn-failed'), session, around)
    expect(actions(problem)).toEqual(['start-daemon'])
    expect(problem.code).toBe('host-unreachable')
  })

  it('has only the command for the system service, and a button for root', () => {
    const problem = connectionProblem(failed('not-found'), system, around)
    expect(problem.said.english).toBe('The libvirt system service is not running.')
    expect(commands(problem)).toEqual(['sudo systemctl start libvirtd'])
    expect(actions(problem)).toEqual([null, 'reconnect-host'])
    const asRoot = connectionProblem(failed('not-found'), system, { ...around, isRoot: true, hasSystemd: false })
    expect(commands(asRoot)).toEqual(['libvirtd --daemon'])
    expect(actions(asRoot)).toEqual(['start-daemon', 'reconnect-host'])
  })

  it('tells a socket that was left behind from one that is not there', () => {
    expect(connectionProblem(failed('refused'), system, around).said.english).toContain('has stopped')
  })

  it('asks to join the group, or only to log in again when that is done', () => {
    const outside = connectionProblem(failed('permission'), system, around)
    expect(outside.code).toBe('not-permitted')
    expect(commands(outside)).toEqual(['sudo usermod --append --groups libvirt ada'])
    const listed = connectionProblem(failed('permission'), system, { ...around, isListedInGroup: true })
    expect(listed.said.english).toContain('this login does not have it yet')
    expect(commands(listed)).toEqual([])
  })

  it('does not offer to start what belongs to somebody else', () => {
    const named = at('s', 'My machines', 'qemu+unix:///session?socket=/x/libvirt-sock')
    expect(actions(connectionProblem(failed('not-found'), named, around))).toEqual(['reconnect-host'])
  })

  it('says nothing of this computer where the daemon is on another', () => {
    const far = at('f', 'lab', 'qemu+ssh://eve@lab.example/system')
    for (const reason of ['not-found', 'spawn-failed', 'refused', 'permission'] as const) {
      const problem = connectionProblem(failed(reason), far, null)
      expect(problem.said.english).toContain('lab')
      expect(problem.said.english).not.toMatch(/this computer|ada/)
      expect(actions(problem)).toEqual(['reconnect-host'])
    }
    const denied = connectionProblem(new AuthenticationError('denied', 'no'), far, null)
    expect(denied.said.english).toBe('lab does not let eve in.')
  })

  it('tells that a connection was lost, also when its end had no reason', () => {
    for (const error of [null, failed('closed'), failed('keepalive'), failed('protocol')]) {
      expect(connectionProblem(error, session, around).code).toBe('connection-lost')
    }
  })

  it.each([
    ['cancelled', 'needs-credentials'],
    ['denied', 'not-permitted'],
    ['unavailable', 'not-permitted'],
    ['unsupported', 'unsupported'],
  ] as const)('tells a sign-in that was %s as %s', (reason, code) => {
    expect(connectionProblem(new AuthenticationError(reason, 'no'), system, around).code).toBe(code)
  })

  it('has a sentence and a code for whatever else goes wrong', () => {
    expect(connectionProblem(new TypeError('not a URI'), session, around)).toMatchObject({
      code: 'invalid-input',
      repairs: [],
    })
    expect(connectionProblem(new Error('odd'), session, around)).toMatchObject({
      code: 'host-unreachable',
      detail: 'odd',
    })
  })
})

describe('the groups of the system', () => {
  const text = 'root:x:0:\nlibvirt:x:105:ada,bob\nlibvirt-qemu:x:64055:carol\n'
  it.each([
    ['libvirt', { id: 105, members: ['ada', 'bob'] }],
    ['root', { id: 0, members: [] }],
    ['kvm', null],
  ])('has %s', (name, group) => {
    expect(parseGroup(text, name)).toEqual(group)
  })
})
