import { describe, expect, it } from 'vitest'
import { mirrorIn } from './debian-mirror.mjs'

describe('the mirror for other daemons', () => {
  it('is the one of this machine’s base system', () => {
    const targets = [
      'Node Source|Node Source|https://deb.nodesource.example/',
      'Debian|Debian-Security|http://security.example/debian-security/',
      'Debian|Debian|http://mirror.example/debian/',
    ].join('\n')
    expect(mirrorIn(targets)).toBe('http://mirror.example/debian')
  })

  it('is unknown on a machine without Debian’s packages', () => {
    expect(mirrorIn('')).toBeNull()
    expect(mirrorIn('Ubuntu|Ubuntu|http://archive.example/ubuntu/\n')).toBeNull()
  })
})
