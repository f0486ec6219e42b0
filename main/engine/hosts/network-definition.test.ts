import { describe, expect, it } from 'vitest'

import { prefixLengthOf, readNetworkDefinition } from './network-definition.ts'

describe('a network’s definition', () => {
  it.each([
    [`<forward mode='nat'/>`, 'nat'],
    [`<forward/>`, 'nat'],
    ['', 'isolated'],
    [`<forward mode='bridge'/><bridge name='br0'/>`, 'bridge'],
    [`<forward mode='of-tomorrow'/>`, 'other'],
  ])('with %s is %s', (inner, forward) => {
    expect(readNetworkDefinition(`<network><name>n</name>${inner}</network>`).forward).toBe(forward)
  })

  it('gives its addresses with their prefix, however they are written', () => {
    const ips = `<ip address='192.168.122.1' netmask='255.255.255.0'/><ip address='10.0.0.1' prefix='8'/><ip family='ipv6' address='fd00::1'/><ip/>`
    const { cidrs } = readNetworkDefinition(`<network><name>n</name>${ips}</network>`)
    expect(cidrs).toEqual(['192.168.122.1/24', '10.0.0.1/8', 'fd00::1/64'])
  })

  it.each([
    ['255.255.255.255', 32],
    ['255.255.128.0', 17],
    ['0.0.0.0', 0],
    ['255.0.255.0', null],
    ['255.255.255', null],
    ['255.255.255.256', null],
    [null, null],
  ])('knows the length of mask %s as %s', (mask, length) => {
    expect(prefixLengthOf(mask)).toBe(length)
  })
})
