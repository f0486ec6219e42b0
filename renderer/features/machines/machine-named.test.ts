import { describe, expect, it } from 'vitest'

import { machinesNamed } from './machine-named.ts'

type Machine = Parameters<typeof machinesNamed>[1][number]
const machine = (uuid: string, name: string, title: string | null = null) =>
  ({ hostId: 'a', uuid, name, title }) as Machine

describe('the machine that is meant', () => {
  const web = machine('9b7e', 'web', 'Shop')
  const shop = machine('11aa', 'shop')
  const all = [web, shop, machine('22bb', '9b7e')]
  it('is the one of the UUID, before one that is only called so', () => {
    expect(machinesNamed('9B7E', all)).toEqual([web])
  })
  it('is the one of the name, before one that only has it as its title', () => {
    expect(machinesNamed(' shop', all)).toEqual([shop])
    expect(machinesNamed('shop', [web])).toEqual([web])
  })
  it('is none when nobody is called so, and all when several are', () => {
    expect(machinesNamed('mail', all)).toEqual([])
    expect(machinesNamed('web', [web, machine('33cc', 'web')])).toHaveLength(2)
  })
})
