import type { Codec } from './codec.ts'
import type { XmlElement } from './xml-element.ts'

const POWERS = 'kmgtpe'

/**
 * How many bytes a libvirt unit stands for, or null when there is no such unit: bytes (b, byte, bytes), a letter alone
 * or with iB for powers of 1024 (k, KiB, M, MiB, … E, EiB), with B for powers of 1000 (KB, MB, …), in either case.
 * @see virScaleInteger
 */
export function unitBytes(unit: string): number | null {
  const word = unit.toLowerCase()
  if (['b', 'byte', 'bytes'].includes(word)) return 1
  const [, letter, rest] = /^([kmgtpe])(|b|ib)$/.exec(word) ?? []
  if (letter === undefined) return null
  return (rest === 'b' ? 1000 : 1024) ** (POWERS.indexOf(letter) + 1)
}

/**
 * Sizes with a `unit` attribute, read into steps of `stepBytes` and rounded up as libvirt does. Writing keeps the unit
 * that stands there when the size is a whole number of it.
 */
function scaled(kind: string, stepBytes: number, unitWhenAbsent: string, unitToWrite: string): Codec<number> {
  const unitOf = (owner: XmlElement) => owner.getAttribute('unit') ?? unitWhenAbsent
  return {
    kind,
    read: (words, owner) => {
      const bytesPerUnit = unitBytes(unitOf(owner))
      if (bytesPerUnit === null || !/^\s*\d+\s*$/.test(words)) return null
      return Math.ceil((Number(words) * bytesPerUnit) / stepBytes)
    },
    write: (value, owner) => {
      if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`Not a size: ${value}`)
      const units = (value * stepBytes) / (unitBytes(unitOf(owner)) ?? Number.NaN)
      const keeps = Number.isSafeInteger(units) && owner.text.trim() !== ''
      if (!keeps) owner.setAttribute('unit', unitToWrite)
      return String(keeps ? units : value)
    },
  }
}

/** Memory: KiB where no unit is given. */
export const kibibytes = scaled('kibibytes', 1024, 'KiB', 'KiB')

/** Storage: bytes where no unit is given. */
export const bytes = scaled('bytes', 1, 'bytes', 'bytes')
