import { describe, expect, test } from 'vitest'
import { DomainXml, StorageVolumeXml, unitBytes } from './index.ts'

const domainWith = (memory: string) => DomainXml.parse(`<domain type='qemu'>${memory}</domain>`)
const volumeWith = (capacity: string) => StorageVolumeXml.parse(`<volume>${capacity}</volume>`)

describe('a unit', () => {
  test.each([
    ['b', 1],
    ['byte', 1],
    ['bytes', 1],
    ['k', 1024],
    ['K', 1024],
    ['KB', 1000],
    ['KiB', 1024],
    ['M', 1024 ** 2],
    ['MB', 1000 ** 2],
    ['MiB', 1024 ** 2],
    ['GB', 1000 ** 3],
    ['gib', 1024 ** 3],
    ['TiB', 1024 ** 4],
    ['PB', 1000 ** 5],
    ['EiB', 1024 ** 6],
  ])('%s stands for %i bytes', (unit, expected) => {
    expect(unitBytes(unit)).toBe(expected)
  })

  test.each(['', 'parsec', 'KiBi', 'bit', 'ZiB', 'Ki'])('%j is none', (unit) => {
    expect(unitBytes(unit)).toBeNull()
  })
})

describe('memory', () => {
  test.each([
    ['<memory>1024</memory>', 1024],
    ["<memory unit='KiB'>1024</memory>", 1024],
    ["<memory unit='GiB'> 2 </memory>", 2 * 1024 ** 2],
    ["<memory unit='b'>1025</memory>", 2],
    ["<memory unit='MB'>1</memory>", 977],
    ["<memory unit='parsec'>1</memory>", null],
    ['<memory>-1</memory>', null],
    ['<memory>1.5</memory>', null],
    ['<memory/>', null],
    ['', null],
  ])('%s is read into KiB, rounded up as libvirt does', (text, expected) => {
    expect(domainWith(text).memoryKiB).toBe(expected)
  })

  test.each([
    ["<memory unit='GiB'>2</memory>", 4 * 1024 ** 2, "<memory unit='GiB'>4</memory>"],
    ["<memory unit='GiB'>2</memory>", 1024, "<memory unit='KiB'>1024</memory>"],
    ["<memory unit='MB'>1</memory>", 1000, "<memory unit='KiB'>1000</memory>"],
    ["<memory unit='b'>1</memory>", 1, "<memory unit='b'>1</memory>"],
    ['<memory>1</memory>', 2, '<memory>2</memory>'],
    ['', 2, "<memory unit='KiB'>2</memory>"],
  ])('of %s, set to %i KiB, keeps a unit that divides it', (before, memoryKiB, after) => {
    const domain = domainWith(before)
    domain.memoryKiB = memoryKiB
    expect(domain.toString().replace(/\s/g, '')).toBe(domainWith(after).toString().replace(/\s/g, ''))
    expect(domain.memoryKiB).toBe(memoryKiB)
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])(
    'refuses %d and leaves the document alone',
    (memoryKiB) => {
      const domain = domainWith('')
      expect(() => (domain.memoryKiB = memoryKiB)).toThrow(TypeError)
      expect(domain.toString()).toBe("<domain type='qemu'></domain>")
    },
  )
})

describe('storage', () => {
  test.each([
    ['<capacity>10</capacity>', 10],
    ["<capacity unit='bytes'>10</capacity>", 10],
    ["<capacity unit='GiB'>50</capacity>", 50 * 1024 ** 3],
    ["<capacity unit='TB'>1</capacity>", 1e12],
    ["<capacity unit='EiB'>7</capacity>", 7 * 1024 ** 6],
  ])('%s is read into bytes', (text, expected) => {
    expect(volumeWith(text).capacityBytes).toBe(expected)
  })
})
